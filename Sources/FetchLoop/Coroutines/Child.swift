/// A coroutine whose parent stays until it has ended, even when it cancels it: what structured waits are made of.
///
/// Other than a future of ``EventLoop/spawn(name:_:)``, which is over at once when it is cancelled, a child runs to
/// its end and its outcome is that of the body: a value that it got hold of in spite of the cancellation is not lost.
struct Child<Value> {
    let future: Future<Value>
    private let task: Task<Void, Never>

    init(on loop: EventLoop, _ body: nonisolated(nonsending) @escaping () async throws -> Value) {
        future = Future(loop: loop, name: "")
        task = loop.startCoroutine(future, body)
    }

    /// Asks the body to end.
    func cancel() { task.cancel() }
}
