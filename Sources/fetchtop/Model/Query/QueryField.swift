/// What a filter can ask of a fetch.
enum QueryField: String, CaseIterable, Sendable {
    case id, state, url, host, code, error, phase, wait, tag, method
    case ttfb, time, dns, connect, tls, age
    case size, expected, rate, `try`, priority

    enum Kind { case text, number, duration, bytes, status, id }

    var kind: Kind {
        switch self {
        case .state, .url, .host, .error, .phase, .wait, .tag, .method: .text
        case .ttfb, .time, .dns, .connect, .tls, .age: .duration
        case .size, .expected, .rate: .bytes
        case .code: .status
        case .id: .id
        case .try, .priority: .number
        }
    }

    /// What a comparison with it looks like.
    var example: String {
        switch self {
        case .state: "state:recv"
        case .code: "code>=400"
        case .id, .try, .priority: "\(rawValue)>1"
        case .tag: "tag:nightly"
        case .error: "error:dns"
        case .phase: "phase:tls"
        case .wait: "wait:host"
        case .method: "method:post"
        case .url, .host: "\(rawValue)~cdn"
        case .ttfb, .time, .dns, .connect, .tls, .age: "\(rawValue)>200ms"
        case .size, .expected, .rate: "\(rawValue)>1M"
        }
    }

    /// The figure, in seconds, bytes or as it is; nil when the fetch has none yet.
    func number(of fetch: Fetch, at now: Moment) -> Double? {
        switch self {
        case .id: Double(fetch.id.rawValue)
        case .code: fetch.status == 0 ? nil : Double(fetch.status)
        case .ttfb: fetch.times.startTransfer?.inSeconds
        case .time: fetch.elapsed(at: now)?.inSeconds
        case .dns: fetch.times.nameLookup?.inSeconds
        case .connect: fetch.times.connect?.inSeconds
        case .tls: fetch.times.appConnect?.inSeconds
        case .age: (now - fetch.since).inSeconds
        case .size: Double(fetch.receivedBytes)
        case .expected: fetch.expectedBytes.map(Double.init)
        case .rate: fetch.rate(at: now)
        case .try: Double(fetch.attempts)
        case .priority: Double(fetch.priority)
        case .state, .url, .host, .error, .phase, .wait, .tag, .method: nil
        }
    }

    /// The text, for fields that have one; nil when the fetch has none.
    func text(of fetch: Fetch, in store: FetchStore) -> ArraySlice<UInt8>? {
        switch self {
        case .url: store.urlBytes(of: fetch.id)
        case .host: ArraySlice(store.hosts[fetch.host].name.utf8)
        case .state: ArraySlice(fetch.state.word.utf8)
        case .error: fetch.failure.map { ArraySlice($0.label.lowercased().utf8) }
        case .phase: fetch.failPhase.map { ArraySlice($0.rawValue.utf8) }
        case .wait: store.waitReason(of: fetch.id).map { ArraySlice($0.word.utf8) }
        case .tag: fetch.tag.map { ArraySlice($0.utf8) }
        case .method: ArraySlice(store.method(of: fetch).utf8)
        default: nil
        }
    }
}

/// The states that a word after `state:` stands for: one state, or a group people think in.
enum StateWord {
    static func states(_ word: String) -> Set<FetchState>? {
        switch word {
        case "active", "inflight", "running": return Set(FetchState.allCases.filter(\.isInFlight))
        case "done", "finished": return Set(FetchState.allCases.filter(\.isFinished))
        case "error", "errors", "bad": return [.httpError, .failed]
        case "pending", "waiting": return [.queued, .backoff, .paused]
        case "success", "succeeded": return [.succeeded, .notModified, .skipped]
        case "receiving": return [.receiving]
        case "queue": return [.queued]
        case "http": return [.httpError]
        default: break
        }
        if word.count == 1, let letter = word.first {
            let states = FetchState.allCases.filter { $0.letter == letter }
            if !states.isEmpty { return Set(states) }
        }
        let exact = FetchState.allCases.filter { $0.word == word }
        if !exact.isEmpty { return Set(exact) }
        let begun = FetchState.allCases.filter { $0.word.hasPrefix(word) }
        return begun.isEmpty ? nil : Set(begun)
    }
}
