import Testing

@testable import fetchtop

@Suite struct LatencyBarsTests {
    @Test func whereThereIsRoomEveryPowerOfTwoHasItsBar() {
        let bars = LatencyBars(good: [0, 0, 5, 0, 7], bad: [0, 0, 0, 1], limit: 8).bars
        #expect(bars.map(\.octaves) == [2...2, 3...3, 4...4])
        #expect(bars.map(\.good) == [5, 0, 7] && bars.map(\.bad) == [0, 1, 0])
    }

    /// Fast answers by the hundred must not end up in one bar because a few took seconds.
    @Test func whatIsRareIsJoinedAndWhatIsFrequentStaysDivided() {
        var good = Array(repeating: 1, count: 22)
        for (octave, count) in [(5, 200), (6, 300), (7, 44)] { good[octave] = count }
        let bars = LatencyBars(good: good, bad: [], limit: 6).bars
        #expect(bars.count == 6)
        #expect(bars.map(\.count).reduce(0, +) == good.reduce(0, +))
        #expect(bars.contains { $0.octaves == 6...6 } && bars.contains { $0.octaves == 7...7 })
        #expect(bars.map(\.count).max() ?? 0 <= 310)
        // Nothing is in two bars or in none.
        #expect(zip(bars, bars.dropFirst()).allSatisfy { $0.octaves.upperBound + 1 == $1.octaves.lowerBound })
    }

    @Test func noValuesAreNoBars() {
        #expect(LatencyBars(good: [0, 0], bad: [], limit: 5).bars.isEmpty)
        #expect(LatencyBars(good: [3], bad: [], limit: 0).bars.count == 1)
    }

    /// From tens of microseconds to seconds: the view at a size.
    private func rows(_ size: Size) -> [String] {
        let store = FetchStore()
        let index = RunIndex()
        store.addObserver(index)
        for index in 0..<300 {
            let id = store.add(FetchJob(url: "http://h/\(index)"), at: .at(0))
            store.apply(.started(attempt: 1), to: id, at: 0)
            var record = TransferRecord()
            record.statusCode = 200
            let microseconds = Int64(index < 280 ? 20 << (index % 9) : 11_000 << (index % 9))
            let attempt = Attempt(
                number: 1, startedAt: .at(0), finishedAt: .start + .microseconds(microseconds), record: record)
            store.apply(.attemptFinished(attempt), to: id, at: 4_000)
            store.apply(.finished(.succeeded), to: id, at: 4_000)
        }
        let controller = Controller(store: store, index: index, control: ControlRecorder()) { .at(5_000) }
        controller.settle()
        _ = controller.perform(.view(.latency))
        return render(SceneMaker(controller: controller) { RunFigures() }.scene(for: size), size, .plain).plainRows()
    }

    @Test func aSmallScreenShowsMoreThanOneBigBar() {
        let text = rows(Size(columns: 80, rows: 24)).joined(separator: "\n")
        let bars = text.matches(of: /<\d+(us|ms|\.\ds|s) #+ (\d+)/)
        #expect(bars.count >= 7)
        #expect(bars.compactMap { Int($0.2) }.max() ?? 300 <= 120, "\(text)")
    }

    @Test func theLatenciesOverTimeUseAllTheirLines() throws {
        let rows = rows(Size(columns: 120, rows: 40))
        let title = try #require(rows.firstIndex { $0.contains("total over time") })
        let lines = rows[(title + 1)...].prefix { !$0.contains(":00:") }
        #expect(lines.count > 5 && lines.allSatisfy { $0.contains("<") }, "\(rows.joined(separator: "\n"))")
    }
}
