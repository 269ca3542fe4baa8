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
}
