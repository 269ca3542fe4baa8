/// A column of the table of errors, before the sample.
enum ErrorColumn: String, CaseIterable, Sendable {
    case count, share, error, host, first, last

    var title: DisplayText {
        switch self {
        case .count: "COUNT"
        case .share: "SHARE"
        case .error: "ERROR"
        case .host: "HOST"
        case .first: "FIRST"
        case .last: "LAST"
        }
    }

    /// What stands in it, for the setup screen.
    var meaning: DisplayText {
        switch self {
        case .count: "how many"
        case .share: "of all"
        case .error: "what"
        case .host: "where"
        case .first: "first seen"
        case .last: "last seen"
        }
    }

    /// - Parameter breadth: The width of the view.
    func width(_ breadth: Int) -> Int {
        switch self {
        case .count, .share, .error: 5
        case .host: breadth >= 100 ? 30 : breadth >= 60 ? 20 : 12
        case .first: 8
        case .last: 10
        }
    }

    var isLeftAligned: Bool { self == .error || self == .host }

    static func fitting(_ breadth: Int) -> [ErrorColumn] {
        // What the sample says is worth more than when it was first seen.
        if breadth >= 100 { return allCases }
        return allCases.filter { $0 != .first && ($0 != .last || breadth >= 76) }
    }

    /// Those somebody chose, as far as they fit.
    static func fitting(_ breadth: Int, chosen: [ErrorColumn]) -> [ErrorColumn] {
        var left = breadth - 2
        return chosen.filter { column in
            left -= column.width(breadth) + 1
            return left >= 0
        }
    }

    func value(of group: ErrorGroups.Group, _ scene: Scene, _ breadth: Int) -> (text: DisplayText, style: Style) {
        switch self {
        case .count: (Format.count(group.count), Style(.strong))
        case .share: (Format.percent(group.count, of: max(1, scene.index.errors.total)), .dim)
        case .error:
            (ErrorsView.label(group.key), Style(group.key.failure == nil && group.key.status < 500 ? .warn : .err))
        case .host:
            (
                DisplayText(sanitising: Punycode.host(scene.store.hosts[group.key.host].name), cap: 256)
                    .truncated(to: width(breadth)), .text
            )
        case .first: (Format.clock(group.firstSeen - .start), .dim)
        case .last: (Format.duration(scene.now - group.lastSeen) + " ago", .dim)
        }
    }

    func aligned(_ text: DisplayText, _ breadth: Int) -> DisplayText {
        isLeftAligned ? text.padded(to: width(breadth)) : text.alignedRight(in: width(breadth))
    }
}
