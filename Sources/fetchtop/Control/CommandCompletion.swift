/// Completion of the `:` line: names of commands, then what each may be given.
extension CommandCatalog {
    /// The words that the last word of a line may become.
    ///
    /// - Parameter hosts: The hosts of the run, asked only when they are wanted.
    static func completions(of line: String, hosts: () -> [String]) -> [String] {
        let words = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        let isNew = line.last == " "
        let word = isNew ? "" : words.last ?? ""
        guard let name = words.first, words.count > 1 || isNew else {
            return entries.map(\.name).filter { $0.hasPrefix(word) }
        }
        let place = words.count - (isNew ? 0 : 1)
        return choices(name, Array(words.dropFirst()), place, hosts).filter { $0.hasPrefix(word) && $0 != word }
    }

    private static func choices(_ name: String, _ words: [String], _ place: Int, _ hosts: () -> [String]) -> [String] {
        let targets = ["selected", "tagged", "failed", "where"]
        switch name {
        case "filter": return filterWords
        case "cancel", "retry", "pause", "resume", "toggle-pause":
            if words.first == "where", place > 1 { return filterWords }
            return place == 1 ? targets : []
        default: break
        }
        guard place == 1 else { return [] }
        switch name {
        case "move": return Command.Movement.allCases.map(\.rawValue)
        case "view": return ViewName.allCases.map(\.rawValue)
        case "sort": return SortKey.allCases.map(\.rawValue)
        case "yank": return Command.YankKind.allCases.map(\.rawValue)
        case "host-limit": return hosts().sorted()
        default: return []
        }
    }

    private static let filterWords =
        QueryField.allCases.map { $0.kind == .text ? "\($0.rawValue):" : "\($0.rawValue)>" } + [
            "tagged", "and", "or", "not",
        ]
}
