import Foundation

/// How many random orders a test tries: a tenth under a sanitizer, where each takes twenty times as long
/// (`Scripts/sanitize` says so), and is looked at all the more closely.
public func seedCount(_ count: Int) -> Int {
    ProcessInfo.processInfo.environment["FETCHTOP_SANITIZER"] == nil ? count : (count + 9) / 10
}
