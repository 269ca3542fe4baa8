import DemoServer
import FetchLoop
import Foundation

/// The embedded origin server, on a loop and thread of its own: what end-to-end and client tests fetch from.
public final class OriginServer: Sendable {
    /// `http://127.0.0.1:PORT`.
    public let url: String
    /// The port it listens on.
    public let port: UInt16
    private let executor: LoopExecutor
    private let stop: @Sendable () -> Void

    /// Starts the server; it listens when this returns.
    public init() throws {
        let started = Locked<Result<(port: UInt16, executor: LoopExecutor, stop: @Sendable () -> Void), any Error>?>(
            nil)
        let ready = DispatchSemaphore(value: 0)
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            do {
                let loop = try EventLoop(name: "origin")
                let origin = try Origin(loop: loop)
                let executor = loop.executor
                nonisolated(unsafe) let unsafeLoop = loop  // only used on the loop's own thread
                let stop: @Sendable () -> Void = {
                    executor.post { unsafeLoop.stop() }
                    ended.wait()
                }
                started.withLock { $0 = .success((origin.addresses[0].port, executor, stop)) }
                ready.signal()
                try loop.run()
                origin.close()
                try loop.close()
            } catch {
                started.withLock { if $0 == nil { $0 = .failure(error) } }
                ready.signal()
            }
            ended.signal()
        }
        ready.wait()
        let parts = try started.withLock { try $0!.get() }
        port = parts.port
        url = "http://127.0.0.1:\(parts.port)"
        executor = parts.executor
        stop = parts.stop
    }

    deinit { stop() }
}
