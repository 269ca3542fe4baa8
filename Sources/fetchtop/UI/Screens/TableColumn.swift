/// A column of the table: its heading, its width, what it says about a fetch.
enum TableColumn: String, CaseIterable, Sendable {
    case id, state, code, time, ttfb, received, size, rate, `try`, method, proto, phases, ip

    var title: DisplayText {
        switch self {
        case .id: "ID"
        case .state: "S"
        case .code: "CODE"
        case .time: "TIME"
        case .ttfb: "TTFB"
        case .received: "RECV"
        case .size: "SIZE"
        case .rate: "RATE"
        case .try: "TRY"
        case .method: "METH"
        case .proto: "PROTO"
        case .phases: "PHASES"
        case .ip: "IP"
        }
    }

    var width: Int {
        switch self {
        case .id: 6
        case .state: 1
        case .code: 4
        case .time, .ttfb: 6
        case .received, .size: 5
        case .rate: 7
        case .try: 3
        case .method: 4
        case .proto: 5
        case .phases: 16
        case .ip: 15
        }
    }

    var isLeftAligned: Bool {
        switch self {
        case .state, .phases, .method, .proto, .ip: true
        default: false
        }
    }

    /// The order by which clicking its heading sorts, and under which it is marked.
    var sortKey: SortKey? {
        switch self {
        case .id: .id
        case .state: .state
        case .code: .code
        case .time: .time
        case .ttfb: .ttfb
        case .received, .size: .size
        case .rate: .rate
        case .try: .try
        case .method, .proto, .phases, .ip: nil
        }
    }

    /// The columns that fit into `width` together with a URL one can read.
    static func fitting(_ width: Int, _ breadth: Layout.Breadth) -> [TableColumn] {
        if breadth <= .narrow { return [.state, .code, .time] }
        var chosen: Set<TableColumn> = [.id, .state, .code, .time, .ttfb, .received, .rate, .try]
        var left = width - chosen.reduce(0) { $0 + $1.width + 1 } - 40
        for column in [TableColumn.phases, .size, .proto, .method, .ip] where column.width < left {
            chosen.insert(column)
            left -= column.width + 1
        }
        return allCases.filter(chosen.contains)
    }

    /// The columns somebody chose, as far as they fit.
    static func fitting(_ width: Int, chosen: [TableColumn]) -> [TableColumn] {
        var left = width - 16
        return chosen.filter { column in
            left -= column.width + 1
            return left >= 0
        }
    }

    func value(of fetch: Fetch, _ scene: Scene) -> DisplayText {
        switch self {
        case .id: "\(fetch.id.rawValue)"
        case .state: StateLook(fetch.state).letter
        case .code: Self.code(fetch)
        case .time: fetch.elapsed(at: scene.now).map(Format.duration) ?? "-"
        case .ttfb: fetch.times.startTransfer.flatMap { $0 > .zero ? Format.duration($0) : nil } ?? "-"
        case .received: fetch.attempts > 0 ? Format.bytes(fetch.receivedBytes) : "-"
        case .size: fetch.expectedBytes.map(Format.bytes) ?? "-"
        case .rate: fetch.rate(at: scene.now).map(Format.rate) ?? "-"
        case .try: Self.tries(fetch, scene)
        case .method: DisplayText(sanitising: scene.store.method(of: fetch), cap: 16).prefix(width)
        case .proto: fetch.attempts > 0 ? Self.proto(fetch) : .empty
        case .phases: .empty
        case .ip:
            fetch.attempts > 0 && fetch.detail != nil
                ? DisplayText(sanitising: fetch.detail?.attempts.last?.record.remoteIP ?? "-", cap: 64)
                    .truncated(to: width) : .empty
        }
    }

    /// `2/3`: which attempt of how many. Asked for again by hand it may be one more; then there is no telling.
    private static func tries(_ fetch: Fetch, _ scene: Scene) -> DisplayText {
        guard fetch.attempts > 0 else { return "" }
        let most = 1 + (fetch.extras?.values.retries ?? scene.run.retryCount)
        let text: DisplayText = "\(fetch.attempts)/\(most)"
        return most == 1 || fetch.attempts > most || text.columns > TableColumn.try.width ? "\(fetch.attempts)" : text
    }

    /// The status, or what kept one from coming.
    static func code(_ fetch: Fetch) -> DisplayText {
        if let failure = fetch.failure, fetch.state == .failed || fetch.status == 0 {
            return DisplayText(trusted: failure.label).prefix(4)
        }
        return fetch.status > 0 ? "\(fetch.status)" : "-"
    }

    private static func proto(_ fetch: Fetch) -> DisplayText {
        if fetch.state.isInFlight {
            // The status line tells; a head of an attempt before this one does not.
            guard fetch.status > 0, let version = fetch.detail?.head?.version else { return "-" }
            return "h" + DisplayText(sanitising: version, cap: 8)
        }
        // Of what finished long ago among very many, more is not kept than every row needs.
        guard let detail = fetch.detail else { return .empty }
        guard let version = detail.attempts.last?.record.httpVersion, !version.isEmpty else { return "-" }
        return "h" + DisplayText(sanitising: version, cap: 8)
    }
}
