/// The producing end of a ``Future``.
///
/// A promise that goes away unkept fails its future with `FutureError.abandoned`, so that no one waits for ever.
public final class Promise<Value> {
    /// The consuming end.
    public let future: Future<Value>

    /// Makes a pending future. A name puts it in the loop's list of live futures.
    @inlinable public init(on loop: EventLoop, name: String = "") {
        future = Future(loop: loop, name: name)
    }

    deinit {
        if !future.isDone { _ = future.settle(.failed(FutureError.abandoned)) }
    }

    /// Called when someone cancels the future: stop the work.
    public var onCancel: (() -> Void)? {
        get { future.onCancel }
        set { future.onCancel = future.isDone ? nil : newValue }
    }

    /// Delivers the value.
    ///
    /// - Throws: `FutureError.alreadyDone` after a result or a cancellation.
    @inlinable public func succeed(_ value: Value) throws(FutureError) {
        guard future.succeed(value) else { throw .alreadyDone }
    }

    /// Delivers an error.
    ///
    /// - Throws: `FutureError.alreadyDone` after a result or a cancellation.
    public func fail(_ error: any Error) throws(FutureError) {
        guard future.settle(.failed(error)) else { throw .alreadyDone }
    }

    /// Delivers the value unless the future is done; tells whether it did. Tornado: `set_result_unless_cancelled`.
    @discardableResult
    @inlinable public func trySucceed(_ value: Value) -> Bool { future.succeed(value) }

    /// Delivers an error unless the future is done; tells whether it did. An error dropped because the future was
    /// cancelled is reported to the loop. Tornado: `set_exception_unless_cancelled`.
    @discardableResult
    public func tryFail(_ error: any Error) -> Bool { future.fail(error) }
}

extension Promise where Value == Void {
    /// Delivers the completion.
    ///
    /// - Throws: `FutureError.alreadyDone` after a result or a cancellation.
    public func succeed() throws(FutureError) { try succeed(()) }
}
