/// Watch mode without a dashboard: a line on standard error whenever a check ends otherwise than the one before.
final class ChangeReporter: FetchObserver {
    private let console: Console

    init(console: Console) { self.console = console }

    func store(_ store: FetchStore, didApply event: FetchEvent) {
        guard case .finished = event.kind else { return }
        let fetch = store[event.id]
        let outcome = CheckOutcome(fetch)
        guard let previous = fetch.detail?.previous, previous != outcome else { return }
        let time = CivilDate.text(ofUnixSeconds: store.clock.unixNanoseconds(of: event.at) / 1_000_000_000)
        let change = "\(time)Z \(previous.words) -> \(outcome.words)"
        console.line(DisplayText(sanitising: change) + " " + URLText(store.url(of: event.id)).text)
    }
}
