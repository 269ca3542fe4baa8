/// Something that happened to a fetch: the only way a `FetchStore` changes, and what sinks see, in order.
///
/// A small value without loop types, so that it can be recorded, replayed and sent elsewhere.
struct FetchEvent: Codable, Sendable {
    var id: FetchID
    var at: Moment
    var kind: Kind

    enum Kind: Codable, Sendable {
        /// Joined the queue. The first event of every fetch.
        case added(FetchJob)
        /// An attempt took a slot; `attempt` counts from 1.
        case started(attempt: Int)
        /// The schedule of an open-loop load wanted it to start then. Comes right after the first `started`.
        case intended(Moment)
        /// The transfer of a started attempt moved on: one of the in-flight states.
        case phase(FetchState)
        /// The final hop's head arrived.
        case head(ResponseHead)
        /// Body bytes arrived: how many since the last event.
        case received(Int)
        /// Request body bytes were sent: how many since the last event.
        case sent(Int)
        /// The body is in its file, or was there already.
        case saved(SavedBody)
        /// An attempt ended and gave its slot back. What follows is `retrying`, `paused`, `finished` or `requeued`.
        case attemptFinished(Attempt)
        /// The next attempt waits for its back-off.
        case backingOff(until: Moment)
        /// Back in the queue: after a back-off, a resume, or a retry of a finished fetch.
        case requeued
        /// Watch mode: the check of this round joined the queue. Attempts count from 1 again.
        case checkedAgain(round: UInt32)
        /// Somebody paused this fetch.
        case paused
        /// The queue's order for this fetch changed.
        case prioritised(Int32)
        /// What the time before the attempts went to, as a record has it: a replay measures nothing itself.
        case waited(Waits)
        /// The end, for now: `state` is one of the finished ones.
        case finished(FetchState)
    }
}
