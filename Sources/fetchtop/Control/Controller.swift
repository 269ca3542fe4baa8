/// Carries out commands: the only one that does, whoever asks.
///
/// ```
/// key ──KeyMap──┐
/// `:` line ─────┼──> Command ──> Controller ──> view state
/// script ───────┘                     └───────> FetchControl (the scheduler)
/// ```
/// Knows no terminal. Lives on the loop's thread.
final class Controller {
    /// What is to happen after a command, besides the change of state.
    struct Reaction: OptionSet, Sendable {
        let rawValue: UInt16
        static let redraw = Reaction(rawValue: 1)
        static let repaint = Reaction(rawValue: 2)
        static let suspend = Reaction(rawValue: 4)
        static let quit = Reaction(rawValue: 8)
        static let abort = Reaction(rawValue: 16)
        static let mouse = Reaction(rawValue: 32)
        /// The display settings changed: show it.
        static let settings = Reaction(rawValue: 64)
        /// Keep them.
        static let saveSettings = Reaction(rawValue: 128)
    }

    private let live: FetchStore
    private let liveIndex: RunIndex
    private var frozen: FetchStore?
    private var frozenIndex: RunIndex?
    private var frozenMoment: Moment?
    let control: any FetchControl
    var keyMap: KeyMap
    var state = ViewState()
    var rows = RowIndex()
    var orders = ListOrders()
    /// What the timeline shows, while it does.
    var timeline = TimelinePage()
    /// How many rows the table shows; from the last frame.
    var viewport = 20
    /// From the last frame as well: whether the details cover everything, how far they scroll, and how high
    /// help is.
    var isDetailsFullScreen = true
    var detailsScrollLimit = 0
    var helpHeight = 20
    var bodySize = Size(columns: 80, rows: 20)
    var futureCount = 0
    /// When everything was done; nil while the run goes on.
    var doneAt: Moment?
    /// What the mouse finds where, in the last frame.
    var zones: [HotZone] = []
    var lastClick: (target: HotZone.Target, at: Moment)?
    /// Reads the time of the run.
    let clock: () -> Moment
    /// Writes rows to a file, and tells what became of it.
    var exporter: (ExportRequest, @escaping (RowExport.Outcome) -> Void) -> Void = { _, _ in }
    /// Puts text into the terminal's clipboard; false when that cannot be.
    var clipboard: (String) -> Bool = { _ in false }
    /// What every request of the run has, for commands that repeat one.
    var requestOptions = RequestOptions()
    /// Something changed outside of a command.
    var onChange: () -> Void = {}

    /// Begins a piece of work; what it returns tells when its time is over. Without a limit everything is done at once.
    var pieceOfWork: () -> () -> Bool = { { false } }

    /// What is being done to many fetches, and what is being looked for, a piece at a time.
    var errand: Errand?
    var errandBegan = Moment.start
    var search: RowSearch?
    private var build: RowBuild?
    private var staticOrders: [StaticOrder.Key: StaticOrder] = [:]
    private var isRebuildNeeded = true
    private var rebuiltAt = Moment.start
    private var movedAt = Moment(nanoseconds: -10_000_000_000)
    private var rowsGeneration = UInt64.max

    /// - Parameter index: Fed with the store's events by whoever made both.
    init(
        store: FetchStore, index: RunIndex = RunIndex(), control: any FetchControl, keyMap: KeyMap = .standard,
        clock: @escaping () -> Moment
    ) {
        live = store
        liveIndex = index
        self.control = control
        self.keyMap = keyMap
        self.clock = clock
    }

    /// The fetches as shown: those at the moment of freezing while the display is frozen.
    var store: FetchStore { frozen ?? live }
    var index: RunIndex { frozenIndex ?? liveIndex }
    var now: Moment { frozenMoment ?? clock() }

    // MARK: - Rows and cursor

    /// Brings the rows up to date if it is time to, and the cursor to where its fetch is now.
    func settle() {
        if isRebuildNeeded || build == nil && isRebuildDue { startBuild() }
        continueBuild()
        settleCursor()
        if state.view != .fetches { settleLists() }
    }

    private var isRebuildDue: Bool {
        guard store.generation != rowsGeneration, !state.isOrderHeld, frozen == nil else { return false }
        if hasRoomForMore { return true }
        let time = clock()
        return time - rebuiltAt >= .seconds(1) && time - movedAt >= .seconds(1)
    }

    /// The first rows of a list that is just being read are wanted at once, not in a second.
    private var hasRoomForMore: Bool {
        rows.rows.count < viewport && store.count > rows.storeCount
            && (state.filter.effective.isAll || store.count < 4_096)
    }

    /// When the rows are due to be ordered anew, if they are out of date.
    var nextRebuild: Moment? {
        guard build == nil, store.generation != rowsGeneration, !state.isOrderHeld, frozen == nil else { return nil }
        return max(rebuiltAt, movedAt) + .seconds(1)
    }

