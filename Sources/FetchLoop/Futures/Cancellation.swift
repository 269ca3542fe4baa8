/// An error type one of whose values stands for a cancellation, as `CancellationError` does.
///
/// Nobody is told of such an error when it comes too late: it is the answer to the cancellation itself.
public protocol CancellationDescribing: Error {
    /// Whether this value means that the work was cancelled.
    var isCancellation: Bool { get }
}

/// Whether an error only says that the work was cancelled.
func isCancellation(_ error: any Error) -> Bool {
    error is CancellationError || (error as? any CancellationDescribing)?.isCancellation == true
}
