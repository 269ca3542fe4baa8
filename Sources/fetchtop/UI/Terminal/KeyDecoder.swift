/// Turns the bytes a terminal sends into keys, one byte at a time.
///
/// ncurses' own decoder blocks on a lone ESC and splits pastes; this one never waits. A sequence may arrive in any
/// pieces. An ESC with nothing behind it is ambiguous until time passes: while `isWaitingForMore` the owner sets a
/// timer (30 ms) and calls `flush` when it fires.
///
/// ```
/// ground ─ESC→ escape ─[→ csi ─final→ key, mouse, report, or start of a paste
///    │            ├─O→ ss3 ─final→ key
///    │            └─byte→ Alt + key
///    └─C2...F4→ (UTF-8) → character
/// paste ─ESC[201~→ ground
/// ```
struct KeyDecoder {
    /// A paste longer than this is cut, before the word that goes beyond: it is held in memory as a whole.
    static let pasteCap = 1 << 20
    /// No terminal sends a longer one; what goes on is noise and ends here.
    private static let sequenceCap = 64

    private enum State { case ground, escape, csi, ss3, paste, string }

    private var state = State.ground
    private var sequence: [UInt8] = []
    private var utf8 = UTF8Decoder()
    private var alt = false
    private var answer: [UInt8]?
    private var pasted: [UInt8] = []
    private var pasteEnd: [UInt8] = []
    private var pasteWasCut = false
    private var isWordCut = false

    /// Whether the bytes so far may be the start of something longer.
    var isWaitingForMore: Bool { state == .escape || state == .csi || state == .ss3 || state == .string }

    /// In the middle of an answer, whose rest may take as long as the line does.
    var isInString: Bool { state == .string }

    /// Takes one byte and hands over what it completes.
    mutating func feed(_ byte: UInt8, _ emit: (InputEvent) -> Void) {
        switch state {
        case .ground: ground(byte, emit)
        case .escape: escape(byte, emit)
        case .csi: csi(byte, emit)
        case .ss3: ss3(byte, emit)
        case .paste: paste(byte, emit)
        case .string: string(byte, emit)
        }
    }

    /// No byte came in time: what is held is all there is.
    mutating func flush(_ emit: (InputEvent) -> Void) {
        switch state {
        case .ground, .paste: return
        case .escape: emit(.key(Key(.escape, alt ? .alt : [])))
        case .csi where sequence.isEmpty: emit(.key(Key(.character("["), .alt)))
        case .ss3 where sequence.isEmpty: emit(.key(Key(.character("O"), .alt)))
        case .csi, .ss3, .string: break
        }
        reset()
    }

    private mutating func reset() {
        state = .ground
        sequence.removeAll(keepingCapacity: true)
        answer = nil
        alt = false
    }

    private mutating func ground(_ byte: UInt8, _ emit: (InputEvent) -> Void) {
        if utf8.isEmpty, byte < 0x80 {
            if byte == 0x1B { state = .escape } else { emit(.key(Self.plain(byte))) }
            return
        }
        // Invalid UTF-8 from a keyboard means a mismatched locale: nothing sensible to do but ignore it.
        utf8.feed(byte) { piece in
            guard case .scalar(let scalar) = piece else { return }
            emit(.key(scalar.value < 0x80 ? Self.plain(UInt8(scalar.value)) : Key(.character(scalar))))
        }
    }

    private mutating func escape(_ byte: UInt8, _ emit: (InputEvent) -> Void) {
        switch byte {
        case UInt8(ascii: "["): state = .csi
        case UInt8(ascii: "O"): state = .ss3
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"):
            state = .string
            answer = byte == UInt8(ascii: "]") ? [] : nil
        case 0x1B:
            // ESC ESC: the first one is a key by itself unless a sequence follows the second (Alt + arrow in rxvt).
            if alt {
                emit(.key(Key(.escape)))
            } else {
                alt = true
            }
        default:
            reset()
            if byte < 0x80 {
                var key = Self.plain(byte)
                key.modifiers.insert(.alt)
                emit(.key(key))
            } else {
                ground(byte, emit)
            }
        }
    }

