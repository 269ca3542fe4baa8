import Testing

@testable import fetchtop

extension FetchStore {
    /// The fetches of a group of errors.
    func failures(of key: ErrorGroups.Key) -> [FetchID] {
        (0..<count).map { self[FetchID(index: $0)] }.filter { $0.state.isFailure && ErrorGroups.Key($0) == key }
            .map(\.id)
    }
}

extension ErrorGroups {
    /// The groups in the order of their view.
    var ordered: [Group] {
        (0..<numbers).compactMap { ErrorEntry(self[$0], number: $0) }.sorted(by: ErrorEntry.precedes)
            .map { self[$0.number] }
    }
}

@Suite struct ListOrderTests {
    @Test func errorsArePutInOrderInPiecesAndTheCursorStaysWithItsGroup() throws {
        let store = FetchStore()
        let index = RunIndex()
        store.addObserver(index)
        func fail(_ id: FetchID, at moment: Moment) {
            let failure = FetchFailure(kind: .dns, phase: .dns, exitCode: 6, message: "no such host")
            let attempt = Attempt(
                number: 1, startedAt: moment, finishedAt: moment, failure: failure, record: TransferRecord())
            store.apply(FetchEvent(id: id, at: moment, kind: .started(attempt: 1)))
            store.apply(FetchEvent(id: id, at: moment, kind: .attemptFinished(attempt)))
            store.apply(FetchEvent(id: id, at: moment, kind: .finished(.failed)))
        }
        for number in 0..<3_000 {
            for _ in 0...(number % 3) {
                fail(store.add(FetchJob(url: "http://host\(number)/"), at: .at(0)), at: .at(0))
            }
        }
        var moment = Moment.at(1)
        let controller = Controller(store: store, index: index, control: ControlRecorder()) { moment }
        var looks = 0
        controller.pieceOfWork = {
            {
                looks += 1; return true
            }
        }
        _ = controller.perform(.view(.errors))
        /// How many times it could have been left, if there had been no more time.
        func settle() -> Int {
            let before = looks
            repeat { controller.settle() } while controller.orders.isSorting
            return looks - before
        }
        // Hosts and errors: collected, sorted and laid out, 3,000 each, some hundred at a time.
        #expect(settle() > 100)
        let counts = controller.orders.errors.map { index.errors[$0]?.count ?? 0 }
        #expect(counts.count == 3_000 && counts == counts.sorted(by: >) && counts.reduce(0, +) == index.errors.total)
        // The cursor stays with its group when that comes to stand elsewhere, and a group that is empty goes.
        _ = controller.perform(.move(.bottom))
        let chosen = try #require(controller.listedError)
        #expect(controller.state.list(.errors).cursor == 2_999)
        for _ in 0..<9 {
            fail(store.add(FetchJob(url: "http://\(store.hosts.name(of: chosen.host))/"), at: moment), at: moment)
        }
        store.apply(FetchEvent(id: FetchID(index: 0), at: moment, kind: .requeued))
        moment = .at(3)
        _ = settle()
        #expect(controller.listedError == chosen && controller.state.list(.errors).cursor == 0)
        #expect(controller.orders.errors.count == 2_999 && index.errors.count == 2_999)
        fail(FetchID(index: 0), at: moment)
        #expect(index.errors.count == 3_000)
    }
}
