private import Synchronization

extension EventLoop {
    /// Makes a call that blocks in a thread of the process's pool; the future is settled on the loop.
    ///
    /// Calls run truly in parallel; the error of one is its future's. Tornado: `run_in_executor`, `run_on_executor`.
    ///
    /// The future fails with `SystemError` `EAGAIN` when the pool has no thread and cannot make one.
    ///
    /// - Cancellation: The future is cancelled at once, and a call that waits for a free thread is not made any more. One
    ///   that runs already cannot be stopped; its result is dropped.
    public func runBlocking<Value: Sendable>(
        name: String = "", _ call: @escaping @Sendable () throws -> Value
    ) -> Future<Value> {
        let promise = Promise<Value>(on: self, name: name)
        guard !isClosed else {
            // Nobody would take the result.
            promise.future.cancel()
            return promise.future
        }
        let id = blockingCalls.insert(BlockingCall(promise))
        let executor = executor
        let start = BlockingCallStart()
        promise.onCancel = { [unowned self] in
            if start.take() { _ = blockingCalls.remove(id) }
        }
        // Sound: looked at on the loop's thread only, by a callback that only a living loop makes. The promise does not
        // travel: the pool's thread could be the last to hold it, and would free it there.
        nonisolated(unsafe) unowned let loop = self
        let settle: @Sendable (Result<Value, any Error>) -> Void = { result in
            executor.post { unsafe (loop.blockingCalls.remove(id) as? BlockingCall<Value>)?.settle(result) }
        }
        ThreadPool.shared.run {
            if start.take() { settle(Result { try call() }) }
        } orRefuse: { error in
            settle(.failure(error))
        }
        return promise.future
    }
}

/// Whether a call is made or cancelled: who takes this first decides.
private final class BlockingCallStart: Sendable {
    private let isTaken = Atomic(false)

    func take() -> Bool { !isTaken.exchange(true, ordering: .acquiringAndReleasing) }
}

/// The calls that are made in the thread pool, and what waits for their results.
struct BlockingCalls {
    private var calls: [Int: any AnyBlockingCall] = [:]
    private var nextID = 0

    var isEmpty: Bool { calls.isEmpty }

    mutating func insert(_ call: any AnyBlockingCall) -> Int {
        nextID += 1
        calls[nextID] = call
        return nextID
    }

    mutating func remove(_ id: Int) -> (any AnyBlockingCall)? { calls.removeValue(forKey: id) }

    /// For the loop's end, which cancels them: nothing of it is left to settle when the calls end later.
    mutating func takeAll() -> [any AnyBlockingCall] {
        defer { calls = [:] }
        return Array(calls.values)
    }
}

protocol AnyBlockingCall: AnyObject {
    func cancel()
}

private final class BlockingCall<Value>: AnyBlockingCall {
    private let promise: Promise<Value>

    init(_ promise: Promise<Value>) { self.promise = promise }

    func settle(_ result: Result<Value, any Error>) {
        switch result {
        case .success(let value): promise.trySucceed(value)
        case .failure(let error): promise.tryFail(error)
        }
    }

    func cancel() { promise.future.cancel() }
}
