import FetchLoop
import Foundation
import Testing
import TestSupport

import class TestSupport.Pipe

/// What goes wrong in event loops, each tried on ours.
@Suite struct HazardTests {
    @Test func aDescriptorNumberReusedInTheSamePassGetsNoStaleEvent() async throws {
        try await withLoop(clock: .virtual) { loop in
            let first = try Pipe()
            var second: Pipe? = try Pipe()
            let number = second!.readEnd
            first.write("x")
            second!.write("x")
            var third: Pipe?
            var watches: [Watch] = []
            var staleEvents = 0
            // Both are ready in one poll; whoever is called first closes the other and opens a pipe with its number.
            func swapDescriptors() throws {
                guard third == nil else { return }
                for watch in watches { watch.cancel() }
                second = nil
                third = try Pipe()
                guard third?.readEnd == number || third?.writeEnd == number else { return }
                watches = [try loop.watch(number, for: .read) { _ in staleEvents += 1 }]
            }
            watches.append(try loop.watch(first.readEnd, for: .read) { _ in try swapDescriptors() })
            watches.append(try loop.watch(number, for: .read) { _ in try swapDescriptors() })
            // A virtual clock moves when no descriptor is ready any more.
            try await loop.sleep(for: .seconds(1))
            #expect(third != nil && staleEvents == 0)
            for watch in watches { watch.cancel() }
        }
    }

    @Test func noUnrequestedEventsAreDelivered() async throws {
        try await withLoop { loop in
            var ends: [CInt] = [-1, -1]
            #expect(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0)
            defer { for end in ends { close(end) } }
            #expect(write(ends[1], "x", 1) == 1)
            let promise = Promise<Watch.Events>(on: loop)
            // Readable and writable, and only asked for one.
            let watch = try loop.watch(ends[0], for: .write) { promise.trySucceed($0) }
            let events = try await promise.future.value
            #expect(events == .write)
            watch.cancel()
        }
    }

    @Test func errorsAndHangupsAreToldWhateverTheInterest() async throws {
        try await withLoop { loop in
            let (broken, ended) = (try Pipe(), try Pipe())
            let error = Promise<Watch.Events>(on: loop)
            let hangup = Promise<Watch.Events>(on: loop)
            let watches = [
                try loop.watch(broken.writeEnd, for: []) { error.trySucceed($0) },
                try loop.watch(ended.readEnd, for: []) { hangup.trySucceed($0) },
            ]
            // Closed by another name: the pipes close their own when they go.
            let nothing = open("/dev/null", O_RDWR)
            dup2(nothing, broken.readEnd)
            dup2(nothing, ended.writeEnd)
            close(nothing)
            let errorEvents = try await error.future.value
            let hangupEvents = try await hangup.future.value
            #expect(errorEvents.contains(.error))
            #expect(hangupEvents.contains(.hangup))
            for watch in watches { watch.cancel() }
        }
    }

    @Test func aChangedInterestCountsInTheSamePass() async throws {
        let calls = try await withLoop(clock: .virtual) { loop in
            let pipes = try (0..<2).map { _ in try Pipe() }
            for pipe in pipes { pipe.write("x") }
            var calls = 0
            var watches: [Watch] = []
            for pipe in pipes {
                watches.append(
                    try loop.watch(pipe.readEnd, for: .read) { _ in
                        calls += 1
                        for watch in watches { watch.interest = [] }
                    })
            }
            try await loop.sleep(for: .seconds(1))
            for watch in watches { watch.cancel() }
            return calls
        }
        #expect(calls == 1)
    }

    @Test func aRegularFileCannotBeWatched() async throws {
        try await withLoop { loop in
            let file = open("/proc/self/exe", O_RDONLY)
            defer { close(file) }
            #expect(throws: SystemError(code: EPERM, call: "epoll_ctl")) { try loop.watch(file, for: .read) { _ in } }
            #expect(throws: SystemError.self) { try loop.watch(-1, for: .read) { _ in } }
        }
    }

    @Test func aWatchedDescriptorThatWasClosedMayBeCancelled() async throws {
        try await withLoop { loop in
            var pipe: Pipe? = try Pipe()
            let watch = try loop.watch(pipe!.readEnd, for: .read) { _ in }
            pipe = nil
            watch.interest = [.read, .write]
            watch.cancel()
            #expect(!watch.isActive)
        }
    }

