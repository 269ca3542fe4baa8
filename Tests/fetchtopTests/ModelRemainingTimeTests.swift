import Testing

@testable import fetchtop

@Suite struct RemainingTimeTests {
    /// Statistics of a run in which so many fetches finished in each second, each after a tenth of a second.
    private func statistics(_ perSecond: [Int], length: Duration = .milliseconds(100)) -> RunStatistics {
        var statistics = RunStatistics()
        for (second, count) in perSecond.enumerated() where count > 0 {
            statistics.finished.add(count, at: .at(Int64(second) * 1_000 + 500))
            statistics.succeeded.total.record(length)
        }
        return statistics
    }

    private func estimate(_ perSecond: [Int], left: Int, inFlight: Int, length: Duration = .milliseconds(100))
        -> Double?
    {
        RemainingTime.estimate(
            left: left, inFlight: inFlight, statistics(perSecond, length: length),
            at: .at(Int64(perSecond.count) * 1_000))?.inSeconds
    }

    @Test func aSteadyRunTakesWhatItsSpeedSays() throws {
        let time = try #require(estimate(Array(repeating: 100, count: 20), left: 1_010, inFlight: 10))
        #expect(abs(time - 10.1) < 0.2)
    }

    @Test func theLastFetchesTakeTheirOwnTime() throws {
        let time = try #require(
            estimate(Array(repeating: 100, count: 20), left: 110, inFlight: 10, length: .seconds(9)))
        #expect(abs(time - 10) < 0.2)
    }

    @Test func slowRunsAreLookedAtForLonger() throws {
        let time = try #require(estimate((0..<60).map { $0 % 5 == 0 ? 1 : 0 }, left: 22, inFlight: 2))
        #expect(abs(time - 100) < 10)
    }

    /// All that is left runs, it stands still, it has become far slower, nothing has finished yet.
    @Test(
        arguments: [
            (Array(repeating: 100, count: 20), 10, 10),
            (Array(repeating: 1_000, count: 10) + Array(repeating: 0, count: 20), 500, 5),
            (Array(repeating: 30, count: 20) + [1, 0, 1, 0], 50, 10), ([0, 0, 0], 100, 10), ([1, 1, 1], 100, 10),
            ([], 5, 1),
        ] as [([Int], Int, Int)])
    func whatCannotBeKnownIsNotSaid(perSecond: [Int], left: Int, inFlight: Int) {
        #expect(estimate(perSecond, left: left, inFlight: inFlight) == nil)
    }

    @Test func theHeaderSaysWholeSecondsOrNothing() {
        #expect(ProgressText.eta(.milliseconds(465)).string == "eta 1s")
        #expect(ProgressText.eta(.milliseconds(5_300)).string == "eta 6s")
        #expect(ProgressText.eta(.seconds(134)).string == "eta 2m14s")
    }
}
