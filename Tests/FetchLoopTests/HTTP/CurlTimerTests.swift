@testable import FetchLoop
import Testing

/// libcurl's timer, without libcurl and without time.
@Suite(.timeLimit(.minutes(5))) struct CurlTimerTests {
    private func at(_ milliseconds: Int64) -> LoopInstant { LoopInstant(nanoseconds: milliseconds * 1_000_000) }

    @Test func minusOneDeletesTheTimer() {
        var timer = CurlTimer()
        #expect(timer.set(milliseconds: 50, now: at(0), armed: nil) == .arm(at(50)))
        #expect(timer.set(milliseconds: -1, now: at(10), armed: at(50)) == .nothing)
        #expect(timer.deadline == nil)
        #expect(timer.fired(now: at(50)) == .nothing, "the loop's timer goes off for nothing")
    }

    @Test func zeroMeansNowAndIsNoDeadline() {
        var timer = CurlTimer()
        #expect(timer.set(milliseconds: 0, now: at(0), armed: nil) == .kick)
        #expect(timer.deadline == nil)
    }

    @Test func aLaterTimeLeavesTheLoopsTimerWhichIsSetAgainWhenItFires() {
        var timer = CurlTimer()
        #expect(timer.set(milliseconds: 10, now: at(0), armed: nil) == .arm(at(10)))
        #expect(timer.set(milliseconds: 100, now: at(5), armed: at(10)) == .nothing)
        #expect(timer.fired(now: at(10)) == .arm(at(105)))
        #expect(timer.fired(now: at(105)) == .kick)
        #expect(timer.fired(now: at(200)) == .nothing)
    }

    @Test func anEarlierTimeMovesTheLoopsTimer() {
        var timer = CurlTimer()
        #expect(timer.set(milliseconds: 100, now: at(0), armed: nil) == .arm(at(100)))
        #expect(timer.set(milliseconds: 10, now: at(0), armed: at(100)) == .arm(at(10)))
    }
}
