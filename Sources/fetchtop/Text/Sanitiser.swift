/// Rewrites text from outside so that every character of it is visible and stays in its column.
///
/// | what comes in | what is drawn |
/// |---|---|
/// | C0 and DEL, tab and line ends too | `^X` |
/// | C1 | `<9B>` |
/// | format, surrogate, private and unassigned characters, line and paragraph separators, fillers, joiners, variation selectors, tags, skin tones | `<U+202E>` |
/// | bytes that are not UTF-8 | `\xNN` |
/// | a combining mark without a base, or the third on one | `<U+0301>` |
struct Sanitiser {
    private(set) var output = ""
    private(set) var columns = 0
    private var marks = 0
    private var hasBase = false

    /// Adds bytes, at most `cap` of them; a cut is marked by `~`.
    mutating func add(_ bytes: some Sequence<UInt8>, cap: Int) {
        var decoder = UTF8Decoder()
        var taken = 0
        for byte in bytes {
            if taken == cap {
                // What is left of a character cut in two is not an error of the sender.
                decoder.forget()
                addPlain("~", width: 1)
                return
            }
            taken += 1
            decoder.feed(byte) { add($0) }
        }
        decoder.finish { add($0) }
    }

    private mutating func add(_ piece: UTF8Decoder.Piece) {
        switch piece {
        case .invalid(let byte): addPlain("\\x" + Self.hex(UInt32(byte), digits: 2), width: 4)
        case .scalar(let scalar): add(scalar)
        }
    }

    private mutating func add(_ scalar: Unicode.Scalar) {
        let value = scalar.value
        if value >= 0x20 && value < 0x7F {
            output.unicodeScalars.append(scalar)
            columns += 1
            hasBase = true
            marks = 0
        } else if value < 0x20 || value == 0x7F {
            let letter = Unicode.Scalar(UInt8(value ^ 0x40))
            addPlain("^" + String(Character(letter)), width: 2)
        } else if value >= 0x80 && value < 0xA0 {
            addPlain("<" + Self.hex(value, digits: 2) + ">", width: 4)
        } else if Self.isHidden(scalar) {
            escape(value)
        } else if CharacterWidth.isMark(scalar) {
            guard hasBase, marks < 2 else { return escape(value) }
            marks += 1
            output.unicodeScalars.append(scalar)
        } else {
            output.unicodeScalars.append(scalar)
            columns += CharacterWidth.columns(of: scalar)
            hasBase = true
            marks = 0
        }
    }

    private mutating func escape(_ value: UInt32) {
        let text = "<U+" + Self.hex(value, digits: 4) + ">"
        addPlain(text, width: text.utf8.count)
    }

    /// A mark that follows must not attach to our own escapes: it is a leading one then.
    private mutating func addPlain(_ text: String, width: Int) {
        output += text
        columns += width
        hasBase = false
        marks = 0
    }

    /// Characters one cannot see, or that move, join or recolour their neighbours.
    static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3164, 0x115F, 0x1160, 0xFFA0, 0x034F: return true  // fillers, grapheme joiner
        case 0xFE00...0xFE0F, 0x180B...0x180F, 0xE0000...0xE01EF: return true  // variation selectors, tags
        case 0x1F3FB...0x1F3FF: return true  // skin tones: some terminals merge them into the character before
        default: break
        }
        switch scalar.properties.generalCategory {
        case .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .control: return true
        default: return false
        }
    }

    static func hex(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
