/// A figure of the run that conditions compare.
enum RunMetric: Hashable, Sendable {
    case count(Count)
    /// Answers with this status, or with one of this class (`4xx` is 4).
    case status(Int), statusClass(Int)
    case receivedBytes
    /// Of the fetches that succeeded, from the first byte asked for to the last received, or to the first received.
    case latency(Latency, ofFirstByte: Bool)

    enum Count: String, CaseIterable, Sendable {
        case total, done, ok, failed, error, cancelled, skipped, queued, active, backoff, paused, retries
        case httpError = "http_error"
    }

    enum Latency: String, CaseIterable, Sendable {
        case p50, p90, p95, p99, p999 = "p99.9", max, mean
    }

    init?(_ name: String) {
        if let count = Count(rawValue: name) {
            self = .count(count)
        } else if let latency = Latency(rawValue: name) {
            self = .latency(latency, ofFirstByte: false)
        } else if name.hasPrefix("ttfb_"), let latency = Latency(rawValue: String(name.dropFirst(5))) {
            self = .latency(latency, ofFirstByte: true)
        } else if name.hasPrefix("code_"), name.utf8.count == 8 {
            let code = name.dropFirst(5)
            if let status = Int(code), (100...599).contains(status) {
                self = .status(status)
            } else if code.hasSuffix("xx"), let digit = Int(code.prefix(1)), (1...5).contains(digit) {
                self = .statusClass(digit)
            } else {
                return nil
            }
        } else if name == "bytes" {
            self = .receivedBytes
        } else {
            return nil
        }
    }

    static var names: String {
        let counts = Count.allCases.map(\.rawValue).joined(separator: ", ")
        return counts + ", code_404, code_5xx, bytes, p50 ... p99.9, max, mean, ttfb_p50 ..."
    }

    /// Shares are given of numbers of fetches only.
    var isCount: Bool {
        switch self {
        case .count(.retries), .receivedBytes, .latency: false
        case .count, .status, .statusClass: true
        }
    }

    // MARK: Values

    /// What `text` means beside this figure: a number, a size or a time, in the unit of `value(in:)`.
    func value(_ text: String) -> Double? {
        switch self {
        case .count, .status, .statusClass: DecimalNumber(text[...]) == nil ? nil : Double(text)
        case .receivedBytes: (try? SizeValue.parse(text)).map { Double($0) }
        case .latency: (try? DurationValue.parse(text))?.inSeconds
        }
    }

    /// The figure now; nil if there is none.
    func value(in store: FetchStore) -> Double? {
        switch self {
        case .count(let count): Double(count.value(in: store))
        case .status(let status): Double(store.outcomes.byStatus[UInt16(status)] ?? 0)
        case .statusClass(let digit): Double(store.outcomes.byClass[digit])
        case .receivedBytes: Double(store.statistics.receivedBytes)
        case .latency(let latency, let ofFirstByte):
            latency.value(
                in: ofFirstByte ? store.statistics.succeeded.timeToFirstByte : store.statistics.succeeded.total)?
                .inSeconds
        }
    }

    /// What a share of this figure is a share of: of all fetches known so far, or of those that are done.
    func whole(in store: FetchStore) -> Double? {
        switch self {
        case .count(.total), .count(.done), .count(.queued), .count(.active), .count(.backoff), .count(.paused):
            Double(store.count)
        case .count, .status, .statusClass: Double(store.counts.finished)
        case .receivedBytes, .latency: nil
        }
    }

    func text(_ value: Double) -> String {
        switch self {
        case .count, .status, .statusClass, .receivedBytes: String(Int(value))
        case .latency: "\((value * 1_000).rounded() / 1_000) s"
        }
    }
}

extension RunMetric.Count {
    fileprivate func value(in store: FetchStore) -> Int {
        let counts = store.counts
        return switch self {
        case .total: store.count
        case .done: counts.finished
        case .ok: counts.successes
        case .failed: counts.failures
        case .httpError: counts[.httpError]
        case .error: counts[.failed]
        case .cancelled: counts[.cancelled]
        case .skipped: counts[.skipped]
        case .queued: counts[.queued]
        case .active: counts.inFlight
        case .backoff: counts[.backoff]
        case .paused: counts[.paused]
        case .retries: store.statistics.retries
        }
    }
}

extension RunMetric.Latency {
    fileprivate func value(in histogram: Histogram) -> Duration? {
        switch self {
        case .p50: histogram.percentile(0.5)
        case .p90: histogram.percentile(0.9)
        case .p95: histogram.percentile(0.95)
        case .p99: histogram.percentile(0.99)
        case .p999: histogram.percentile(0.999)
        case .max: histogram.maximum
        case .mean: histogram.mean
        }
    }
}
