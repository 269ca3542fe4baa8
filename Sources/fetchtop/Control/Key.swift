/// A key on the keyboard, whatever bytes the terminal sends for it.
enum KeyCode: Hashable, Sendable {
    /// A printable character, shifted as typed: `A`, not shift + `a`.
    case character(Unicode.Scalar)
    case function(Int)
    case up, down, left, right, home, end, pageUp, pageDown, insert, delete
    case enter, tab, backspace, escape
}

/// A key with what was held down.
struct Key: Hashable, Sendable {
    struct Modifiers: OptionSet, Hashable, Sendable {
        let rawValue: UInt8
        static let shift = Modifiers(rawValue: 1)
        static let alt = Modifiers(rawValue: 2)
        static let control = Modifiers(rawValue: 4)
    }

    var code: KeyCode
    var modifiers: Modifiers = []

    init(_ code: KeyCode, _ modifiers: Modifiers = []) {
        self.code = code
        self.modifiers = modifiers
    }

    /// The character typed, if the key is a plain one.
    var typed: Unicode.Scalar? {
        if case .character(let scalar) = code, modifiers.isSubset(of: .shift) { scalar } else { nil }
    }
}

/// A press, a release or a move of the mouse, in cells counted from 0.
struct MouseEvent: Hashable, Sendable {
    enum Kind: Hashable, Sendable { case press, release, drag, wheelUp, wheelDown }
    enum Button: Hashable, Sendable { case left, middle, right, none }

    var kind: Kind
    var button: Button
    var column: Int
    var row: Int
    var modifiers: Key.Modifiers = []
}

/// Whatever a terminal reports.
enum InputEvent: Hashable, Sendable {
    case key(Key)
    case mouse(MouseEvent)
    /// Text pasted between brackets; never run as keys.
    case paste([UInt8], truncated: Bool)
    case focus(Bool)
    /// The answer to a question about a private mode (DECRPM): 1 or 3 set, 2 or 4 reset, 0 unknown.
    case modeReport(mode: Int, setting: Int)
    /// The answer to the question about the background: 0 is black, 1 white.
    case background(lightness: Double)
}
