internal import CSystem

/// The system's monotonic clock. The corresponding C function is `clock_gettime(CLOCK_MONOTONIC)`.
enum MonotonicClock {
    /// Nanoseconds since system start; about 25 ns a call, so the loop reads it once a callback.
    @inline(__always)
    static var nanoseconds: Int64 { Int64(csystem_monotonic_ns()) }

    /// The same to within a few milliseconds, at a fifth of the cost: for what must be read after every step of every
    /// coroutine. The corresponding C function is `clock_gettime(CLOCK_MONOTONIC_COARSE)`.
    @inline(__always)
    static var coarseNanoseconds: Int64 { Int64(csystem_coarse_ns()) }
}
