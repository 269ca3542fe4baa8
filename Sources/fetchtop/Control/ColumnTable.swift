/// A table whose columns are chosen on the setup screen: the one that is seen when it is opened.
enum ColumnTable: Sendable {
    case fetches, hosts, errors

    init(_ view: ViewName) {
        switch view {
        case .hosts: self = .hosts
        case .errors: self = .errors
        case .fetches, .timeline, .latency, .map, .log, .futures: self = .fetches
        }
    }

    var title: DisplayText {
        switch self {
        case .fetches: "Columns"
        case .hosts: "Columns of Hosts"
        case .errors: "Columns of Errors"
        }
    }

    /// All there are, in the order they have by themselves.
    var all: [ColumnChoice] {
        switch self {
        case .fetches:
            TableColumn.allCases.map { ColumnChoice(name: $0.rawValue, title: $0.title, meaning: $0.meaning) }
        case .hosts: HostColumn.allCases.map { ColumnChoice(name: $0.rawValue, title: $0.title, meaning: $0.meaning) }
        case .errors: ErrorColumn.allCases.map { ColumnChoice(name: $0.rawValue, title: $0.title, meaning: $0.meaning) }
        }
    }

    /// The names of those chosen; nil while it is left to what fits best.
    func chosen(_ settings: DisplaySettings) -> [String]? {
        switch self {
        case .fetches: settings.columns?.map(\.rawValue)
        case .hosts: settings.hostColumns?.map(\.rawValue)
        case .errors: settings.errorColumns?.map(\.rawValue)
        }
    }

    /// The names of those that fit best.
    ///
    /// - Parameter nameWidth: Of the hosts' names.
    func fitting(_ width: Int, nameWidth: Int) -> [String] {
        switch self {
        case .fetches: TableColumn.fitting(width - 2, width < 80 ? .narrow : .normal).map(\.rawValue)
        case .hosts: HostColumn.fitting(width - 2 - nameWidth).map(\.rawValue)
        case .errors: ErrorColumn.fitting(width).map(\.rawValue)
        }
    }

    /// nil leaves it to what fits best.
    func choose(_ names: [String]?, in settings: inout DisplaySettings) {
        switch self {
        case .fetches: settings.columns = names?.compactMap(TableColumn.init)
        case .hosts: settings.hostColumns = names?.compactMap(HostColumn.init)
        case .errors: settings.errorColumns = names?.compactMap(ErrorColumn.init)
        }
    }
}

/// A column as the setup screen lists it.
struct ColumnChoice: Hashable, Sendable {
    let name: String
    let title: DisplayText
    let meaning: DisplayText
}
