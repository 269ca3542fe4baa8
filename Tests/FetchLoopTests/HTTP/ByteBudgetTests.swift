import Testing

@testable import FetchLoop

@Suite(.timeLimit(.minutes(5))) struct ByteBudgetTests {
    @Test(arguments: [10, 1000, 16_384, 300_000])
    func theRateHoldsOverAnyWhileAndIsUsedUp(piece: Int) {
        let rate = 100_000
        let start = LoopInstant(nanoseconds: 5_000_000_000)
        var budget = ByteBudget(bytesPerSecond: Int64(rate), at: start)
        var now = start
        var taken = 0
        while now < start.advanced(by: .seconds(20)) {
            if budget.hasRoom(at: now) {
                budget.take(piece)
                taken += piece
                let allowed = rate / 10 + Int((now - start).nanoseconds / 10_000) + piece
                #expect(taken <= allowed)
            } else {
                let next = budget.nextRoom()
                #expect(next > now)
                now = next
            }
        }
        // A millisecond of each wait is rounding.
        #expect(taken > 20 * rate * 9 / 10)
    }

    @Test func whatWasNotUsedForLongIsNoMoreThanABurst() {
        let start = LoopInstant(nanoseconds: 0)
        var budget = ByteBudget(bytesPerSecond: 1000, at: start)
        let later = start.advanced(by: .seconds(3600))
        var taken = 0
        while budget.hasRoom(at: later) {
            budget.take(10)
            taken += 10
        }
        #expect(taken == 100)
    }
}
