import Testing

@testable import fetchtop

@Suite struct DisplayPreferencesTests {
    private func preferences(_ variables: [String: String]) -> DisplayPreferences {
        DisplayPreferences { variables[$0] }
    }

    @Test func noColorMeansNoneUnlessANumberOfColoursWasChosen() {
        var preferences = preferences(["NO_COLOR": "1", "COLORTERM": "truecolor"])
        #expect(preferences.capabilities(depth: .palette256, isUTF8: true).colors == .mono)
        preferences.settings.colors = .ansi8
        #expect(preferences.capabilities(depth: .palette256, isUTF8: true).colors == .ansi8)
        #expect(!self.preferences(["NO_COLOR": ""]).noColor)
    }

    @Test func direct24BitColoursAreUsedWhereTheTerminalClaimsThem() {
        let direct = preferences(["COLORTERM": "truecolor"])
        #expect(direct.capabilities(depth: .palette256, isUTF8: true).colors == .trueColor)
        #expect(direct.capabilities(depth: .ansi8, isUTF8: true).colors == .ansi8)
        #expect(preferences([:]).capabilities(depth: .palette256, isUTF8: true).colors == .palette256)
    }

    @Test func noMoreColoursThanTheTerminalHas() {
        var preferences = preferences([:])
        preferences.settings.colors = .palette256
        #expect(preferences.capabilities(depth: .ansi8, isUTF8: true).colors == .ansi8)
        preferences.settings.theme = .mono
        #expect(preferences.capabilities(depth: .palette256, isUTF8: true).colors == .mono)
    }

    @Test func theTerminalsAnswerIsBelievedBeforeVariablesAndTheThemeBeforeBoth() {
        var preferences = preferences(["COLORFGBG": "0;15"])
        func isLight(_ reported: Bool?) -> Bool {
            preferences.capabilities(depth: .palette256, isUTF8: true, reportedLight: reported).isLight
        }
        #expect(isLight(nil))
        #expect(!isLight(false))
        preferences.settings.theme = .dark
        #expect(!isLight(true))
        preferences.settings.theme = .light
        #expect(isLight(false))
    }

    @Test func glyphsAreWhatLocaleAndFontCanShow() {
        var preferences = preferences([:])
        #expect(preferences.capabilities(depth: .ansi8, isUTF8: true, isConsole: true).glyphs == .basic)
        #expect(preferences.capabilities(depth: .ansi8, isUTF8: true).glyphs == .rich)
        preferences.settings.glyphs = .rich
        #expect(preferences.capabilities(depth: .ansi8, isUTF8: false).glyphs == .ascii)
    }

    @Test(
        arguments: [
            ([:], false), (["LANG": "C"], false), (["LANG": "C.UTF-8"], false), (["LC_ALL": "C"], true),
            (["LC_CTYPE": "POSIX"], true), (["LC_ALL": "de_DE.ISO-8859-1"], true),
            (["LANG": "de_DE.ISO8859-15@euro"], true),
            (["LC_ALL": "", "LANG": "en_US.utf8"], false), (["LC_CTYPE": "en_US.UTF-8", "LANG": "C"], false),
            (["LC_ALL": "C.UTF-8", "LANG": "de_DE.ISO-8859-1"], false), (["LANG": "en_US"], false),
        ] as [([String: String], Bool)])
    func theLocaleMayRefuseUTF8(variables: [String: String], isRefused: Bool) {
        #expect(preferences(variables).refusesUTF8 == isRefused)
    }

    @Test(arguments: [("1", true), ("0", false), ("", false)])
    func coloursCanBeForced(value: String, isForced: Bool) {
        #expect(preferences(["CLICOLOR_FORCE": value]).forcesColor == isForced)
    }
}

