/// Makes the scene of a frame: brings the controller's view up to date for a size, then gathers what is to be seen.
///
/// The dashboard's frames and a script's snapshots come from here, so that they show the same.
final class SceneMaker {
    let controller: Controller
    private let figures: () -> RunFigures
    /// The moment everything was done: the clock on the screen stops there.
    private(set) var doneAt: Moment?

    init(controller: Controller, figures: @escaping () -> RunFigures) {
        self.controller = controller
        self.figures = figures
    }

    func scene(for size: Size) -> Scene {
        prepare(size)
        var run = figures()
        controller.futureCount = run.loop.futures.count
        run.eventsMissed = controller.eventsMissed
        if !run.isDone { doneAt = nil } else if doneAt == nil { doneAt = controller.now }
        var scene = Scene(
            store: controller.store, state: controller.state, rows: controller.rows, now: doneAt ?? controller.now,
            index: controller.index, orders: controller.orders, run: run, keyMap: controller.keyMap,
            requestOptions: controller.requestOptions, current: controller.currentRow)
        if let id = scene.shownFetch, controller.store[id].state.isInFlight {
            scene.liveRecord = controller.control.liveRecord(of: id)
        }
        if controller.state.details.isOpen, let id = scene.shownFetch {
            controller.detailsHeight = DetailsText(id, scene, Glyphs(.ascii), width: size.columns).lines.count
        }
        return scene
    }

    /// Lays out with the same rectangles as the renderer, so that pages and scrolling agree with what is seen.
    private func prepare(_ size: Size) {
        if let message = controller.state.message, message.until <= controller.clock() {
            controller.state.message = nil
        }
        let layout = Layout(size, controller.state)
        controller.bodySize = layout.body.size
        controller.viewport = max(1, layout.body.height - (layout.breadth == .tiny ? 0 : 1))
        controller.isDetailsFullScreen = layout.details == nil
        controller.helpHeight = max(1, size.rows - 2)
        controller.settle()
        guard !controller.isFrozen else { return }
        let rows = controller.rows.rows.dropFirst(controller.state.cursor.top).prefix(controller.viewport)
        controller.control.refreshPhases(
            of: rows.compactMap { row in if case .fetch(let id) = row { id } else { nil } })
    }
}
