import DequeModule

/// What happened, newest last; the oldest are forgotten. Entries become text only when they are looked at.
struct RunLog: Sendable {
    enum Severity: UInt8, Sendable { case info, warning, error }

    enum Event: Hashable, Sendable {
        case text(DisplayText)
        case failed(FetchID)
        case cancelled(FetchID)
        case backingOff(FetchID, until: Moment)
        case paused(FetchID)
        /// A check of watch mode ended otherwise than the one before.
        case changed(FetchID, from: CheckOutcome, to: CheckOutcome)
    }

    struct Entry: Hashable, Sendable {
        let at: Moment
        let severity: Severity
        let event: Event
    }

    static let limit = 5_000
    private(set) var entries = Deque<Entry>()
    /// Entries ever written, forgotten ones too.
    private(set) var count = 0

    mutating func append(_ event: Event, _ severity: Severity, at now: Moment) {
        entries.append(Entry(at: now, severity: severity, event: event))
        count += 1
        if entries.count > Self.limit { entries.removeFirst() }
    }
}
