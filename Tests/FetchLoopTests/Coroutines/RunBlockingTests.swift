import Foundation
import Synchronization
import TestSupport
import Testing

@testable import FetchLoop

/// Tornado: run_on_executor, IOLoop.run_in_executor.
@Suite struct RunBlockingTests {
    struct Failure: Error {}

    @Test func aMethodThatBlocksIsAwaitedByACoroutine() async throws {
        try await withLoop { loop in
            let thread = loop.executor
            let value = try await loop.runBlocking { thread.isCurrent ? "on the loop" : "beside it" }.value
            #expect(value == "beside it")
        }
    }

    @Test func itsFutureServesCallbacksToo() async throws {
        try await withLoop { loop in
            let promise = Promise<Int>(on: loop)
            let executor = loop.executor
            loop.runBlocking { 42 }.whenDone { future in
                #expect(executor.isCurrent)
                promise.trySucceed(try future.result())
            }
            let value = try await promise.future.value
            #expect(value == 42)
        }
    }

    @Test func anErrorReachesTheWaiterAndTheCallback() async throws {
        try await withLoop { loop in
            let call = loop.runBlocking { throw Failure() }
            await #expect(throws: Failure.self) { try await call.value }
            #expect(throws: Failure.self) { try call.result() }
        }
    }

    /// Each waits for the other: one after the other they would never end.
    @Test func callsRunTrulyInParallel() async throws {
        try await withLoop { loop in
            let arrived = (0..<3).map { _ in DispatchSemaphore(value: 0) }
            let calls = (0..<3).map { index in
                loop.runBlocking {
                    for _ in 0..<2 { arrived[index].signal() }
                    for other in 0..<3 where other != index { arrived[other].wait() }
                    return index
                }
            }
            let order = try await loop.gather(calls)
            #expect(order == [0, 1, 2])
        }
    }

    @Test func cancellingDoesNotStopACallThatRunsAndItsErrorIsReported() async throws {
        let reports = try await withLoop { loop in
            var reports: [String] = []
            loop.onDiagnostic = { reports.append($0.message) }
            let (began, go) = (Flag(), DispatchSemaphore(value: 0))
            let call = loop.runBlocking(name: "call") {
                began.set()
                go.wait()
                throw Failure()
            }
            try await loop.wait(for: "the call's begin") { began.isSet }
            #expect(call.cancel())
            await #expect(throws: CancellationError.self) { try await call.value }
            go.signal()
            while reports.isEmpty { await loop.yield() }
            return reports
        }
        #expect(reports == ["error of call, dropped because the future was cancelled: Failure()"])
    }

    /// The pool's thread may be the last to know of a call: the loop's own objects must not be freed there.
    @Test func namedCallsThatEndAtAnyMomentLeaveNoFutureBehind() async throws {
        try await withLoop { loop in
            for round in 0..<300 {
                for _ in 0..<4 {
                    let call = loop.runBlocking(name: "call") { round }
                    if round % 3 == 0 { call.cancel() }
                }
                if round % 2 == 0 { await loop.yield() }
            }
            while !loop.liveFutures.isEmpty { await loop.yield() }
        }
    }

    /// A future that goes touches its loop; nothing but the loop's thread may do that.
    @Test func aFutureThatNobodyKeepsGoesOnTheLoopsThread() async throws {
        let (count, strays) = try await withLoop { loop in
            let executor = loop.executor
            let seen = Mutex((count: 0, strays: 0))
            loop.onDiagnostic = { diagnostic in
                guard case .neverRetrieved = diagnostic else { return }
                let isStray = !executor.isCurrent
                seen.withLock { $0 = ($0.count + 1, $0.strays + (isStray ? 1 : 0)) }
            }
            for _ in 0..<20 {
                // Dropped at once: its error is reported where the last reference goes.
                for _ in 0..<200 { _ = loop.runBlocking(name: "call") { throw Failure() } }
                try await loop.runBlocking {}.value
            }
            while seen.withLock({ $0.count }) < 4_000 { try await loop.sleep(for: .milliseconds(1)) }
            return seen.withLock { ($0.count, $0.strays) }
        }
        #expect(count == 4_000)
        #expect(strays == 0)
    }

    @Test func closingTheLoopEndsTheWaitForACallThatRuns() async throws {
        try await onFreshThread {
            let loop = try EventLoop()
            let go = DispatchSemaphore(value: 0)
            var ending: (any Error)?
            loop.spawn {
                do { try await loop.runBlocking { go.wait() }.value } catch { ending = error }
            }
            loop.onNextTurn { loop.stop() }
            try loop.run()
            try loop.close()
            #expect(ending is CancellationError)
            go.signal()
        }
    }

    /// The pool has fewer threads than there are calls before it, none of which ends before it was cancelled.
    @Test func aCallThatWaitsForAThreadIsNotMadeAfterItsCancellation() async throws {
        try await withLoop { loop in
            let go = DispatchSemaphore(value: 0)
            let blockers = (0..<64).map { _ in loop.runBlocking { go.wait() } }
            let made = Flag()
            let call = loop.runBlocking { made.set() }
            #expect(call.cancel())
            for _ in blockers { go.signal() }
            _ = try await loop.gather(blockers)
            // Behind it in the queue.
            try await loop.runBlocking {}.value
            #expect(!made.isSet)
        }
    }

    /// Each of two who call believes that the other has started a thread.
    @Test func withoutAnyThreadAllCallsFail() async throws {
        try await onFreshThread {
            let (starts, made, refused) = (Counter(), Counter(), Counter())
            let (began, go) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            let pool = ThreadPool(limit: 4) { _ in
                starts.increment()
                if starts.value == 1 { return EAGAIN }
                began.signal()
                go.wait()
                return EAGAIN
            }
            let call: @Sendable () -> Void = {
                pool.run {
                    made.increment()
                } orRefuse: { error in
                    if error == SystemError(code: EAGAIN, call: "pthread_create") { refused.increment() }
                }
            }
            call()
            #expect(refused.value == 1)
            let done = DispatchSemaphore(value: 0)
            for _ in 0..<2 {
                Thread.detachNewThread {
                    call()
                    done.signal()
                }
            }
            for _ in 0..<2 { began.wait() }
            for _ in 0..<2 { go.signal() }
            for _ in 0..<2 { done.wait() }
            #expect(refused.value == 3 && made.value == 0)
        }
    }

    /// Its result finds nobody; nor may it keep the loop.
    @Test func aCallMadeWhileTheLoopClosesIsCancelled() async throws {
        try await onFreshThread {
            weak var weakLoop: EventLoop?
            do {
                let loop = try EventLoop()
                weakLoop = loop
                loop.spawn { [unowned loop] in
                    do { try await loop.sleep(for: .seconds(1000)) } catch { _ = loop.runBlocking {} }
                }
                try loop.run { await loop.yield() }
                try loop.close()
            }
            #expect(weakLoop == nil)
        }
    }
}
