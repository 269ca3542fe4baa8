/// What the details pane can show of a fetch, in the order of its tabs.
enum DetailsTab: String, CaseIterable, Sendable {
    case timing, headers, tls, redirects, attempts, body

    var title: DisplayText {
        switch self {
        case .timing: "Timing"
        case .headers: "Headers"
        case .tls: "TLS"
        case .redirects: "Redirects"
        case .attempts: "Attempts"
        case .body: "Body"
        }
    }

    func neighbour(_ step: Int) -> DetailsTab {
        let all = Self.allCases
        let index = all.firstIndex(of: self) ?? 0
        return all[(index + step + all.count) % all.count]
    }
}
