/// What a complete `ESC [ parameters final` (or `ESC O final`) means.
struct CSISequence {
    private let prefix: UInt8?
    private let numbers: [Int]
    private let intermediate: UInt8?
    private let isLinuxConsole: Bool
    private let final: UInt8

    init(parameters: [UInt8], final: UInt8) {
        var rest = parameters[...]
        isLinuxConsole = rest.first == UInt8(ascii: "[")
        if isLinuxConsole { rest = rest.dropFirst() }
        if let first = rest.first, (0x3C...0x3F).contains(first) {
            prefix = first
            rest = rest.dropFirst()
        } else {
            prefix = nil
        }
        if let last = rest.last, (0x20...0x2F).contains(last) {
            intermediate = last
            rest = rest.dropLast()
        } else {
            intermediate = nil
        }
        numbers = rest.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { field in
            // A sub-parameter behind ':' (kitty) refines what the number says already; it may be left out.
            field.prefix { $0 != UInt8(ascii: ":") }.reduce(0) { sum, digit in
                (0x30...0x39).contains(digit) ? min(65_535, sum * 10 + Int(digit - 0x30)) : sum
            }
        }
        self.final = final
    }

    func event(alt: Bool) -> InputEvent? {
        if prefix == UInt8(ascii: "<") { return mouse() }
        if prefix == UInt8(ascii: "?") {
            guard final == UInt8(ascii: "y"), intermediate == UInt8(ascii: "$"), numbers.count == 2 else { return nil }
            return .modeReport(mode: numbers[0], setting: numbers[1])
        }
        guard prefix == nil, intermediate == nil else { return nil }
        if isLinuxConsole {
            guard (UInt8(ascii: "A")...UInt8(ascii: "E")).contains(final) else { return nil }
            return .key(Key(.function(Int(final) - 0x40)))
        }
        switch final {
        case UInt8(ascii: "I"): return .focus(true)
        case UInt8(ascii: "O"): return .focus(false)
        case UInt8(ascii: "Z"): return .key(Key(.tab, .shift))
        case UInt8(ascii: "u"): return unicodeKey(alt: alt)
        case UInt8(ascii: "~"), UInt8(ascii: "^"), UInt8(ascii: "$"), UInt8(ascii: "@"): return numbered(alt: alt)
        default:
            guard let code = Self.letter(final) else { return nil }
            return .key(Key(code, modifiers(alt: alt)))
        }
    }

    /// `ESC O final`: cursor keys in application mode, F1-F4, the keypad.
    func keypad(alt: Bool) -> InputEvent? {
        if let code = Self.letter(final) { return .key(Key(code, modifiers(alt: alt))) }
        switch final {
        case UInt8(ascii: "M"): return .key(Key(.enter, alt ? .alt : []))
        case UInt8(ascii: "j")...UInt8(ascii: "y"): return .key(Key(.character(Unicode.Scalar(final - 0x40))))
        case UInt8(ascii: "a")...UInt8(ascii: "d"):  // rxvt: control + arrow
            return Self.letter(final - 0x20).map { .key(Key($0, .control)) }
        default: return nil
        }
    }

    private func modifiers(alt: Bool, at index: Int = 1) -> Key.Modifiers {
        var result: Key.Modifiers = alt ? .alt : []
        guard numbers.count > index, numbers[index] > 1 else { return result }
        let bits = numbers[index] - 1
        if bits & 1 != 0 { result.insert(.shift) }
        if bits & (2 | 8) != 0 { result.insert(.alt) }
        if bits & 4 != 0 { result.insert(.control) }
        return result
    }

    private func numbered(alt: Bool) -> InputEvent? {
        guard let number = numbers.first else { return nil }
        var modifiers = modifiers(alt: alt)
        // rxvt says it by the final byte.
        if final == UInt8(ascii: "^") || final == UInt8(ascii: "@") { modifiers.insert(.control) }
        if final == UInt8(ascii: "$") || final == UInt8(ascii: "@") { modifiers.insert(.shift) }
        let code: KeyCode
        switch number {
        case 1, 7: code = .home
        case 2: code = .insert
        case 3: code = .delete
        case 4, 8: code = .end
        case 5: code = .pageUp
        case 6: code = .pageDown
        case 11...15: code = .function(number - 10)
        case 17...21: code = .function(number - 11)
        case 23...26: code = .function(number - 12)
        case 28, 29: code = .function(number - 13)
        case 31...34: code = .function(number - 14)
        default: return nil
        }
        return .key(Key(code, modifiers))
    }

    /// `ESC [ code ; modifiers u` (fixterms, kitty).
    private func unicodeKey(alt: Bool) -> InputEvent? {
        guard let number = numbers.first, let scalar = Unicode.Scalar(UInt32(number)) else { return nil }
        if number < 0x80 {
            var key = KeyDecoder.plain(UInt8(number))
            key.modifiers.formUnion(modifiers(alt: alt))
            return .key(key)
        }
        // Private use: keys of that protocol we have no use for.
        if (0xE000...0xF8FF).contains(number) { return nil }
        return .key(Key(.character(scalar), modifiers(alt: alt)))
    }

    private func mouse() -> InputEvent? {
        guard numbers.count == 3, final == UInt8(ascii: "M") || final == UInt8(ascii: "m") else { return nil }
        let bits = numbers[0]
        var modifiers: Key.Modifiers = []
        if bits & 4 != 0 { modifiers.insert(.shift) }
        if bits & 8 != 0 { modifiers.insert(.alt) }
        if bits & 16 != 0 { modifiers.insert(.control) }
        let button: MouseEvent.Button = [.left, .middle, .right, .none][bits & 3]
        let kind: MouseEvent.Kind
        if bits & 64 != 0 {
            guard bits & 3 < 2 else { return nil }  // sideways wheels
            kind = bits & 1 == 0 ? .wheelUp : .wheelDown
        } else if final == UInt8(ascii: "m") {
            kind = .release
        } else {
            kind = bits & 32 != 0 ? .drag : .press
        }
        return .mouse(
            MouseEvent(
                kind: kind, button: bits & 64 != 0 ? .none : button, column: max(0, numbers[1] - 1),
                row: max(0, numbers[2] - 1), modifiers: modifiers))
    }

    private static func letter(_ final: UInt8) -> KeyCode? {
        switch final {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): .right
        case UInt8(ascii: "D"): .left
        case UInt8(ascii: "H"): .home
        case UInt8(ascii: "F"): .end
        case UInt8(ascii: "P"): .function(1)
        case UInt8(ascii: "Q"): .function(2)
        case UInt8(ascii: "R"): .function(3)
        case UInt8(ascii: "S"): .function(4)
        default: nil
        }
    }
}