    private mutating func csi(_ byte: UInt8, _ emit: (InputEvent) -> Void) {
        switch byte {
        case 0x40...0x7E:
            if byte == UInt8(ascii: "["), sequence.isEmpty {  // Linux console: ESC [ [ A is F1
                sequence.append(byte)
                return
            }
            let parameters = sequence
            let hadAlt = alt
            reset()
            if parameters == Array("200".utf8), byte == UInt8(ascii: "~") {
                state = .paste
                return
            }
            if let event = CSISequence(parameters: parameters, final: byte).event(alt: hadAlt) { emit(event) }
        case 0x20...0x3F where sequence.count < Self.sequenceCap: sequence.append(byte)
        case 0x1B:
            reset()
            state = .escape
        default: reset()
        }
    }

    private mutating func ss3(_ byte: UInt8, _ emit: (InputEvent) -> Void) {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9") where sequence.count < 4: sequence.append(byte)
        case 0x1B:
            reset()
            state = .escape
        default:
            let parameters = sequence.isEmpty ? [] : Array("1;".utf8) + sequence
            let hadAlt = alt
            reset()
            if let event = CSISequence(parameters: parameters, final: byte).keypad(alt: hadAlt) { emit(event) }
        }
    }

    /// An OSC, DCS, APC or PM string. One of them is an answer we asked for; the others are skipped up to their end.
    private mutating func string(_ byte: UInt8, _ emit: (InputEvent) -> Void) {
        if byte == 0x07 || (byte == UInt8(ascii: "\\") && sequence.last == 0x1B) {
            let lightness = answer.flatMap { BackgroundReport.lightness($0) }
            reset()
            if let lightness { emit(.background(lightness: lightness)) }
        } else {
            sequence = [byte]
            if byte != 0x1B, let count = answer?.count, count < Self.sequenceCap { answer?.append(byte) }
        }
    }

    private mutating func paste(_ byte: UInt8, _ emit: (InputEvent) -> Void) {
        let end: [UInt8] = [
            0x1B, UInt8(ascii: "["), UInt8(ascii: "2"), UInt8(ascii: "0"), UInt8(ascii: "1"), UInt8(ascii: "~"),
        ]
        if byte == end[pasteEnd.count] {
            pasteEnd.append(byte)
            guard pasteEnd.count == end.count else { return }
            // Half of a URL would be another one.
            if isWordCut { pasted.removeLast(pasted.reversed().prefix { $0 > 0x20 }.count) }
            emit(.paste(pasted, truncated: pasteWasCut))
            pasted = []
            pasteEnd = []
            (pasteWasCut, isWordCut) = (false, false)
            reset()
            return
        }
        keep(pasteEnd)
        pasteEnd = []
        if byte == 0x1B { pasteEnd = [byte] } else { keep([byte]) }
    }

    private mutating func keep(_ bytes: [UInt8]) {
        let room = Self.pasteCap - pasted.count
        if bytes.count > room, !pasteWasCut {
            pasteWasCut = true
            isWordCut = bytes[room] > 0x20
        }
        pasted.append(contentsOf: bytes.prefix(room))
    }

    /// A byte below 0x80 outside any sequence.
    static func plain(_ byte: UInt8) -> Key {
        switch byte {
        case 0x0D, 0x0A: Key(.enter)
        case 0x09: Key(.tab)
        case 0x7F, 0x08: Key(.backspace)
        case 0x00: Key(.character(" "), .control)
        case 0x01...0x1A: Key(.character(Unicode.Scalar(byte + 0x60)), .control)
        case 0x1B: Key(.escape)
        case 0x1C...0x1F: Key(.character(Unicode.Scalar(byte + 0x40)), .control)
        default: Key(.character(Unicode.Scalar(byte)))
        }
    }
}
