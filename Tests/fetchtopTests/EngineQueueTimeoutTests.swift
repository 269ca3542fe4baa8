import FetchLoop
import Foundation
import TestSupport
import Testing

@testable import fetchtop

@Suite struct EngineQueueTimeoutTests {
    /// A turn of the loop that takes longer than the limit is not the fetches' fault.
    @Test func aLateLoopIsNoReasonToGiveUpWhatHasASlot() throws {
        let loop = try EventLoop()
        let time = RunTime(origin: loop.now)
        let client = FakeTransferClient(loop: loop, time: time) { _, _ in .answer(200, after: .milliseconds(200)) }
        var options = RunOptions()
        options.time.queue = .milliseconds(50)
        options.concurrency.total = 100
        options.concurrency.perHost = 100
        let store = FetchStore()
        let scheduler = FetchScheduler(loop: loop, store: store, client: client, time: time, options: options)
        scheduler.onPump = { [unowned scheduler] in if scheduler.isIdle { loop.stop() } }
        loop.onNextTurn {
            for number in 0..<101 { scheduler.add(FetchJob(url: "http://a/\(number)")) }
            // As long as the whole limit.
            usleep(60_000)
        }
        try loop.run()
        #expect(store.counts[.succeeded] == 100)
        // The one for which there was no slot is the one that waited too long.
        #expect(store.counts[.failed] == 1 && store[FetchID(index: 100)].failure == .queueTimeout)
        scheduler.onPump = {}
    }
}
