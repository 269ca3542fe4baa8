/// Everything about the dashboard that is not about the fetches: a value, so a test can write any state down.
struct ViewState {
    var view = ViewName.fetches
    var cursor = Cursor()
    var tagged: Set<FetchID> = []
    var arrangement = RowArrangement()
    var filter = Filter()
    var search = ""
    var isOrderHeld = false
    /// The cursor stays with its fetch when rows move; otherwise on its line.
    var isFollowing = true
    var frozenSince: Moment?
    var eventsMissed = 0
    var details = Details()
    var overlay = Overlay.none
    var columnScroll = 0
    var isRevealing = false
    var settings = DisplaySettings()
    /// The header gives its lines to the view.
    var isHeaderHidden = false
    var message: Message?
    /// Cursors of the views that are lists.
    var lists: [ViewName: ListState] = [:]
    /// What the cursors of hosts and errors are on; nil for the first line, whatever it is.
    var hostCursor: HostID?
    var errorCursor: ErrorGroups.Key?
    /// Lines below the window of the log; 0 follows its end.
    var logBack = 0
    /// A step of `TimelineWindow.spans`; nil is what suits the run.
    var timelineZoom: Int?
    /// Where the time shown ends; nil is now.
    var timelineEnd: Moment?
    /// The attempt that the timeline's cursor is on; nil is the newest, whichever that is.
    var timelineRow: StartList.Start?
    var latencyMetric = LatencyView.Metric.total
    /// The hosts' latencies in place of the distributions, where there is no room for both.
    var showsLatencyByHost = false
    var mapCursor = 0
    /// What was typed before, by prompt.
    var history: [PromptKind: [String]] = [:]

    /// The row that commands are about. Known by its fetch, never by its place: rows move.
    struct Cursor: Hashable, Sendable {
        /// nil: on the first row, whichever fetch that is.
        var row: TableRow?
        /// Where the cursor stood at the last frame.
        var place = 0
        /// The first row shown.
        var top = 0
    }

    struct Filter {
        /// As typed; kept when the filter is off.
        var text = ""
        var query = FetchQuery.all
        var isOn = true
        var effective: FetchQuery { isOn ? query : .all }
    }

    struct Details: Hashable, Sendable {
        var isOpen = false
        var scroll = 0
        var tab = DetailsTab.timing
    }

    /// What lies over the view and takes the keys.
    enum Overlay {
        case none
        case help(scroll: Int, LineEditor)
        case prompt(Prompt)
        case confirm(Confirmation)
        case menu(Menu)
        case setup(Setup)
        case yank(Yank)
    }

    struct Message: Hashable, Sendable {
        var text: DisplayText
        var role = Role.info
        var until: Moment
    }

    func list(_ view: ViewName) -> ListState { lists[view] ?? ListState() }

    /// The fetch under the cursor, once it was moved to one.
    var selected: FetchID? { if case .fetch(let id) = cursor.row { id } else { nil } }
}

/// What a prompt asks for.
enum PromptKind: Hashable, Sendable {
    case find, filter, command, add, export, rate, concurrency
    case hostLimit(String)

    var label: DisplayText {
        switch self {
        case .find: "Find: "
        case .filter: "Filter: "
        case .command: ":"
        case .add: "Add URLs: "
        case .export: "Write rows to: "
        case .rate: "Starts: "
        case .concurrency: "At once in all: "
        case .hostLimit(let host): "At once from \(DisplayText(sanitising: host, cap: 64)): "
        }
    }
}

extension PromptKind {
    /// What may be typed, while nothing is.
    var hint: DisplayText {
        switch self {
        case .find: "part of a URL"
        case .filter: "state:recv host~cdn code>=400 ttfb>200ms"
        case .command: "Tab completes"
        case .add: "https://..."
        case .export: "a file, .csv for CSV, else NDJSON"
        case .rate: "5/s, 100/m, - for no limit"
        case .concurrency, .hostLimit: "a number"
        }
    }
}

/// An input line at the bottom.
struct Prompt {
    let kind: PromptKind
    var editor: LineEditor
    /// What is wrong with the text so far.
    var complaint: DisplayText?
    /// What the last word may become.
    var suggestions: DisplayText?
    /// To go back to when it is given up.
    var filterBefore = ViewState.Filter()
    var cursorBefore = ViewState.Cursor()
}

/// A question whose answer cannot be taken back. What it is about is fixed when it opens.
struct Confirmation: Sendable {
    enum Action: Hashable, Sendable {
        case cancel([FetchID])
        case retry([FetchID])
        case add([String])
        case export(ExportRequest)
        case quit
    }

    let question: DisplayText
    let details: [DisplayText]
    let action: Action
}

/// A list to choose from.
struct Menu: Sendable {
    let title: DisplayText
    let items: [(label: DisplayText, command: Command)]
    var choice: Int
}
