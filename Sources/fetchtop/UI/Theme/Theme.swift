/// One colour at every depth a terminal may have.
struct Hue: Hashable, Sendable {
    /// 0xRRGGBB.
    let rgb: Int
    let palette: Int
    /// 0-15; bright ones fall back to their plain twin on eight colours. -1 is the terminal's own colour.
    let ansi: Int

    static let own = Hue(rgb: -1, palette: -1, ansi: -1)

    func value(at depth: ColorDepth) -> Int {
        switch depth {
        case .mono: -1
        case .ansi8: ansi >= 8 ? ansi - 8 : ansi
        case .ansi16: ansi
        case .palette256: palette
        case .trueColor: rgb
        }
    }
}

/// From what a cell means to how it looks: the only file that knows colours.
struct Theme: Sendable {
    /// Colour numbers as the terminal counts them (-1: its own) and emphasis.
    struct Look: Hashable, Sendable {
        var foreground = -1
        var background = -1
        var emphasis: Emphasis = []
    }

    let depth: ColorDepth
    let isLight: Bool

    init(_ capabilities: Capabilities) {
        depth = capabilities.colors
        isLight = capabilities.isLight
    }

    func look(of style: Style) -> Look {
        if depth == .mono { return mono(style) }
        if depth <= .ansi16, isLight, style.surface == .selection {
            // Which blue and which white a light terminal has nobody knows; its ink is legible as paper and the other way.
            return Look(emphasis: style.emphasis.subtracting(.dim).union(.reverse))
        }
        var look = Look(emphasis: style.emphasis)
        let background = surface(style.surface)
        look.background = background.value(at: depth)
        // What hardly stands out from the paper would be lost on anything else.
        let role = style.surface != .plain && [.faint, .queued].contains(style.role) ? .dim : style.role
        let hue = isLight ? light(role) : dark(role)
        look.foreground = hue.value(at: depth)
        if depth <= .ansi16, style.surface != .plain {
            // Eight colours on a coloured ground are unreadable pairs more often than not: black (or white) on it.
            look.foreground = style.surface == .invalid ? 7 : 0
            look.emphasis.remove(.dim)
            // Bold black is dark grey on many terminals.
            if look.foreground == 0 { look.emphasis.remove(.bold) }
        } else if depth == .ansi8, style.role == .faint || style.role == .dim || hue.ansi == 8 {
            // Bright black does not exist here, and plain black is invisible.
            look.foreground = -1
            look.emphasis.insert(.dim)
        }
        return look
    }

    private func mono(_ style: Style) -> Look {
        var emphasis = style.emphasis
        switch style.surface {
        case .plain: break
        case .selection, .bar, .label, .prompt, .invalid: emphasis.insert(.reverse)
        case .match: emphasis.formUnion([.underline, .bold])
        }
        switch style.role {
        case .err, .strong: emphasis.insert(.bold)
        case .dim, .faint: if !emphasis.contains(.reverse) { emphasis.insert(.dim) }
        default: break
        }
        return Look(emphasis: emphasis)
    }

    private func surface(_ surface: Surface) -> Hue {
        switch surface {
        case .plain: .own
        // A light terminal's teal and green are dark: no ground for black.
        case .selection: isLight ? Hue(rgb: 0xC9DDF5, palette: 153, ansi: 4) : Hue(rgb: 0x2D3F5E, palette: 24, ansi: 6)
        case .bar: isLight ? Hue(rgb: 0xDDE3EA, palette: 254, ansi: 7) : Hue(rgb: 0x2A2F3A, palette: 237, ansi: 2)
        case .label: isLight ? Hue(rgb: 0xC5D4E8, palette: 152, ansi: 7) : Hue(rgb: 0x31435E, palette: 238, ansi: 6)
        case .prompt: isLight ? Hue(rgb: 0xE8E3C8, palette: 230, ansi: 3) : Hue(rgb: 0x3A3A2A, palette: 236, ansi: 3)
        case .invalid: isLight ? Hue(rgb: 0xF5C9CF, palette: 224, ansi: 1) : Hue(rgb: 0x5E2A35, palette: 52, ansi: 1)
        case .match: isLight ? Hue(rgb: 0xFFE680, palette: 228, ansi: 3) : Hue(rgb: 0x453C0C, palette: 58, ansi: 3)
        }
    }

