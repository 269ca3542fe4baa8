/// Checks that nothing but the sequences a screen needs goes to the terminal.
///
/// The last net behind `DisplayText`: should text from outside ever reach the wire with an escape sequence in it,
/// debug builds and tests notice. Knows what xterm, tmux, screen, the Linux console, rxvt and vt100 are sent.
struct EscapeAllowList {
    /// A sequence that is not on the list, as found on the wire.
    struct Violation: Error, Equatable {
        let bytes: [UInt8]
    }

    /// Cursor movement, erasing, inserting, scrolling, styles, modes, reports asked for: `ESC [ ... final`.
    private static let finals = Set("@ABCDEGHJKLMPSTXbcdfghlmnprt".utf8)
    private static let privateModes: Set<Int> = [
        1, 3, 4, 5, 7, 12, 25, 47, 1000, 1002, 1003, 1004, 1006, 1034, 1047, 1048, 1049, 2004, 2026,
    ]

    /// Whether text may be put into the clipboard: only if the user said so, and as base64.
    var allowsClipboard = false

    private enum State { case ground, escape, charset, csi, osc, oscEscape, utf8 }
    private var state = State.ground
    private var held: [UInt8] = []
    private var utf8 = UTF8Decoder()

    /// Whether the bytes so far end between two sequences.
    var isAtRest: Bool { state == .ground && utf8.isEmpty }

    mutating func check(_ bytes: some Sequence<UInt8>) throws(Violation) {
        for byte in bytes { try check(byte) }
    }

    private mutating func check(_ byte: UInt8) throws(Violation) {
        switch state {
        case .ground, .utf8: try ground(byte)
        case .escape: try escape(byte)
        case .charset:
            guard "AB0".utf8.contains(byte) else { throw fail(byte) }
            rest()
        case .csi: try csi(byte)
        case .osc: try osc(byte)
        case .oscEscape:
            guard byte == UInt8(ascii: "\\") else { throw fail(byte) }
            try finishTitle()
        }
    }

    private mutating func ground(_ byte: UInt8) throws(Violation) {
        switch byte {
        case 0x1B where utf8.isEmpty:
            held = [byte]
            state = .escape
        case 0x08, 0x09, 0x0A, 0x0D, 0x0E, 0x0F: if !utf8.isEmpty { throw fail(byte) }
        case 0x20..<0x7F: if !utf8.isEmpty { throw fail(byte) }
        case 0x80...0xFF:
            var isBad = false
            utf8.feed(byte) { piece in
                switch piece {
                case .invalid: isBad = true
                case .scalar(let scalar): if scalar.value < 0xA0 || Sanitiser.isHidden(scalar) { isBad = true }
                }
            }
            if isBad { throw fail(byte) }
        default: throw fail(byte)
        }
    }

    private mutating func escape(_ byte: UInt8) throws(Violation) {
        held.append(byte)
        switch byte {
        case UInt8(ascii: "["): state = .csi
        case UInt8(ascii: "]"): state = .osc
        case UInt8(ascii: "("), UInt8(ascii: ")"): state = .charset
        // Save and restore the cursor, keypad modes, reverse index, next line.
        case UInt8(ascii: "7"), UInt8(ascii: "8"), UInt8(ascii: "="), UInt8(ascii: ">"), UInt8(ascii: "M"),
            UInt8(ascii: "D"), UInt8(ascii: "E"):
            rest()
        default: throw violation()
        }
    }

    private mutating func csi(_ byte: UInt8) throws(Violation) {
        held.append(byte)
        switch byte {
        case 0x30...0x3F, UInt8(ascii: "$"), UInt8(ascii: "!"): if held.count > 64 { throw violation() }
        case 0x40...0x7E:
            guard Self.finals.contains(byte) else { throw violation() }
            if held.count > 2, held[2] == UInt8(ascii: "?"), "hl".utf8.contains(byte) {
                let modes = held[3..<held.count - 1].split(separator: UInt8(ascii: ";"))
                for mode in modes {
                    let number = Int(String(decoding: mode, as: UTF8.self))
                    guard let number, Self.privateModes.contains(number) else { throw violation() }
                }
            }
            // Of the window operations only the title stack: others move, resize and read the window.
            if byte == UInt8(ascii: "t") {
                let operation = held[2..<held.count - 1].prefix { $0 != UInt8(ascii: ";") }
                guard ["22", "23"].contains(String(decoding: operation, as: UTF8.self)) else { throw violation() }
            }
            rest()
        default: throw violation()
        }
    }

    private mutating func osc(_ byte: UInt8) throws(Violation) {
        switch byte {
        case 0x07: try finishTitle()
        case 0x1B:
            held.append(byte)
            state = .oscEscape
        case 0x20..<0x7F where held.count < (allowsClipboard ? 1 << 16 : 256): held.append(byte)
        default: throw fail(byte)
        }
    }

    /// Titles hold numbers and our own words only. The background's colour may be asked for, never set; other OSC
    /// strings (links, other colours) do not go out.
    private mutating func finishTitle() throws(Violation) {
        let text = held.drop { $0 != UInt8(ascii: "]") }.dropFirst().prefix { $0 != 0x1B }
        if text.elementsEqual("11;?".utf8) { return rest() }
        let clipboard = Array("52;c;".utf8)
        if allowsClipboard, text.starts(with: clipboard), text.dropFirst(clipboard.count).allSatisfy(isBase64) {
            return rest()
        }
        guard held.starts(with: Array("\u{1B}]0;".utf8)) || held.starts(with: Array("\u{1B}]2;".utf8)) else {
            throw violation()
        }
        rest()
    }

    private func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F, 0x3D: true
        default: false
        }
    }

    private mutating func rest() {
        held = []
        state = .ground
    }

    private mutating func fail(_ byte: UInt8) -> Violation {
        held.append(byte)
        return violation()
    }

    private mutating func violation() -> Violation {
        let bytes = held
        rest()
        utf8.forget()
        return Violation(bytes: bytes)
    }
}
