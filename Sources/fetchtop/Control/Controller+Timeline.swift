/// The timeline's window and cursor.
extension Controller {
    /// Time stops when the run is over.
    private var timelineNow: Moment { doneAt ?? now }

    /// The lines there are for bars: without the heading, and the line of what was in flight.
    private var timelineHeight: Int { TimelineView.height(bodySize.rows) }

    /// The fetch of the row that the cursor is on.
    var timelineFetch: FetchID? { (state.timelineRow ?? timeline.rows.last)?.id }

    /// The fetches of the rows in sight.
    var timelineInSight: [FetchID] {
        timeline.rows.dropFirst(state.list(.timeline).top).prefix(timelineHeight).map(\.id)
    }

    /// Finds the rows anew, and keeps the cursor on its attempt; without one, at the newest.
    func settleTimeline() {
        // A run that is over is seen whole as long as two screens hold it.
        let limit = timelineHeight * (doneAt == nil ? 1 : 2)
        timeline.window = TimelineWindow(
            zoom: state.timelineZoom, end: state.timelineEnd, oldest: index.starts.elements.first?.at,
            first: index.starts.beginning(ofLast: timelineHeight, ifMoreThan: limit),
            before: timeline.rows.isEmpty ? nil : timeline.window.span, now: timelineNow, isOver: doneAt != nil)
        timeline.rows = timeline.window.rows(index.starts, store, at: timelineNow)
        var list = state.list(.timeline)
        let count = timeline.rows.count
        if let row = state.timelineRow {
            // Zoomed or moved out of sight, it is still what is meant.
            let place = timeline.rows.lastIndex(of: row) ?? -1
            if place >= 0, list.cursor >= 0 { list.top += place - list.cursor }
            list.cursor = place
        } else {
            list.cursor = count - 1
            list.top = count - timelineHeight
        }
        if list.cursor >= 0 { list.top = min(max(list.top, list.cursor - timelineHeight + 1), list.cursor) }
        list.top = max(0, min(list.top, count - timelineHeight))
        state.lists[.timeline] = list
    }

    func moveTimeline(_ movement: Command.Movement) {
        if movement == .bottom {
            state.timelineEnd = nil
            state.timelineRow = nil
            return settleTimeline()
        }
        // What is looked at shall not slide away.
        hold()
        settleTimeline()
        var list = state.list(.timeline)
        if list.cursor < 0 { list.cursor = timeline.rows.count }
        // Above the first row the past goes on.
        if movement == .up, list.cursor == 0, timeline.window.start > 0, let first = timeline.rows.first {
            shiftTimeline(by: -1)
            list.cursor = timeline.rows.lastIndex(of: first) ?? 0
        }
        list.move(movement, page: max(1, timelineHeight - 1))
        guard !timeline.rows.isEmpty else { return }
        select(timeline.rows[max(0, min(timeline.rows.count - 1, list.cursor))])
    }

    /// Puts the cursor on an attempt.
    func select(_ start: StartList.Start) {
        hold()
        if state.timelineRow != start { state.details.scroll = 0 }
        state.timelineRow = start
        settleTimeline()
    }

    /// A quarter of the window back, or forward up to now.
    func shiftTimeline(by step: Int) {
        settleTimeline()
        let window = timeline.window
        let end = window.end + Double(step) * window.span / 4
        let isNow = step > 0 && end >= (timelineNow - .start).inSeconds
        state.timelineEnd = isNow ? nil : .start + .seconds(max(window.span, end))
        settleTimeline()
    }

    /// In and out by steps, and with 0 back to what suits the run.
    func zoom(_ step: Int) {
        settleTimeline()
        let most = TimelineWindow.spans.count - 1
        let step = max(-most, min(most, step))
        state.timelineZoom = step == 0 ? nil : max(0, min(most, timeline.window.zoom - step))
        settleTimeline()
    }

    func openTimelineRow() {
        settleTimeline()
        guard let start = state.timelineRow ?? timeline.rows.last else { return say("nothing started in this time") }
        select(start)
        state.details.isOpen = true
        state.details.scroll = 0
    }

    private func hold() { if state.timelineEnd == nil { state.timelineEnd = timelineNow } }
}
