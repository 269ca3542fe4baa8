/// Says in a line each what the engine does and why: attempts, connections, waits, origins that are left alone (`-v`,
/// `--log`). Credentials in URLs are masked, and headers and bodies are not shown.
final class EngineLog: FetchObserver {
    /// Takes each line and when it happened.
    var sinks: [(Moment, DisplayText) -> Void] = []

    func store(_ store: FetchStore, didApply event: FetchEvent) {
        guard !sinks.isEmpty, let text = text(event, store) else { return }
        write(DisplayText(trusted: event.id.description) + " " + text, at: event.at)
    }

    func note(_ note: RunNote, in store: FetchStore, at now: Moment) {
        guard !sinks.isEmpty else { return }
        write(text(note, store, now), at: now)
    }

    private func write(_ text: DisplayText, at now: Moment) {
        for sink in sinks { sink(now, text) }
    }

    // MARK: - Fetches

    private func text(_ event: FetchEvent, _ store: FetchStore) -> DisplayText? {
        switch event.kind {
        case .started(let attempt): return "attempt \(attempt) starts: \(URLText(store.url(of: event.id)).text)"
        case .intended(let moment) where event.at - moment > .milliseconds(1):
            return "starts \(Format.duration(event.at - moment)) later than intended"
        case .head(let head): return answer(head)
        case .attemptFinished(let attempt): return ending(attempt)
        case .backingOff(let until): return "waits \(Format.duration(until - event.at)) before the next attempt"
        case .requeued: return "queued again"
        case .checkedAgain(let round): return "queued for check \(round)"
        case .paused: return "paused"
        case .prioritised(let priority): return "priority \(priority)"
        case .saved(let body): return "saved as \(DisplayText(sanitising: body.fileName))"
        case .finished(let state): return "ended: \(DisplayText(trusted: state.word))"
        case .added, .intended, .phase, .received, .sent, .waited: return nil
        }
    }

    private func answer(_ head: ResponseHead) -> DisplayText {
        guard let size = head.expectedBytes else { return "answers \(head.status)" }
        return "answers \(head.status), \(size) bytes to come"
    }

    private func ending(_ attempt: Attempt) -> DisplayText {
        let record = attempt.record
        var text: DisplayText = "attempt \(attempt.number) "
        if let failure = attempt.failure {
            let reason = DisplayText(sanitising: failure.message, cap: DisplayText.Cap.reason)
            text = text + "failed at \(DisplayText(trusted: failure.phase.rawValue)): \(reason)"
            if failure.exitCode != 0 { text = text + " (curl \(failure.exitCode))" }
        } else if record.statusCode != 0 {
            text = text + "ended: \(record.statusCode), \(record.sizeDownload) bytes"
        } else {
            text = text + "was cut off"
        }
        text = text + " in \(Format.duration(.nanoseconds(attempt.totalNanoseconds)))"
        if let connection = connection(record) { text = text + ", " + connection }
        if let pause = attempt.retryAfter { text = text + ", Retry-After \(Format.duration(pause))" }
        return text
    }

    private func connection(_ record: TransferRecord) -> DisplayText? {
        guard let address = record.remoteIP else { return nil }
        let count: DisplayText =
            switch record.connectCount {
            case 0: "reused connection to "
            case 1: "new connection to "
            case let count?: "\(count) new connections, the last to "
            case nil: "connection to "
            }
        let port: DisplayText = record.remotePort.map { " port \($0)" } ?? ""
        return count + DisplayText(sanitising: address, cap: 128) + port
    }

    // MARK: - The run

    private func text(_ note: RunNote, _ store: FetchStore, _ now: Moment) -> DisplayText {
        switch note {
        case .originPaused(let host, let until):
            "\(name(host, store)) asked to be left alone for \(Format.duration(until - now))"
        case .hostLimit(let host, let limit): "\(name(host, store)): at most \(limit) at once"
        case .concurrency(let count): "at most \(count) at once"
        case .rate(let rate): rate.map { "starts limited to \(DisplayText(trusted: $0.text))" } ?? "starts not limited"
        case .paused: "fetching paused"
        case .resumed: "fetching goes on"
        case .draining(let count): "nothing new starts; \(count) in flight"
        case .aborting(let count): "stopped; \(count) in flight cut off"
        case .heldBack(true): "held back: the results cannot be written as fast"
        case .heldBack(false): "the results are written; fetching goes on"
        case .checkSkipped(let id, let round):
            "\(DisplayText(trusted: id.description)) check \(round) left out: the one before has not ended"
        case .gateTripped(let reason): DisplayText(sanitising: reason)
        case .deadline: "the deadline is reached"
        case .loadOver: "the time of the load test is over"
        case .inputOver: "the list is read: \(store.count) fetches"
        }
    }

    private func name(_ host: HostID, _ store: FetchStore) -> DisplayText {
        DisplayText(sanitising: store.hosts[host].name, cap: 256)
    }
}

extension RunOptions.StartRate {
    /// As `--rate` reads it: `5/s`, `5/15s`.
    var text: String {
        let seconds = Int(per.inSeconds)
        return "\(count.rounded() == count ? "\(Int(count))" : "\(count)")/\(seconds == 1 ? "" : "\(seconds)")s"
    }
}
