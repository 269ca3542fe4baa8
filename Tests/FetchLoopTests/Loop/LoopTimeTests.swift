import Foundation
import TestSupport
import Testing

@testable import FetchLoop

@Suite struct LoopTimeTests {
    /// The loop sleeps in its poll; what wakes it must not see the time at which it fell asleep.
    @Test func aTimerSetByAnEventCountsFromTheEvent() async throws {
        try await onFreshThread {
            let loop = try EventLoop()
            let pipe = try TestSupport.Pipe()
            let end = pipe.writeEnd
            // Long enough asleep for a timer of the half to be due at once, if it counted from before.
            Thread.detachNewThread {
                usleep(200_000)
                _ = write(end, "x", 1)
            }
            var length = Duration.zero
            var watch: Watch?
            watch = try loop.watch(pipe.readEnd, for: .read, name: "wake") { _ in
                watch?.cancel()
                let start = ContinuousClock.now
                loop.after(.milliseconds(100), name: "after the event") {
                    length = ContinuousClock.now - start
                    loop.stop()
                }
            }
            try loop.run()
            #expect(length >= .milliseconds(100), "a timer never fires early")
        }
    }
}
