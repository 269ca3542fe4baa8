/// A step of a coroutine that kept the loop from everything else.
struct SlowStep {
    let coroutine: CoroutineID
    let nanoseconds: Int64

    /// Read after every step: coarse, unless the limit is too short for that.
    @inline(__always)
    static func clock(for limit: Int64) -> Int64 {
        limit >= 20_000_000 ? MonotonicClock.coarseNanoseconds : MonotonicClock.nanoseconds
    }
}

/// Tells coroutines apart, for the names in reports and lists: the address of the task.
///
/// A `Task`, a continuation of it and the job that resumes it are each nothing but that address. It is compared and
/// never followed, so a runtime in which that changes would cost names and no more; a test would tell.
struct CoroutineID: Hashable {
    private let address: UInt

    /// No coroutine's.
    static let none = CoroutineID(address: 0)

    private init(address: UInt) { self.address = address }

    init(_ job: UnownedJob) { address = unsafe unsafeBitCast(job, to: UInt.self) }

    init(_ task: Task<Void, Never>) { address = unsafe unsafeBitCast(task, to: UInt.self) }

    init(_ continuation: UnsafeContinuation<Void, Never>) {
        address = unsafe unsafeBitCast(continuation, to: UInt.self)
    }
}