    @Test func manyThreadsWakeTheLoopAndKeepTheirOrder() async throws {
        let (threads, posts) = (8, 5000)
        let received = try await withLoop { loop in
            var received = Array(repeating: [Int](), count: threads)
            let all = Promise<Void>(on: loop)
            let executor = loop.executor
            nonisolated(unsafe) let receive = { (thread: Int, number: Int) in
                received[thread].append(number)
                if received.allSatisfy({ $0.count == posts }) { all.trySucceed(()) }
            }
            for thread in 0..<threads {
                Thread.detachNewThread {
                    for number in 0..<posts { executor.post { receive(thread, number) } }
                }
            }
            try await all.future.value
            return received
        }
        #expect(received == Array(repeating: Array(0..<posts), count: threads))
    }

    /// Each thread waits for its post before it makes the next: one that comes as the loop goes to sleep must wake it.
    @Test func aWakeUpIsNeverLostWhenTheLoopIsAboutToSleep() async throws {
        try await withLoop { loop in
            let executor = loop.executor
            let threads = (0..<8).map { _ in
                loop.runBlocking {
                    let arrived = DispatchSemaphore(value: 0)
                    for _ in 0..<10_000 {
                        executor.post { arrived.signal() }
                        arrived.wait()
                    }
                }
            }
            _ = try await loop.withTimeout(.seconds(60)) { try await loop.gather(threads) }
        }
    }

    @Test func aCallbackThatQueuesItselfStarvesNeitherTimersNorDescriptors() async throws {
        try await withLoop { loop in
            let pipe = try Pipe()
            let (timer, watched) = (Promise<Void>(on: loop), Promise<Void>(on: loop))
            var isOver = false
            func again() { if !isOver { loop.onNextTurn(again) } }
            again()
            loop.after(.milliseconds(1)) { timer.trySucceed(()) }
            let watch = try loop.watch(pipe.readEnd, for: .read) { _ in watched.trySucceed(()) }
            pipe.write("x")
            try await loop.gather([timer.future, watched.future])
            isOver = true
            watch.cancel()
        }
    }

    @Test func aTimerCancelledAfterItFiredIsNoError() async throws {
        try await withLoop(clock: .virtual) { loop in
            var count = 0
            let timer = loop.after(.seconds(1)) { count += 1 }
            try await loop.sleep(for: .seconds(2))
            #expect(!timer.isPending)
            timer.cancel()
            timer.cancel()
            #expect(count == 1 && loop.timerCount == 0)
        }
    }

    @Test func aDeadlineInThePastMeansTheNextTurn() async throws {
        try await withLoop(clock: .virtual) { loop in
            var order: [String] = []
            loop.at(LoopInstant(nanoseconds: 0)) {
                order.append("first")
                loop.at(LoopInstant(nanoseconds: 0)) { order.append("second") }
                loop.onNextTurn { order.append("callback") }
            }
            for _ in 0..<4 { await loop.yield() }
            // The second timer was added in the pass that fired the first, so it waits a turn.
            #expect(order == ["first", "callback", "second"])
        }
    }

    @Test func postsAfterCloseAreDropped() async throws {
        try await onFreshThread {
            let loop = try EventLoop()
            let executor = loop.executor
            try loop.close()
            try loop.close()
            #expect(!executor.post { Issue.record("a closed loop ran a callback") })
            #expect(throws: LoopError.closed) { try loop.run() }
            loop.onNextTurn { Issue.record("a closed loop ran a callback") }
            loop.after(.zero) { Issue.record("a closed loop fired a timer") }
        }
    }

    @Test func aTimerOfAClosedLoopIsOver() async throws {
        try await onFreshThread {
            var timer: LoopTimer?
            do {
                let loop = try EventLoop()
                try loop.close()
                timer = loop.after(.zero) { Issue.record("a closed loop fired a timer") }
                #expect(timer?.isPending == false)
                loop.after(.zero) {}.cancel()
                #expect(loop.timerCount == 0)
            }
            // The loop is gone.
            timer?.cancel()
        }
    }

    @Test func aClosedLoopTakesNoSignalsAndMakesNoBlockingCalls() async throws {
        try await onFreshThread {
            let loop = try EventLoop()
            try loop.onSignal(SIGWINCH) {}.cancel()
            try loop.close()
            #expect(throws: SystemError(code: ESHUTDOWN, call: "watch")) { try loop.onSignal(SIGWINCH) {} }
            #expect(loop.runBlocking { 1 }.isCancelled)
            // Nor does it keep what another could have.
            let other = try EventLoop()
            try other.onSignal(SIGWINCH) {}.cancel()
            try other.close()
        }
    }

