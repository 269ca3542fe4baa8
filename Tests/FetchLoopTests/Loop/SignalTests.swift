import FetchLoop
import Foundation
import Testing
import TestSupport

@Suite struct SignalTests {
    @Test func aSignalFromAnotherThreadRunsItsHandlersOnTheLoop() async throws {
        let seen = try await withLoop { loop in
            let promise = Promise<Bool>(on: loop)
            let executor = loop.executor
            let first = try loop.onSignal(SIGURG) {}
            let second = try loop.onSignal(SIGURG) { promise.trySucceed(executor.isCurrent) }
            _ = loop.runBlocking { kill(getpid(), SIGURG) }
            let seen = try await promise.future.value
            first.cancel()
            second.cancel()
            return seen
        }
        #expect(seen)
    }

    @Test func aSecondLoopCannotTakeASignalThatIsWatched() async throws {
        try await withLoop { loop in
            let watch = try loop.onSignal(SIGIO) {}
            let other = try EventLoop()
            #expect(throws: SystemError(code: EBUSY, call: "sigaction")) { try other.onSignal(SIGIO) {} }
            watch.cancel()
            let now = try other.onSignal(SIGIO) {}
            now.cancel()
            try other.close()
        }
    }

    @Test(arguments: [SIGKILL, SIGSTOP, 0, 65])
    func aSignalThatCannotBeCaughtIsRefusedEachTime(signal: CInt) async throws {
        try await withLoop { loop in
            for _ in 0..<2 {
                #expect(throws: SystemError(code: EINVAL, call: "sigaction")) { try loop.onSignal(signal) {} }
            }
        }
    }

    /// A handler on another thread may be about to write to the pipe of a loop that is gone: the pipe stays, and serves the
    /// next.
    @Test func thePipeOfALoopThatIsGoneIsNotClosed() async throws {
        try await onFreshThread {
            for _ in 0..<3 {
                let (number, inode) = try Self.usedPipe()
                #expect(try Self.inode(of: number) == inode)
            }
        }
    }

    /// The reading end of the pipe that a loop had.
    private static func usedPipe() throws -> (CInt, ino_t) {
        let loop = try EventLoop()
        _ = try loop.onSignal(SIGVTALRM) { loop.stop() }
        kill(getpid(), SIGVTALRM)
        try loop.run()
        let watch = try #require(loop.activeWatches.first { "\($0.name)" == "signals" })
        let pipe = (watch.descriptor, try inode(of: watch.descriptor))
        try loop.close()
        return pipe
    }

    private static func inode(of descriptor: CInt) throws -> ino_t {
        var status = stat()
        try #require(fstat(descriptor, &status) == 0)
        return status.st_ino
    }
}
