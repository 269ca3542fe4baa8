/// Everything a frame shows. Rendering is a pure function of this, a size and the terminal's capabilities.
struct Scene {
    let store: FetchStore
    let state: ViewState
    let rows: RowIndex
    /// The moment shown: that of freezing while the display is frozen.
    let now: Moment
    var index = RunIndex()
    var orders = ListOrders()
    var timeline = TimelinePage()
    var run = RunFigures()
    var keyMap = KeyMap.standard
    /// What every request of the run has.
    var requestOptions = RequestOptions()
    /// The row the cursor is on; nil when it is filtered out.
    var current: TableRow?
    /// How many fetches pass the filter, and whether there may be more.
    var matches: (count: Int, isCounting: Bool) = (0, false)
    /// What is being done to many fetches.
    var work: Errand.Progress?
    /// What libcurl knows of the shown fetch while it is in flight.
    var liveRecord: TransferRecord?
    /// The beginning of the shown fetch's body, laid out, while its tab is open.
    var body: BodyText?
}

/// Facts about the run and the program that are in no fetch.
struct RunFigures {
    /// Where the URLs come from, for the title line.
    var source: DisplayText = ""
    var mode = RunMode.once
    var concurrency = 0
    /// Attempts after the first, of jobs that say nothing else.
    var retryCount = 0
    /// Connections open now.
    var connections = 0
    var isPaused = false
    var isDraining = false
    /// All sources are read to their end: how many fetches there will be is known.
    var isInputOver = true
    /// Lines of the list, or of the file that is replayed, that could not be used.
    var problemCount = 0
    /// Whether it is known how many fetches there will be: of a load test that is said beforehand.
    var isTotalKnown: Bool { if case .load = mode { true } else { isInputOver } }
    /// All input is read, and nothing will happen by itself any more.
    var isDone = false
    /// Since when, where that is known.
    var doneAt: Moment?
    var framesPerSecond = 10
    /// How long the display has stood still, and what it missed since.
    var frozenFor = Duration.zero
    var eventsMissed = 0
    /// Mean and longest turn of the loop in the last second.
    var meanTurn = Duration.zero
    var maxTurn = Duration.zero
    var isTerminalSlow = false
    /// East of UTC, for times of day.
    var utcOffset = Duration.zero
    var loop = LoopFigures()
}

/// What the Futures view shows of the loop.
struct LoopFigures {
    var turns: UInt64 = 0
    var callbacks: UInt64 = 0
    var callbacksPerSecond = 0.0
    var busyShare = 0.0
    var timerCount = 0
    var slowestName: DisplayText = ""
    var slowest = Duration.zero
    var turnHistogram: [UInt64] = []
    /// Watched descriptors by name, the most frequent first.
    var watches: [(name: DisplayText, count: Int)] = []
    /// Named futures, coroutines that wait, timers to come.
    var entries: [LoopEntry] = []
}

/// A line of the Futures view: something that the loop keeps for later.
struct LoopEntry: Hashable, Sendable {
    /// `pending`, `failed` ... of a future; `waiting` of a coroutine without one; `timer`.
    var state: String
    /// How old it is; of a timer, how long until it is due.
    var time: Duration
    var name: String
    /// What its coroutine waits for.
    var waitingFor: String?

    var isTimer: Bool { state == "timer" }
}
