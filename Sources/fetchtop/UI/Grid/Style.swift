/// What a piece of the screen means. Drawing code names roles; only `Theme` knows colours.
enum Role: UInt8, CaseIterable, Sendable {
    case text, strong, dim, faint, accent, ok, warn, err, info
    // The phases of a fetch, in the order they happen.
    case queued, dns, connect, tls, wait, receive, upload
    // Steps of a scale from "little" to "much": heat maps and busy meters.
    case heat1, heat2, heat3, heat4, heat5, heat6

    /// The step of the heat scale for `level`, which runs from 0 to 1.
    static func heat(_ level: Double) -> Role {
        let steps: [Role] = [.heat1, .heat2, .heat3, .heat4, .heat5, .heat6]
        let index = Int((level * Double(steps.count)).rounded(.down))
        return steps[max(0, min(steps.count - 1, index))]
    }
}

/// The surface a cell lies on.
enum Surface: UInt8, CaseIterable, Sendable {
    /// The terminal's own background.
    case plain
    /// The row the cursor is on.
    case selection
    /// The heading of a table or the active tab.
    case bar
    /// A label in the footer.
    case label
    /// A question that must be answered, or an input line.
    case prompt
    /// An input line that cannot be understood yet.
    case invalid
    /// The part of a row that a search found.
    case match
}

/// Emphasis that does not depend on colour, so that it survives on a monochrome terminal.
struct Emphasis: OptionSet, Hashable, Sendable {
    let rawValue: UInt8
    static let bold = Emphasis(rawValue: 1)
    static let dim = Emphasis(rawValue: 2)
    static let underline = Emphasis(rawValue: 4)
    static let reverse = Emphasis(rawValue: 8)
}

/// How a cell looks: a role, a surface, an emphasis.
struct Style: Hashable, Sendable {
    var role: Role = .text
    var surface: Surface = .plain
    var emphasis: Emphasis = []

    static let text = Style()
    static let dim = Style(role: .dim)
    static let faint = Style(role: .faint)
    static let strong = Style(role: .strong, emphasis: .bold)

    init(role: Role = .text, surface: Surface = .plain, emphasis: Emphasis = []) {
        self.role = role
        self.surface = surface
        self.emphasis = emphasis
    }

    init(_ role: Role, _ emphasis: Emphasis = []) {
        self.init(role: role, emphasis: emphasis)
    }

    func on(_ surface: Surface) -> Style { Style(role: role, surface: surface, emphasis: emphasis) }

    /// A dense number for tables indexed by style.
    var index: Int { (Int(role.rawValue) * 8 + Int(surface.rawValue)) * 16 + Int(emphasis.rawValue) }
    static let indexCount = (Role.allCases.count * 8) * 16
}