    func setNeedsRebuild() { isRebuildNeeded = true }

    private func startBuild() {
        let order: StaticOrder? =
            switch state.arrangement.sort {
            case .url: staticOrders[.url] ?? StaticOrder(.url)
            case .host: staticOrders[.host] ?? StaticOrder(.host)
            default: nil
            }
        build = RowBuild(
            store, query: state.filter.effective, arrangement: state.arrangement, tagged: state.tagged, order: order,
            at: now)
        isRebuildNeeded = false
        rebuiltAt = clock()
        rowsGeneration = store.generation
    }

    /// The rows are being made anew; `continueBuild` goes on with it.
    var isBuilding: Bool { build != nil || state.view != .fetches && orders.isSorting }
    /// Something goes on in pieces; `continueWork` does the next.
    var isWorking: Bool { isBuilding || errand != nil || search != nil }
    /// How many fetches pass the filter, as far as is known.
    var matchCount: Int { build?.matchCount ?? rows.fetchCount }

    /// Makes the next piece of the rows; true when that was the last.
    @discardableResult
    func continueBuild() -> Bool {
        guard build != nil else {
            // A frame goes on with the lists.
            return isBuilding
        }
        let isOver = pieceOfWork()
        guard let finished = build?.step(until: isOver) else { return false }
        if let order = build?.finishedOrder { staticOrders[order.key] = order }
        build = nil
        rows = finished
        return true
    }

    /// Does the next piece of whatever goes on; true when there is something new to be seen.
    func continueWork() -> Bool {
        if errand != nil {
            continueErrand()
            return errand == nil
        }
        if search != nil {
            continueSearch()
            return search == nil
        }
        return continueBuild()
    }

    /// Brings everything up to date without a limit of time: for whoever goes on with the rows at once.
    func settleNow() { atOnce { settle() } }

    /// Does something without a limit of time: whoever comes next wants its end.
    func atOnce<Result>(_ body: () -> Result) -> Result {
        let limited = pieceOfWork
        pieceOfWork = { { false } }
        defer { pieceOfWork = limited }
        return body()
    }

    private func settleCursor() {
        let count = rows.rows.count
        let line = state.cursor.place - state.cursor.top
        if state.cursor.row == nil {
            state.cursor.place = 0
            state.cursor.top = 0
        } else if state.isFollowing {
            if let place = place(of: state.cursor.row) {
                state.cursor.place = place
                state.cursor.top = place - line
            }
        } else {
            state.cursor.place = max(0, min(count - 1, state.cursor.place))
            state.cursor.row = rows.rows.indices.contains(state.cursor.place) ? rows.rows[state.cursor.place] : nil
        }
        state.cursor.top = max(state.cursor.top, state.cursor.place - viewport + 1)
        state.cursor.top = max(0, min(state.cursor.top, state.cursor.place, count - viewport))
    }

    private func place(of row: TableRow?) -> Int? {
        switch row {
        case nil: nil
        case .fetch(let id): rows.place(of: id)
        case .group(let host): rows.heading(of: host)
        }
    }

    /// The row commands are about; nil when it is filtered out: nothing else is acted on in its place.
    var currentRow: TableRow? {
        guard let row = state.cursor.row else { return rows.rows.first }
        return place(of: row) == nil ? nil : row
    }

    /// The row whose details are shown: that of the table, or that of the timeline.
    var shownRow: TableRow? { state.view == .timeline ? timelineFetch.map { .fetch($0) } : currentRow }

    var currentFetch: FetchID? { if case .fetch(let id) = currentRow { id } else { nil } }

    func moveCursor(to place: Int) {
        movedAt = clock()
        let place = max(0, min(rows.rows.count - 1, place))
        guard rows.rows.indices.contains(place) else { return }
        state.cursor.row = place == 0 ? nil : rows.rows[place]
        state.cursor.place = place
        state.details.scroll = 0
        settleCursor()
    }

    // MARK: - Freezing

    var isFrozen: Bool { frozen != nil }
    /// Events since the display was frozen.
    var eventsMissed: Int { frozen.map { Int(live.generation - $0.generation) } ?? 0 }

    func toggleFreeze() {
        // What is half done would be of the other store.
        if build != nil { setNeedsRebuild() }
        build = nil
        if frozen == nil {
            frozenMoment = clock()
            frozen = live.frozenCopy()
            frozenIndex = liveIndex.frozenCopy()
            state.frozenSince = frozenMoment
        } else {
            frozen = nil
            frozenIndex = nil
            frozenMoment = nil
            state.frozenSince = nil
            setNeedsRebuild()
        }
    }

    // MARK: - Messages

    func say(_ text: DisplayText, _ role: Role = .info) {
        state.message = ViewState.Message(text: text, role: role, until: clock() + .seconds(4))
    }
}
