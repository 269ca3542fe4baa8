import Foundation

/// A condition that did not come true in time.
public struct Timeout: Error, CustomStringConvertible {
    /// What was waited for, and what there was instead.
    public let description: String
}

/// Blocks the calling thread until the condition yields a value, looking again every few milliseconds.
///
/// Only for threads of a test's own (see `onFreshThread`), never for the cooperative pool. The limit is for what hangs,
/// not for what is slow: nothing is concluded from how long it took.
///
/// - Throws: `Timeout` after the limit, or what the condition throws.
public func waitUntil<Value>(
    _ what: String, limit: Duration = .seconds(60), instead: () -> String = { "" }, _ condition: () throws -> Value?
) throws -> Value {
    let deadline = ContinuousClock.now + limit
    while true {
        if let value = try condition() { return value }
        guard ContinuousClock.now < deadline else {
            throw Timeout(description: "waited \(limit) for \(what)\n\(instead())")
        }
        usleep(5_000)
    }
}

/// Blocks the calling thread until the condition is true.
public func waitUntil(
    _ what: String, limit: Duration = .seconds(60), instead: () -> String = { "" }, _ condition: () throws -> Bool
) throws {
    try waitUntil(what, limit: limit, instead: instead) { try condition() ? () : nil }
}
