import CNcurses

/// The byte strings that switch a terminal into the dashboard's modes and out of them.
///
/// Made once, while all is well: the way out must need nothing but a write.
struct TerminalSequences {
    let enter: [UInt8]
    /// The other screen, taken again: ncurses asks for it once, with its first picture, and knows of no suspension.
    let resume: [UInt8]
    let leave: [UInt8]
    /// Nothing where nothing takes it back: terminals that have no mouse may keep the mode for the next program.
    let mouseOn: [UInt8]
    let mouseOff: [UInt8]
    let beginUpdate: [UInt8] = Array("\u{1B}[?2026h".utf8)
    let endUpdate: [UInt8] = Array("\u{1B}[?2026l".utf8)
    /// "Do you know synchronized output?" The answer is `ESC [ ? 2026 ; n $ y`, or none at all; and "what colour is your
    /// background?", answered by `ESC ] 11 ; rgb:RRRR/GGGG/BBBB`, or not.
    let probe: [UInt8]
    let supportsTitle: Bool

    /// - Parameters:
    ///   - terminal: The value of `TERM`.
    ///   - capability: A terminfo string by name, after `newterm`.
    init(terminal: String, capability: (String) -> [UInt8]?) {
        let family = [
            "xterm", "tmux", "screen", "rxvt", "alacritty", "foot", "kitty", "wezterm", "st-", "konsole", "vte",
            "iterm",
        ]
        let isModern = family.contains { terminal.hasPrefix($0) }
        func sequence(_ names: String...) -> [UInt8] { names.flatMap { capability($0) ?? [] } }
        resume = sequence("smcup", "civis")
        // The stack of titles is xterm's, and many descriptions have it in smcup; tmux knows it and its description does not.
        let savesTitle = terminal.hasPrefix("tmux") || terminal.hasPrefix("screen")
        enter = (savesTitle ? Array("\u{1B}[22;0t".utf8) : []) + (isModern ? Array("\u{1B}[?2004h".utf8) : [])
        // A frame may have been cut while it scrolled a part. Where there is no other screen to leave, what follows belongs
        // below ours.
        let scrolls = capability("csr")?.starts(with: [0x1B, 0x5B]) ?? false
        leave =
            (isModern ? Array("\u{1B}[?2026l\u{1B}[?2004l\u{1B}[?1006l\u{1B}[?1002l".utf8) : [])
            + sequence("rmkx", "cnorm", "sgr0", "op")
            + (scrolls ? Array("\u{1B}[r\u{1B}[999;1H\u{1B}[K".utf8) : []) + sequence("rmcup")
            + (savesTitle ? Array("\u{1B}[23;0t".utf8) : [])
        mouseOn = isModern ? Array("\u{1B}[?1002h\u{1B}[?1006h".utf8) : []
        mouseOff = isModern ? Array("\u{1B}[?1006l\u{1B}[?1002l".utf8) : []
        probe = isModern ? Array("\u{1B}[?2026$p\u{1B}]11;?\u{1B}\\".utf8) : []
        supportsTitle = isModern
    }

    /// Puts text into the terminal's clipboard (OSC 52); in base64, so that no byte of it means anything on the way.
    func clipboard(_ text: String) -> [UInt8] {
        guard supportsTitle else { return [] }
        return Array("\u{1B}]52;c;\(Base64.encode(Array(text.utf8)))\u{7}".utf8)
    }

    /// The window's title. Printable ASCII only, whatever comes in.
    func title(_ text: String) -> [UInt8] {
        guard supportsTitle else { return [] }
        let safe = text.utf8.filter { $0 >= 0x20 && $0 < 0x7F }.prefix(80)
        return Array("\u{1B}]0;".utf8) + safe + [0x07]
    }
}
