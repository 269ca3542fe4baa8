/// Which fetches a command is about.
enum Target: Hashable, Sendable {
    /// The tagged rows if there are any, else the row under the cursor.
    case chosen
    case selected
    case tagged
    case failed
    case id(FetchID)
    /// Those a filter expression lets pass.
    case matching(String)

    /// As written in commands: `#7`, `selected`, `tagged`, `failed`, `where EXPR`; nothing means `chosen`.
    init?(_ words: String) {
        switch words {
        case "": self = .chosen
        case "selected": self = .selected
        case "tagged": self = .tagged
        case "failed": self = .failed
        default:
            if words.hasPrefix("where ") {
                self = .matching(String(words.dropFirst(6)))
            } else if words.hasPrefix("#"), let number = UInt32(words.dropFirst()), number > 0 {
                self = .id(FetchID(rawValue: number))
            } else {
                return nil
            }
        }
    }

    /// As `init` reads it.
    var words: String {
        switch self {
        case .chosen: ""
        case .selected: "selected"
        case .tagged: "tagged"
        case .failed: "failed"
        case .id(let id): "\(id)"
        case .matching(let expression): "where \(expression)"
        }
    }
}