    private func dark(_ role: Role) -> Hue {
        switch role {
        case .text: .own
        case .strong: Hue(rgb: 0xE6EAF0, palette: 255, ansi: 15)
        case .dim: Hue(rgb: 0x8A93A3, palette: 246, ansi: 7)
        case .faint: Hue(rgb: 0x656D7C, palette: 242, ansi: 8)
        case .accent: Hue(rgb: 0x7FC8E8, palette: 117, ansi: 14)
        case .ok, .receive: Hue(rgb: 0x9ACB70, palette: 113, ansi: 2)
        case .warn, .connect: Hue(rgb: 0xE3B261, palette: 179, ansi: 3)
        case .err: Hue(rgb: 0xF0727F, palette: 203, ansi: 9)
        case .info, .wait: Hue(rgb: 0x7AA5F0, palette: 111, ansi: 12)
        case .queued: Hue(rgb: 0x6F7887, palette: 243, ansi: 8)
        case .dns: Hue(rgb: 0x5FC9B9, palette: 79, ansi: 6)
        case .tls: Hue(rgb: 0xC39BF0, palette: 141, ansi: 5)
        case .upload: Hue(rgb: 0x7FC8E8, palette: 117, ansi: 14)
        case .heat1: Hue(rgb: 0x2F5A8A, palette: 25, ansi: 4)
        case .heat2: Hue(rgb: 0x3C7A8C, palette: 30, ansi: 6)
        case .heat3: Hue(rgb: 0x6FA85F, palette: 71, ansi: 2)
        case .heat4: Hue(rgb: 0xC9B458, palette: 179, ansi: 3)
        case .heat5: Hue(rgb: 0xDE8A4E, palette: 173, ansi: 11)
        case .heat6: Hue(rgb: 0xF0727F, palette: 203, ansi: 9)
        }
    }

    private func light(_ role: Role) -> Hue {
        switch role {
        case .text: .own
        case .strong: Hue(rgb: 0x10151C, palette: 16, ansi: 0)
        case .dim: Hue(rgb: 0x5A6370, palette: 241, ansi: 8)
        case .faint: Hue(rgb: 0x7F8793, palette: 244, ansi: 8)
        case .accent: Hue(rgb: 0x0B6E99, palette: 25, ansi: 6)
        case .ok, .receive: Hue(rgb: 0x2F7D1F, palette: 28, ansi: 2)
        case .warn, .connect: Hue(rgb: 0x96600A, palette: 130, ansi: 3)
        case .err: Hue(rgb: 0xC01F35, palette: 160, ansi: 1)
        case .info, .wait: Hue(rgb: 0x1F55C0, palette: 26, ansi: 4)
        case .queued: Hue(rgb: 0x77808C, palette: 244, ansi: 8)
        case .dns: Hue(rgb: 0x0F7A6B, palette: 30, ansi: 6)
        case .tls: Hue(rgb: 0x7A35B0, palette: 91, ansi: 5)
        case .upload: Hue(rgb: 0x0B6E99, palette: 25, ansi: 6)
        case .heat1: Hue(rgb: 0x9DBBDA, palette: 110, ansi: 4)
        case .heat2: Hue(rgb: 0x5FA8B8, palette: 73, ansi: 6)
        case .heat3: Hue(rgb: 0x5C9C48, palette: 71, ansi: 2)
        case .heat4: Hue(rgb: 0xB39A2E, palette: 136, ansi: 3)
        case .heat5: Hue(rgb: 0xC96A22, palette: 166, ansi: 3)
        case .heat6: Hue(rgb: 0xC01F35, palette: 160, ansi: 1)
        }
    }
}
