/// Names of keys as help prints them and the configuration and scripts spell them: `^C`, `F5`, `Del`, `M-x`, `g`.
extension Key: CustomStringConvertible {
    var description: String {
        var prefix = modifiers.contains(.alt) ? "M-" : ""
        if modifiers.contains(.shift) { prefix += "S-" }
        if modifiers.contains(.control) {
            if case .character(let scalar) = code { return prefix + "^" + Self.shown(scalar).uppercased() }
            prefix += "C-"
        }
        switch code {
        case .character(let scalar): return prefix + Self.shown(scalar)
        case .function(let number): return prefix + "F\(number)"
        default: return prefix + (Self.names.first { $0.code == code }?.name ?? "?")
        }
    }

    /// Reads a name back; nil when there is no such key.
    init?(_ name: String) {
        var rest = Substring(name)
        var modifiers: Modifiers = []
        while rest.count > 2, let kind = rest.first, rest.dropFirst().first == "-" {
            switch kind {
            case "M": modifiers.insert(.alt)
            case "S": modifiers.insert(.shift)
            case "C": modifiers.insert(.control)
            default: return nil
            }
            rest = rest.dropFirst(2)
        }
        if rest.count == 2, rest.first == "^" {
            modifiers.insert(.control)
            rest = Substring(rest.dropFirst().lowercased())
        }
        if let named = Self.names.first(where: { $0.name.lowercased() == rest.lowercased() && rest.count > 1 }) {
            self.init(named.code, modifiers)
        } else if rest.lowercased() == "space" {
            self.init(.character(" "), modifiers)
        } else if rest.lowercased() == "comma" {
            self.init(.character(","), modifiers)
        } else if rest.first == "F", let number = Int(rest.dropFirst()), (1...24).contains(number) {
            self.init(.function(number), modifiers)
        } else if rest.unicodeScalars.count == 1, let scalar = rest.unicodeScalars.first {
            self = Self.sent(scalar, modifiers)
        } else {
            return nil
        }
    }

    /// The key as it arrives: terminals say capital letters, not shift, and know some keys only as control characters.
    private static func sent(_ scalar: Unicode.Scalar, _ modifiers: Modifiers) -> Key {
        guard modifiers.contains(.control) else {
            let isSmall = scalar.value >= 0x61 && scalar.value <= 0x7A
            guard modifiers.contains(.shift), isSmall, let capital = Unicode.Scalar(scalar.value - 0x20) else {
                return Key(.character(scalar), modifiers)
            }
            return Key(.character(capital), modifiers.subtracting(.shift))
        }
        let rest = modifiers.subtracting(.control)
        switch String(scalar).lowercased() {
        case "i": return Key(.tab, rest)
        case "j", "m": return Key(.enter, rest)
        case "h": return Key(.backspace, rest)
        case "[": return Key(.escape, rest)
        case let small: return Key(.character(small.unicodeScalars.first ?? scalar), modifiers)
        }
    }

    private static let names: [(name: String, code: KeyCode)] = [
        ("Up", .up), ("Down", .down), ("Left", .left), ("Right", .right), ("Home", .home), ("End", .end),
        ("PgUp", .pageUp), ("PgDn", .pageDown), ("Ins", .insert), ("Del", .delete), ("Enter", .enter), ("Tab", .tab),
        ("Backspace", .backspace), ("Esc", .escape),
    ]

    private static func shown(_ scalar: Unicode.Scalar) -> String {
        scalar == " " ? "Space" : String(Character(scalar))
    }
}
