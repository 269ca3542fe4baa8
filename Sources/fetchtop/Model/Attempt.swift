/// One attempt: when, how it went, what came back. Written once, then shared by the event, the store and whoever reads
/// them.
final class Attempt: Codable, Sendable {
    /// From 1; 0 for what was given up before there was one.
    let number: Int
    let startedAt: Moment
    let finishedAt: Moment
    /// Nil for an answer, acceptable or not.
    let failure: FetchFailure?
    let record: TransferRecord
    /// The server's Retry-After, if it sent one.
    let retryAfter: Duration?
    /// Somebody cancelled it on its way: how it would have ended is not known.
    let isCutOff: Bool
    /// How long the wait before the next attempt is, when there is one.
    let backoff: Duration?

    init(
        number: Int, startedAt: Moment, finishedAt: Moment, failure: FetchFailure? = nil,
        record: consuming TransferRecord,
        retryAfter: Duration? = nil, backoff: Duration? = nil, isCutOff: Bool = false
    ) {
        self.number = number
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.failure = failure
        self.record = record
        self.retryAfter = retryAfter
        self.backoff = backoff
        self.isCutOff = isCutOff
    }

    /// It waited too long in the queue and never began.
    var isGivenUp: Bool { number == 0 }

    /// How long it took: as libcurl measured it, or between its events.
    var totalNanoseconds: Int64 {
        let total = record.times.$total
        return total < 0 ? finishedAt.nanoseconds - startedAt.nanoseconds : total * 1_000
    }
}
