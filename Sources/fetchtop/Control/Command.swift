/// Everything one can ask of the dashboard: the one type that keys, the `:` line and scripts end in.
///
/// Each has a text that `CommandCatalog` reads back, so a key can be bound to it in a configuration file.
enum Command: Hashable, Sendable {
    // Moving about
    case move(Movement)
    case scrollColumns(Int)
    case zoom(Int)
    case view(ViewName)
    case nextView, previousView
    case open, back
    case goTo(FetchID)
    // What is shown, and how
    case help, setup
    case find(String?), findNext, findPrevious
    case filter(String?), toggleFilter
    case sort(SortKey?), sortStep(Int), invertSort
    case group
    case freeze, holdOrder, follow
    case details(DetailsTab), scrollDetails(Int)
    case toggleHeaders, toggleMeters, reveal, toggleMouse, repaint
    // Fetching as a whole
    case pauseAll, resumeAll, togglePauseAll
    case concurrency(Amount)
    case hostLimit(host: String?, limit: Int?)
    case limits
    case rate(String?)
    case add(String?)
    // Single fetches
    case cancel(Target), retry(Target), pause(Target), resume(Target), togglePause(Target)
    case tag, tagSimilar, untagAll
    case yank(YankKind), export(String?)
    // The program
    case commandLine, suspend, interrupt
    case quit(isForced: Bool)
    case key(Key)

    /// Whether it changes what is fetched, rather than what is seen.
    var steersFetches: Bool {
        switch self {
        case .pauseAll, .resumeAll, .togglePauseAll, .concurrency, .hostLimit, .rate, .add, .cancel, .retry, .pause,
            .resume, .togglePause:
            true
        default: false
        }
    }

    enum Movement: String, CaseIterable, Sendable {
        case up, down, pageUp = "page-up", pageDown = "page-down", halfUp = "half-up", halfDown = "half-down"
        case top, bottom
    }

    enum Amount: Hashable, Sendable {
        case absolute(Int)
        case relative(Int)
        /// Asks for the number.
        case asked
    }

    enum YankKind: String, CaseIterable, Sendable { case url, curl }
}

/// What the table can be ordered by.
enum SortKey: String, CaseIterable, Sendable {
    case attention, id, state, code, time, ttfb, size, rate, `try`, host, url, finished

    /// Whether people expect the largest first.
    var isNaturallyDescending: Bool {
        switch self {
        case .time, .ttfb, .size, .rate, .try, .finished: true
        case .attention, .id, .state, .code, .host, .url: false
        }
    }

    func neighbour(_ step: Int) -> SortKey {
        let all = Self.allCases
        let index = all.firstIndex(of: self) ?? 0
        return all[(index + step % all.count + all.count) % all.count]
    }
}
