/// The dashboard's views, in the order of their tabs.
enum ViewName: String, CaseIterable, Sendable {
    case fetches, hosts, timeline, latency, map, errors, log, futures

    var number: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }

    var title: DisplayText {
        switch self {
        case .fetches: "Fetches"
        case .hosts: "Hosts"
        case .timeline: "Timeline"
        case .latency: "Latency"
        case .map: "Map"
        case .errors: "Errors"
        case .log: "Log"
        case .futures: "Futures"
        }
    }

    func neighbour(_ step: Int) -> ViewName {
        let all = Self.allCases
        let index = (number - 1 + step + all.count) % all.count
        return all[index]
    }
}