@Suite struct ThemeTests {
    /// Bold black is dark grey on many terminals, and black on the dark teal of light ones hard to read.
    @Test(arguments: [false, true], [ColorDepth.ansi8, .ansi16])
    func onColouredGroundTextIsPlain(isLight: Bool, depth: ColorDepth) {
        let theme = Theme(Capabilities(colors: depth, isLight: isLight))
        for surface in [Surface.selection, .bar, .label, .prompt] {
            let look = theme.look(of: Style(role: .ok, surface: surface, emphasis: .bold))
            #expect(look.foreground != 0 || !look.emphasis.contains(.bold))
            #expect(look.foreground != look.background || look.emphasis.contains(.reverse))
            // Blue as paper and white as ink are too near each other on many light terminals.
            if isLight, surface == .selection { #expect(look == .init(emphasis: [.bold, .reverse])) }
            if isLight, look.foreground == 0 { #expect([3, 7].contains(look.background)) }
        }
    }

    private let depths = ColorDepth.allCases

    /// At every depth, on both backgrounds: nothing is painted in the colour it lies on, and states differ by letter.
    @Test func nothingIsInvisible() {
        for depth in depths {
            for isLight in [false, true] {
                let theme = Theme(Capabilities(colors: depth, isLight: isLight))
                for role in Role.allCases {
                    for surface in Surface.allCases {
                        let look = theme.look(of: Style(role: role, surface: surface))
                        // Of eight colours, black (or white) is most likely the ground itself.
                        let ground = depth == .ansi8 && surface == .plain ? (isLight ? 7 : 0) : look.background
                        let isVisible = look.foreground != ground || look.foreground == -1
                        #expect(isVisible, "\(role) on \(surface), \(depth), \(isLight ? "light" : "dark")")
                    }
                }
            }
        }
    }

    @Test func coloursStayWithinTheirDepth() {
        let limits: [ColorDepth: Int] = [.mono: 0, .ansi8: 8, .ansi16: 16, .palette256: 256, .trueColor: 1 << 24]
        for depth in depths {
            for isLight in [false, true] {
                let theme = Theme(Capabilities(colors: depth, isLight: isLight))
                for role in Role.allCases {
                    for surface in Surface.allCases {
                        let look = theme.look(of: Style(role: role, surface: surface))
                        #expect(look.foreground < limits[depth] ?? 0 && look.background < limits[depth] ?? 0)
                    }
                }
            }
        }
    }

    /// WCAG's contrast of text on the backgrounds people have, and on every surface of ours.
    @Test func textCanBeRead() {
        // Those are shades of areas, not letters.
        let heats: Set<Role> = [.heat1, .heat2, .heat3, .heat4, .heat5, .heat6]
        for (isLight, paper) in [(false, 0x101216), (true, 0xFAFAFA)] {
            let theme = Theme(Capabilities(colors: .trueColor, isLight: isLight))
            let ink = isLight ? 0x202020 : 0xE0E0E0
            for surface in Surface.allCases {
                for role in Role.allCases where !heats.contains(role) {
                    let look = theme.look(of: Style(role: role, surface: surface))
                    let front = look.foreground < 0 ? ink : look.foreground
                    let back = look.background < 0 ? paper : look.background
                    #expect(contrast(front, back) >= 3, "\(role) on \(surface), \(isLight ? "light" : "dark")")
                }
            }
        }
    }

    private func contrast(_ a: Int, _ b: Int) -> Double {
        let (high, low) = (max(luminance(a), luminance(b)), min(luminance(a), luminance(b)))
        return (high + 0.05) / (low + 0.05)
    }

    private func luminance(_ rgb: Int) -> Double {
        func part(_ value: Int) -> Double {
            let share = Double(value & 255) / 255
            // Near enough to the standard's curve.
            return share * share
        }
        return 0.2126 * part(rgb >> 16) + 0.7152 * part(rgb >> 8) + 0.0722 * part(rgb)
    }
}

@Suite struct DirectColorsTests {
    @Test func numbersBecomeColours() {
        var colors = DirectColors()
        let red = colors.number(for: 0xFF0102)
        let blue = colors.number(for: 0x0000FF)
        #expect(red >= 16 && blue > red)
        #expect(colors.number(for: 0xFF0102) == red)
        #expect(colors.number(for: -1) == -1)
        let bytes = "a\u{1B}[38;5;\(red)mb\u{1B}[1;48;5;\(blue)m\u{1B}[39;49m\u{1B}[2;5Hc\u{1B}[38;5;3m"
        let replaced = String(decoding: colors.replacingNumbers(in: Array(bytes.utf8)), as: UTF8.self)
        #expect(
            replaced
                == "a\u{1B}[38;2;255;1;2mb\u{1B}[1;48;2;0;0;255m\u{1B}[39;49m\u{1B}[2;5Hc\u{1B}[38;5;3m")
    }

    @Test func whatIsNoStyleIsLeftAlone() {
        var colors = DirectColors()
        _ = colors.number(for: 0x123456)
        for text in ["", "plain", "\u{1B}", "\u{1B}[", "\u{1B}[38;5;16", "\u{1B}[m", "\u{1B}]0;38;5;16m\u{7}", "日本"] {
            #expect(colors.replacingNumbers(in: Array(text.utf8)) == Array(text.utf8))
        }
    }

    @Test func moreColoursThanNumbersShareTheLast() {
        var colors = DirectColors()
        for rgb in 0..<300 { #expect(colors.number(for: rgb) <= 255) }
    }
}

@Suite struct BackgroundReportTests {
    private func events(_ text: String) -> [InputEvent] {
        var decoder = KeyDecoder()
        var events: [InputEvent] = []
        for byte in text.utf8 { decoder.feed(byte) { events.append($0) } }
        return events
    }

    @Test(arguments: [
        ("\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\", 1.0), ("\u{1B}]11;rgb:00/00/00\u{7}", 0),
        ("\u{1B}]11;rgb:f/f/f\u{7}", 1),
        ("\u{1B}]11;rgba:0000/0000/0000/ffff\u{7}", 0),
    ])
    func theAnswerTellsHowLightTheBackgroundIs(text: String, lightness: Double) throws {
        let event = try #require(events(text).first)
        guard case .background(let value) = event else {
            Issue.record("\(event)")
            return
        }
        #expect(abs(value - lightness) < 0.001)
    }

    @Test(arguments: [
        "\u{1B}]11;rgb:zz/00/00\u{7}", "\u{1B}]10;rgb:00/00/00\u{7}", "\u{1B}]11;?\u{7}", "\u{1B}]0;title\u{1B}\\",
        "\u{1B}P11;rgb:00/00/00\u{7}", "\u{1B}]11;rgb:0/0\u{7}", "\u{1B}]11;rgb:00000/0/0\u{7}",
    ])
    func otherStringsAreSwallowed(text: String) {
        #expect(events(text).isEmpty)
        #expect(events(text + "q") == [.key(Key(.character("q")))])
    }

    @Test func theClipboardIsOnTheAllowListOnlyWhenAskedFor() throws {
        let text = Array("\u{1B}]52;c;aHR0cDovL2EuZXhhbXBsZS8=\u{7}".utf8)
        var strict = EscapeAllowList()
        #expect(throws: EscapeAllowList.Violation.self) { try strict.check(text) }
        var open = EscapeAllowList()
        open.allowsClipboard = true
        try open.check(text)
        #expect(throws: EscapeAllowList.Violation.self) { try open.check(Array("\u{1B}]52;c;?\u{7}".utf8)) }
        var list = EscapeAllowList()
        try list.check(Array("\u{1B}]11;?\u{1B}\\".utf8))
        #expect(throws: EscapeAllowList.Violation.self) { try list.check(Array("\u{1B}]11;#fff\u{7}".utf8)) }
    }
}
