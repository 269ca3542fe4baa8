import Testing

@testable import fetchtop

@Suite struct ProgressTextTests {
    @Test(arguments: [
        (RunMode.once, 12, 50, "12/50 24%"), (.load(requests: 50_000), 12_000, 12_500, "load 12000/50000 24%"),
        (.reading(byteCount: 512 << 20, of: 1 << 30), 0, 0, "reading 1.0G 50%"),
        (.reading(byteCount: 2_048, of: nil), 0, 0, "reading 2.0K"), (.load(requests: 10), 10, 10, "load 10/10 100%"),
        (.load(requests: 1_000), 999, 1_000, "load 999/1000 99%"),
        // By hand more may be added than the test has.
        (.load(requests: 10), 11, 12, "load 11/12 92%"),
        (.timedLoad(elapsed: .milliseconds(9_900), of: .seconds(30)), 14_213, 14_263, "load 9s of 30s 14213 done"),
        (.timedLoad(elapsed: .seconds(5), of: .seconds(5)), 0, 0, "load 5s of 5s 0 done"),
        (.watch(round: 3, next: .milliseconds(6_100)), 500, 500, "round 3 500/500 next in 7s"),
        (.watch(round: 3, next: .milliseconds(6_100)), 120, 500, "round 3 120/500 24%"),
        (.watch(round: 3, next: nil), 500, 500, "round 3 500/500 100%"),
    ])
    func aRunSaysHowFarItIs(mode: RunMode, finished: Int, known: Int, text: String) {
        #expect(ProgressText.text(mode, finished: finished, of: known).string == text)
    }

    @Test func whileAProducerWritesThereIsNoShare() {
        #expect(ProgressText.text(.once, finished: 5, of: 9, isTotalKnown: false).string == "5/9+")
    }
}
