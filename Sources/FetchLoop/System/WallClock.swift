internal import CSystem

/// The time of day, which people and servers may set.
enum WallClock {
    /// Seconds since 1970. The corresponding C function is `time`.
    static var unixSeconds: Int64 { Int64(time(nil)) }
}
