/// Makes the scene of a frame: brings the controller's view up to date for a size, then gathers what is to be seen.
///
/// The dashboard's frames and a script's snapshots come from here, so that they show the same.
final class SceneMaker {
    let controller: Controller
    private let figures: () -> RunFigures
    /// The moment everything was done: the clock on the screen stops there.
    private(set) var doneAt: Moment?
    private var body: (id: FetchID, text: BodyText)?

    init(controller: Controller, figures: @escaping () -> RunFigures) {
        self.controller = controller
        self.figures = figures
    }

    func scene(for size: Size) -> Scene {
        let layout = prepare(size)
        var run = figures()
        controller.futureCount = run.loop.entries.count
        run.eventsMissed = controller.eventsMissed
        run.frozenFor = controller.state.frozenSince.map { controller.clock() - $0 } ?? .zero
        // What stands still knows of no end.
        let isOver = run.isDone && !controller.isFrozen
        doneAt = isOver ? run.doneAt ?? doneAt ?? controller.now : nil
        controller.doneAt = doneAt
        var scene = Scene(
            store: controller.store, state: controller.state, rows: controller.rows, now: doneAt ?? controller.now,
            index: controller.index, orders: controller.orders, timeline: controller.timeline, run: run,
            keyMap: controller.keyMap,
            requestOptions: controller.requestOptions, current: controller.shownRow,
            matches: (controller.matchCount, controller.isBuilding))
        scene.work = controller.visibleWork
        if let id = scene.shownFetch, controller.store[id].state.isInFlight {
            scene.liveRecord = controller.control.liveRecord(of: id)
        }
        if let id = scene.shownFetch, let area = layout.detailsArea(scene.state) {
            layBodyOut(of: id, width: area.width, in: &scene)
            controller.detailsScrollLimit = DetailsView(id, scene, Glyphs(.ascii), in: area).scrollLimit
        }
        return scene
    }

    /// Only while it is looked at, and anew only when there is more of it or the pane has another width.
    private func layBodyOut(of id: FetchID, width: Int, in scene: inout Scene) {
        guard scene.state.details.tab == .body, let preview = controller.control.preview(of: id) else { return }
        if let body, body.id == id, body.text.covers(preview, width: width) {
            scene.body = body.text
            return
        }
        let text = BodyText(preview, width: width)
        body = (id, text)
        scene.body = text
    }

    /// Lays out with the same rectangles as the renderer, so that pages and scrolling agree with what is seen.
    private func prepare(_ size: Size) -> Layout {
        if let message = controller.state.message, message.until <= controller.clock() {
            controller.state.message = nil
        }
        let layout = Layout(size, controller.state)
        controller.bodySize = layout.body.size
        controller.viewport = max(
            1, layout.body.height - (layout.breadth == .tiny && controller.state.view == .fetches ? 0 : 1))
        controller.isDetailsFullScreen = layout.details == nil
        controller.helpHeight = max(1, size.rows - 2)
        controller.settle()
        guard !controller.isFrozen else { return layout }
        controller.index.rates.look(at: controller.store, shown: controller.currentFetch, now: controller.now)
        controller.control.refreshPhases(of: inSight)
        return layout
    }

    /// The fetches whose phases are asked for: those of the rows in sight, and all that are on their way to a server as
    /// long as they are few, because they are counted in the header.
    private var inSight: [FetchID] {
        let store = controller.store
        let early: [FetchState] = [.resolving, .connecting, .handshaking]
        let count = early.reduce(0) { $0 + store.counts[$1] }
        let isFew = count > 0 && count <= Self.earlyLimit && store.active.count <= 8 * Self.earlyLimit
        let counted = isFew ? store.active.filter { early.contains(store[$0].state) } : []
        if controller.state.view == .timeline { return controller.timelineInSight + counted }
        let rows = controller.rows.rows.dropFirst(controller.state.cursor.top).prefix(controller.viewport)
        return rows.compactMap { row in if case .fetch(let id) = row { id } else { nil } } + counted
    }

    private static let earlyLimit = 128
}