    @Test func whatCloseEndsCannotRunTheLoopAgain() async throws {
        try await onFreshThread {
            let loop = try EventLoop()
            var refusals: [LoopError] = []
            for _ in 0..<3 {
                loop.spawn {
                    try? await loop.sleep(for: .seconds(100))
                    do throws(LoopError) { try loop.close() } catch { refusals.append(error) }
                    do throws(LoopError) { try loop.run() } catch { refusals.append(error) }
                    await loop.yield()
                }
            }
            try loop.close()
            #expect(refusals.filter { $0 == .running }.count == 3)
            #expect(refusals.filter { $0 == .alreadyRunning }.count == 3)
        }
    }

    @Test func closingWhileOtherThreadsPostIsSafe() async throws {
        for _ in 0..<20 {
            try await onFreshThread {
                let loop = try EventLoop()
                let executor = loop.executor
                let posters = (0..<3).map { _ in
                    let thread = Thread { for _ in 0..<2000 { executor.post {} } }
                    thread.start()
                    return thread
                }
                loop.after(.microseconds(200)) { loop.stop() }
                try loop.run()
                try loop.close()
                while posters.contains(where: { !$0.isFinished }) { Thread.sleep(forTimeInterval: 0.0005) }
            }
        }
    }

    @Test func manyLoopsRunAtOnceEachOnItsThread() async throws {
        let sums = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    try await withLoop { loop in
                        var sum = 0
                        try await loop.gather(
                            (0..<50).map { number in
                                {
                                    try await loop.sleep(for: .microseconds(number))
                                    sum += number
                                }
                            })
                        return sum
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(sums == Array(repeating: 1225, count: 16))
    }

    @Test func aLoopMayBeRunAgainAndByAnotherThread() async throws {
        try await onFreshThread {
            let loop = try EventLoop(clock: .virtual)
            for round in 1...3 {
                let value = try loop.run {
                    try await loop.sleep(for: .seconds(1))
                    return round
                }
                #expect(value == round)
            }
            nonisolated(unsafe) let handedOver = loop
            let done = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                let value = try? unsafe handedOver.run { 4 }
                #expect(value == 4)
                done.signal()
            }
            done.wait()
            try loop.close()
        }
    }

    @Test func aTimerWhoseCallbackHoldsTheOwnerOfAnotherGoesWithTheLoop() async throws {
        final class Owner {
            var timer: LoopTimer?
            deinit { timer?.cancel() }
        }
        try await onFreshThread {
            weak var seen: Owner?
            do {
                let loop = try EventLoop()
                let owner = Owner()
                loop.after(.seconds(1)) { _ = owner }
                owner.timer = loop.after(.seconds(2)) {}
                seen = owner
            }
            #expect(seen == nil)
        }
    }

    @Test func aWatchThatIsOverLetsGoOfItsHandlerWhichOftenHoldsIt() async throws {
        final class Owner {}
        try await withLoop { loop in
            let pipe = try Pipe()
            weak var seen: Owner?
            weak var seenBySignal: Owner?
            do {
                let (owner, other) = (Owner(), Owner())
                (seen, seenBySignal) = (owner, other)
                var (watch, signalWatch): (Watch?, SignalWatch?)
                var isOver = false
                watch = try loop.watch(pipe.readEnd, for: .read) { _ in
                    _ = owner
                    watch?.cancel()
                }
                signalWatch = try loop.onSignal(SIGCONT) {
                    _ = other
                    signalWatch?.cancel()
                    isOver = true
                }
                pipe.write("x")
                kill(getpid(), SIGCONT)
                while watch?.isActive == true || !isOver { await loop.yield() }
                await loop.yield()
            }
            #expect(seen == nil && seenBySignal == nil)
        }
    }

    @Test func aLoopThatGoesWithoutCloseTakesItsTimersAndWatchesAlong() async throws {
        try await onFreshThread {
            var (timer, watch): (LoopTimer?, Watch?)
            let pipe = try Pipe()
            do {
                let loop = try EventLoop()
                timer = loop.after(.seconds(1)) {}
                watch = try loop.watch(pipe.readEnd, for: .read) { _ in }
            }
            timer?.cancel()
            watch?.interest = .write
            watch?.cancel()
            #expect(timer?.isPending == false && watch?.isActive == false)
        }
    }
}
