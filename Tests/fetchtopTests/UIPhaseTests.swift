import Testing

@testable import fetchtop

/// What the columns and the Timing tab say of phases: none that there was none of.
@Suite struct PhaseTests {
    private func attempt(connections: Int, lookup: Int64, connect: Int64, total: Int64) -> Attempt {
        var record = TransferRecord()
        record.statusCode = 200
        record.httpVersion = "1.1"
        record.connectCount = connections
        record.times.nameLookup = .microseconds(lookup)
        record.times.connect = .microseconds(connect)
        record.times.startTransfer = .microseconds(total * 9 / 10)
        record.times.total = .microseconds(total)
        return Attempt(number: 1, startedAt: .at(0), finishedAt: .start + .microseconds(total), record: record)
    }

    @Test func aReusedConnectionHasNoPhaseOfItsOwn() {
        let attempt = attempt(connections: 0, lookup: 3, connect: 24, total: 400)
        #expect(PhaseSpans(attempt).spans.map(\.role) == [.wait, .receive])
        let store = FetchStore()
        let id = store.add(FetchJob(url: "http://h/"), at: .at(0))
        store.apply(.started(attempt: 1), to: id, at: 0)
        store.apply(.attemptFinished(attempt), to: id, at: 1)
        store.apply(.finished(.succeeded), to: id, at: 1)
        #expect(PhaseSpans(store[id], live: nil, at: .at(50)).spans.map(\.role) == [.wait, .receive])
        // Three microseconds are no lookup to be counted among lookups.
        #expect(store.statistics.succeeded.dns.count == 0 && store.statistics.succeeded.connect.count == 0)
        #expect(store.statistics.succeeded.timeToFirstByte.count == 1)
        var latencies = RunStatistics.Latencies()
        latencies.record(self.attempt(connections: 1, lookup: 12, connect: 90, total: 400))
        #expect(latencies.dns.count == 0 && latencies.connect.count == 1)
        latencies.record(self.attempt(connections: 1, lookup: 120, connect: 290, total: 400))
        #expect(latencies.dns.count == 1 && latencies.connect.count == 2)
    }

    @Test func anAddressIsNotLookedUp() {
        #expect(
            PhaseSpans(attempt(connections: 1, lookup: 12, connect: 90, total: 400)).spans.map(\.role)
                == [.connect, .wait, .receive])
        #expect(
            PhaseSpans(attempt(connections: 1, lookup: 300, connect: 390, total: 900)).spans.map(\.role)
                == [.dns, .connect, .wait, .receive])
    }

    /// While it runs the count of connections is not known.
    @Test func whileItRunsAFewMicrosecondsAreNoPhase() {
        let store = FetchStore()
        let id = store.add(FetchJob(url: "http://h/"), at: .at(0))
        store.apply(.started(attempt: 1), to: id, at: 0)
        store.apply(.phase(.waiting), to: id, at: 1)
        var live = TransferRecord()
        live.times.nameLookup = .microseconds(4)
        live.times.connect = .microseconds(9)
        live.times.startTransfer = .zero
        #expect(PhaseSpans(store[id], live: live, at: .at(50)).spans.map(\.role) == [.wait])
    }

    @Test(arguments: [("HTTP/1.1 200 OK\r\nA: b\r\n", "h1.1"), ("HTTP/2 200 \r\n", "h2"), ("A: b\r\n", "-"), ("", "-")])
    func theProtocolIsShownAsSoonAsTheHeadIsThere(head: String, shown: String) {
        let store = FetchStore()
        let id = store.add(FetchJob(url: "http://h/"), at: .at(0))
        store.apply(.started(attempt: 1), to: id, at: 0)
        let controller = Controller(store: store, control: ControlRecorder()) { .at(5) }
        let scene = SceneMaker(controller: controller) { RunFigures() }.scene(for: Size(columns: 120, rows: 40))
        #expect(TableColumn.proto.value(of: store[id], scene).string == "-")
        store.apply(.head(ResponseHead(status: 200, rawHeaders: Array(head.utf8))), to: id, at: 2)
        #expect(TableColumn.proto.value(of: store[id], scene).string == shown)
        // The head of the attempt before says nothing of this one.
        store.apply(.requeued, to: id, at: 3)
        store.apply(.started(attempt: 2), to: id, at: 4)
        #expect(TableColumn.proto.value(of: store[id], scene).string == "-")
    }

    /// A dash would say that there was none.
    @Test func whatIsNotKeptIsLeftBlank() {
        let store = FetchStore()
        let id = store.add(FetchJob(url: "http://h/"), at: .at(0))
        store.apply(.started(attempt: 1), to: id, at: 0)
        store.apply(.attemptFinished(attempt(connections: 1, lookup: 60, connect: 90, total: 400)), to: id, at: 1)
        store.apply(.finished(.succeeded), to: id, at: 1)
        let controller = Controller(store: store, control: ControlRecorder()) { .at(5) }
        let scene = SceneMaker(controller: controller) { RunFigures() }.scene(for: Size(columns: 120, rows: 40))
        var fetch = store[id]
        #expect(TableColumn.proto.value(of: fetch, scene).string == "h1.1")
        #expect(TableColumn.ip.value(of: fetch, scene).string == "-")
        fetch.detail = nil
        #expect(TableColumn.proto.value(of: fetch, scene).isEmpty && TableColumn.ip.value(of: fetch, scene).isEmpty)
    }

    // MARK: - The Timing tab

    private func timing(queue: Int64, total: Int64) -> [String] {
        let store = FetchStore()
        let id = store.add(FetchJob(url: "http://h/"), at: .at(0))
        store.apply(.started(attempt: 1), to: id, at: queue)
        var record = TransferRecord()
        record.statusCode = 200
        record.times.startTransfer = .milliseconds(total / 2)
        record.times.total = .milliseconds(total)
        store.apply(
            .attemptFinished(
                Attempt(number: 1, startedAt: .at(queue), finishedAt: .at(queue + total), record: record)),
            to: id, at: queue + total)
        store.apply(.finished(.succeeded), to: id, at: queue + total)
        let controller = Controller(store: store, control: ControlRecorder()) { .at(queue + total) }
        controller.settle()
        _ = controller.perform(.open)
        let size = Size(columns: 100, rows: 30)
        return render(SceneMaker(controller: controller) { RunFigures() }.scene(for: size), size, .plain).plainRows()
    }

    @Test func aBarThatIsNotToScaleSaysSo() throws {
        let long = try #require(timing(queue: 60_000, total: 700).first { $0.hasPrefix("queue") })
        #expect(long.contains("~....") && long.contains("began longer ago") && long.hasSuffix("60.0 s"))
        let short = try #require(timing(queue: 70, total: 700).first { $0.hasPrefix("queue") })
        #expect(!short.contains("~") && !short.contains("began") && short.hasSuffix("70.0 ms"))
        #expect((6...9).contains(short.count { $0 == "." } - 1))
    }
}
