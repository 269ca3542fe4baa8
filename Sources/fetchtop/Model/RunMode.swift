/// What a run does with its list, and how far it is: what the header and the progress line say.
enum RunMode: Equatable, Sendable {
    /// Each job is fetched once.
    case once
    /// A finished run is read back; the size of a pipe is not known.
    case reading(byteCount: Int64, of: Int64?)
    /// The list is repeated (`-n`): so many requests in all.
    case load(requests: Int)
    /// The list is repeated for a length of time (`-z`).
    case timedLoad(elapsed: Duration, of: Duration)
    /// The list is checked again and again (`--every`); the next check begins then, unless the run ends before.
    case watch(round: Int, next: Duration?)

    /// How many fetches there will be, as far as that is known: of a load test not all have joined the queue yet.
    func total(of known: Int) -> Int {
        if case .load(let requests) = self { max(requests, known) } else { known }
    }
}
