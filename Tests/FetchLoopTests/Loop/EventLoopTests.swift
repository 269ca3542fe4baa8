import FetchLoop
import Testing
import TestSupport

@Suite struct EventLoopTests {
    @Test func callbackQueuedInATurnRunsInTheNextTurn() async throws {
        let order = try await onFreshThread {
            let loop = try EventLoop()
            var order: [String] = []
            loop.onNextTurn {
                order.append("a")
                loop.onNextTurn {
                    order.append("c")
                    loop.stop()
                }
            }
            loop.onNextTurn { order.append("b") }
            try loop.run()
            return order
        }
        #expect(order == ["a", "b", "c"])
    }

    @Test func postFromAnotherThreadWakesASleepingLoop() async throws {
        let value = try await withLoop { loop in
            let promise = Promise<Int>(on: loop)
            nonisolated(unsafe) let unsafePromise = promise
            let executor = loop.executor
            let future = loop.runBlocking { _ = executor.post { unsafePromise.trySucceed(7) } }
            try await future.value
            return try await promise.future.value
        }
        #expect(value == 7)
    }

    @Test func equalDeadlinesFireInTheOrderAdded() async throws {
        let order = try await withLoop(clock: .virtual) { loop in
            var order: [Int] = []
            let deadline = loop.now.advanced(by: .seconds(5))
            for index in 0..<50 { loop.at(deadline) { order.append(index) } }
            try await loop.sleep(for: .seconds(6))
            return order
        }
        #expect(order == Array(0..<50))
    }

    @Test func timerCancelledInItsOwnTurnDoesNotFire() async throws {
        let fired = try await withLoop(clock: .virtual) { loop in
            var fired: [String] = []
            var second: LoopTimer?
            loop.after(.seconds(1)) {
                fired.append("first")
                second?.cancel()
            }
            second = loop.after(.seconds(1)) { fired.append("second") }
            try await loop.sleep(for: .seconds(2))
            return fired
        }
        #expect(fired == ["first"])
    }

    @Test func runInsideRunIsAnError() async throws {
        try await withLoop { loop in
            #expect(throws: LoopError.alreadyRunning) { try loop.run() }
            #expect(throws: LoopError.running) { try loop.close() }
        }
    }

    @Test func stopBeforeStartReturnsAtOnce() async throws {
        try await onFreshThread {
            let loop = try EventLoop()
            loop.stop()
            try loop.run()
            let value = try loop.run { 3 }
            #expect(value == 3)
        }
    }

    @Test func runTimesOutAndCancelsTheBody() async throws {
        try await onFreshThread {
            let loop = try EventLoop(clock: .virtual)
            var unwound = false
            #expect(throws: LoopError.timedOut) {
                try loop.run(timeout: .seconds(1)) {
                    do { try await loop.sleep(for: .seconds(100)) } catch {
                        unwound = true
                        throw error
                    }
                }
            }
            #expect(unwound)
        }
    }

    @Test func aThrowingCallbackIsReportedAndTheLoopGoesOn() async throws {
        let reports = try await withLoop { loop in
            var reports: [String] = []
            loop.onDiagnostic = { reports.append($0.message) }
            loop.onNextTurn(name: "bad") { throw FutureError.pending }
            await loop.yield()
            await loop.yield()
            return reports
        }
        #expect(reports == ["error in bad: the future has no result yet"])
    }

    @Test func aHandlerMayRemoveAnotherReadyOne() async throws {
        let calls = try await withLoop(clock: .virtual) { loop in
            var calls = 0
            var pipes: [Pipe] = []
            var watches: [Watch] = []
            for _ in 0..<2 { pipes.append(try Pipe()) }
            for pipe in pipes { pipe.write("x") }
            for pipe in pipes {
                watches.append(
                    try loop.watch(pipe.readEnd, for: .read) { _ in
                        calls += 1
                        for watch in watches { watch.cancel() }
                    })
            }
            // A virtual clock moves when no descriptor is ready any more.
            try await loop.sleep(for: .seconds(1))
            return calls
        }
        #expect(calls == 1)
    }

    @Test func watchingADescriptorTwiceIsAnErrorAndRemovingTwiceIsNot() async throws {
        try await withLoop { loop in
            let pipe = try Pipe()
            let watch = try loop.watch(pipe.readEnd, for: .read) { _ in }
            #expect(throws: SystemError.self) { try loop.watch(pipe.readEnd, for: .read) { _ in } }
            watch.cancel()
            watch.cancel()
            let again = try loop.watch(pipe.readEnd, for: .read) { _ in }
            again.cancel()
        }
    }

    @Test func closeResumesWaitingCoroutinesWithCancellation() async throws {
        try await onFreshThread {
            let loop = try EventLoop()
            var ended = 0
            for _ in 0..<3 {
                loop.spawn {
                    do { try await loop.sleep(for: .seconds(100)) } catch { ended += 1 }
                }
            }
            loop.onNextTurn { loop.stop() }
            try loop.run()
            try loop.close()
            #expect(ended == 3)
        }
    }

    @Test func aBlockingCallbackIsReportedByName() async throws {
        let messages = try await withLoop { loop in
            var reports: [LoopDiagnostic] = []
            loop.blockedThreshold = .milliseconds(1)
            loop.onDiagnostic = { reports.append($0) }
            loop.onNextTurn(name: "slow one") {
                let end = LoopInstant.now.advanced(by: .milliseconds(3))
                while LoopInstant.now < end {}
            }
            await loop.yield()
            await loop.yield()
            return reports.map(\.message)
        }
        #expect(messages.contains { $0.hasPrefix("slow one blocked the loop for") })
    }
}
