import Testing

@testable import fetchtop

@Suite struct ModelHistogramTests {
    @Test func anEmptyHistogramKnowsNoPercentile() {
        #expect(Histogram().percentile(0.5) == nil)
        #expect(Histogram().mean == nil)
    }

    @Test(arguments: [4, 5, 7]) func percentilesAreWithinTheStatedError(precision: Int) {
        var histogram = Histogram(precision: precision)
        var random = SeededRandom(seed: 3)
        let values = (0..<20_000).map { _ in Int64.random(in: 0..<10_000_000, using: &random) }.sorted()
        for value in values { histogram.record(.microseconds(value)) }
        for fraction in [0.01, 0.5, 0.9, 0.99, 0.999] {
            let exact = Double(values[Int((Double(values.count) * fraction).rounded(.up)) - 1])
            let found = histogram.percentile(fraction)!.inSeconds * 1e6
            #expect(found >= exact - 1)
            #expect(found <= exact * (1 + 1 / Double(1 << precision)) + 1)
        }
        #expect(histogram.percentile(1) == .microseconds(values.last!))
        #expect(histogram.maximum == .microseconds(values.last!))
    }

    @Test func smallValuesAreExact() {
        var histogram = Histogram()
        for value in 1...100 { histogram.record(.microseconds(value)) }
        #expect(histogram.percentile(0.5) == .microseconds(50))
        #expect(histogram.percentile(0.99) == .microseconds(99))
    }

    @Test func valuesBeyondTheRangeCountAsTheLongest() {
        var histogram = Histogram()
        histogram.record(.seconds(100_000))
        histogram.record(.milliseconds(-5))
        #expect(histogram.count == 2)
        #expect(histogram.percentile(1) == .seconds(100_000))
        #expect(histogram.percentile(0.5) == .zero)
    }
}

@Suite struct ModelRecentSecondsTests {
    @Test func amountsAreKeptBySecondAndForgottenInTime() {
        var seconds = RecentSeconds(length: 4)
        seconds.add(5, at: .at(100))
        seconds.add(7, at: .at(1_500))
        seconds.add(1, at: .at(1_900))
        #expect(seconds.history(3, at: .at(2_000)) == [0, 5, 8])
        #expect(seconds.perSecond(over: 2, at: .at(2_000)) == 6.5)
        seconds.add(2, at: .at(60_000))
        #expect(seconds.history(3, at: .at(61_000)) == [0, 0, 2])
        #expect(seconds.total == 15)
    }

    @Test func nothingReceivedForALongTimeReadsAsZero() {
        var seconds = RecentSeconds(length: 60)
        seconds.add(5, at: .at(100))
        #expect(seconds.perSecond(at: .at(30_000)) == 0)
    }
}
