import TestSupport
import Testing

@testable import fetchtop

@Suite struct RowBuildTests {
    /// Fetches of some hosts in many states, without sense but always the same.
    private func store(_ count: Int, seed: UInt64 = 7) -> FetchStore {
        var random = SeededGenerator(seed: seed)
        let store = FetchStore()
        for index in 0..<count { add(index, to: store, &random) }
        return store
    }

    private func add(_ index: Int, to store: FetchStore, _ random: inout SeededGenerator) {
        let host = Int.random(in: 0..<7, using: &random)
        let id = store.add(FetchJob(url: "http://h\(host)/\(Int.random(in: 0..<900, using: &random))"), at: .at(0))
        let kind = Int.random(in: 0..<6, using: &random)
        guard kind > 0 else { return }
        store.apply(.started(attempt: 1), to: id, at: Int64(index % 50))
        store.apply(.received(Int.random(in: 0..<5_000, using: &random)), to: id, at: 60)
        guard kind > 1 else { return }
        store.apply(
            .attemptFinished(fetchtopTests.attempt(status: [200, 404, 503][kind % 3])), to: id,
            at: Int64(70 + index % 9))
        store.apply(.finished(kind % 3 == 0 ? .succeeded : .httpError), to: id, at: Int64(80 + index % 9_000))
    }

    private func build(
        _ store: FetchStore, _ arrangement: RowArrangement, filter: String = "", order: StaticOrder? = nil
    ) throws -> RowBuild {
        let needed: StaticOrder? =
            switch arrangement.sort {
            case .url: order ?? StaticOrder(.url)
            case .host: order ?? StaticOrder(.host)
            default: nil
            }
        return RowBuild(
            store, query: try FetchQuery(filter), arrangement: arrangement, tagged: [], order: needed, at: .at(9_500))
    }

    private func whole(_ store: FetchStore, _ arrangement: RowArrangement, filter: String = "") throws -> RowIndex {
        var build = try build(store, arrangement, filter: filter)
        return try #require(build.step { false })
    }

