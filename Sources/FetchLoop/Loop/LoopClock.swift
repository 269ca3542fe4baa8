/// Which clock drives a loop's timers.
public enum LoopClock: Sendable {
    /// The system's monotonic clock.
    case monotonic
    /// A clock that stands still while there is work and jumps to the next timer when there is none: tests of
    /// timeouts then need no waiting. It never jumps while a blocking call runs in the thread pool.
    case virtual
}