    @Test(arguments: SortKey.allCases, ["", "host:h3", "code>=400 /[05]$/"])
    func rowsMadeInPiecesAreThoseMadeAtOnce(key: SortKey, filter: String) throws {
        let store = store(3_000)
        for (isInverted, isGrouped) in [(false, false), (true, false), (false, true)] {
            let arrangement = RowArrangement(sort: key, isInverted: isInverted, isGrouped: isGrouped)
            let expected = try whole(store, arrangement, filter: filter)
            var build = try build(store, arrangement, filter: filter)
            var pieces = 1
            var rows: RowIndex?
            while rows == nil {
                rows = build.step { true }
                pieces += 1
            }
            #expect(rows?.rows == expected.rows)
            #expect(pieces > 10)
            for (place, row) in expected.rows.enumerated() {
                if case .fetch(let id) = row { #expect(expected.place(of: id) == place) }
            }
        }
    }

    @Test func urlsAreInTheOrderOfTheirBytes() throws {
        let store = store(2_000)
        let ids = Array(try whole(store, RowArrangement(sort: .url)).ids)
        let urls = ids.map { Array(store.url(of: $0).utf8) }
        #expect(zip(urls, urls.dropFirst()).allSatisfy { !$1.lexicographicallyPrecedes($0) })
        #expect(Set(ids).count == 2_000)
    }

    @Test(arguments: [SortKey.url, .host])
    func newcomersAreMergedIntoAStaticOrder(key: SortKey) throws {
        let store = store(1_500)
        var first = try build(store, RowArrangement(sort: key))
        _ = first.step { false }
        var random = SeededGenerator(seed: 99)
        for index in 0..<700 { add(index, to: store, &random) }
        var second = try build(store, RowArrangement(sort: key), order: first.finishedOrder)
        var rows: RowIndex?
        while rows == nil { rows = second.step { true } }
        #expect(try rows?.rows == whole(store, RowArrangement(sort: key)).rows)
    }

    @Test func rowsWithoutAValueComeLastWhicheverWay() throws {
        let store = store(500)
        for isInverted in [false, true] {
            let ids = Array(try whole(store, RowArrangement(sort: .size, isInverted: isInverted)).ids)
            let values = ids.map { store[$0].attempts > 0 }
            #expect(values == values.sorted { $0 && !$1 })
        }
    }

    @Test func whileFetchesMoveEveryOneOfThemHasExactlyOneRow() throws {
        for key in [SortKey.attention, .state, .url] {
            var random = SeededGenerator(seed: 3)
            let store = store(2_000)
            var build = try build(store, RowArrangement(sort: key))
            var rows: RowIndex?
            while rows == nil {
                rows = build.step { true }
                for _ in 0..<40 {
                    let id = FetchID(index: Int.random(in: 0..<store.count, using: &random))
                    switch store[id].state {
                    case .queued: store.apply(.started(attempt: 1), to: id, at: 9_600)
                    case .resolving: store.apply(.finished(.succeeded), to: id, at: 9_700)
                    default: store.apply(.requeued, to: id, at: 9_800)
                    }
                }
                add(0, to: store, &random)
            }
            let ids = Array(try #require(rows).ids)
            #expect(ids.count == 2_000)
            #expect(Set(ids).count == 2_000)
        }
    }

    @Test func theOldOrderStaysUntilTheNewOneIsReady() {
        let store = store(3_000)
        let controller = Controller(store: store, control: ControlRecorder()) { .at(10_000) }
        controller.settle()
        let before = controller.rows.rows
        controller.pieceOfWork = { { true } }
        _ = controller.perform(.sort(.url))
        controller.settle()
        #expect(controller.isBuilding)
        #expect(controller.rows.rows == before)
        while !controller.continueBuild() {}
        #expect(!controller.isBuilding)
        #expect(controller.rows.rows != before)
        #expect(controller.rows.rows.count == 3_000)
    }

    @Test func whoeverGoesOnWithTheRowsHasThemAtOnce() {
        let store = store(3_000)
        let controller = Controller(store: store, control: ControlRecorder()) { .at(10_000) }
        controller.pieceOfWork = { { true } }
        controller.settle()
        #expect(controller.isBuilding && controller.rows.rows.isEmpty)
        controller.settleNow()
        #expect(!controller.isBuilding && controller.rows.rows.count == 3_000)
        _ = controller.perform(.filter("host:h3"))
        controller.settle()
        #expect(controller.isBuilding)
    }

    @Test func aFilterCountsWhileItIsTyped() {
        let store = store(4_000)
        let controller = Controller(store: store, control: ControlRecorder()) { .at(10_000) }
        controller.settle()
        controller.pieceOfWork = { { true } }
        _ = controller.perform(.filter(nil))
        for key in ["h", "3"] as [Unicode.Scalar] { _ = controller.handle(Key(.character(key))) }
        controller.settle()
        let early = controller.matchCount
        #expect(controller.isBuilding)
        while !controller.continueBuild() {}
        #expect(early < controller.matchCount)
        let matching = (0..<4_000).count { store.url(of: FetchID(index: $0)).contains("h3") }
        #expect(controller.matchCount == matching)
        let size = Size(columns: 80, rows: 24)
        let frame = render(SceneMaker(controller: controller) { RunFigures() }.scene(for: size), size, Capabilities())
        #expect(frame.plainRows().last?.hasSuffix("\(matching) of 4000") == true)
    }

    @Test func theFirstRowsOfAListShowInTheNextFrame() {
        let store = FetchStore()
        let controller = Controller(store: store, control: ControlRecorder()) { .at(5) }
        controller.viewport = 10
        controller.settle()
        #expect(controller.rows.rows.isEmpty)
        store.add(FetchJob(url: "http://a/"), at: .at(5))
        controller.settle()
        #expect(controller.rows.rows.count == 1)
        for index in 0..<20 { store.add(FetchJob(url: "http://a/\(index)"), at: .at(5)) }
        controller.settle()
        #expect(controller.rows.rows.count == 21)
        // A full window is in no hurry.
        store.add(FetchJob(url: "http://a/last"), at: .at(5))
        controller.settle()
        #expect(controller.rows.rows.count == 21)
    }
}

@Suite struct SlicedSortTests {
    @Test(arguments: [0, 1, 2, 511, 512, 513, 1_024, 5_000])
    func itIsAStableSortHoweverOftenItIsLeft(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        let elements = (0..<count).map { (key: Int.random(in: 0..<100, using: &random), place: $0) }
        var sort = SlicedSort(PagedArray(elements))
        var steps = 1
        while !sort.step({ $0.key < $1.key }, until: { true }) { steps += 1 }
        let expected = elements.sorted { $0.key == $1.key ? $0.place < $1.place : $0.key < $1.key }
        #expect(sort.elements.map(\.place) == expected.map(\.place))
        #expect(count < 512 || steps > count / 512)
    }
}
