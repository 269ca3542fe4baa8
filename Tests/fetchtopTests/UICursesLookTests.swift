import Testing

@testable import fetchtop

extension CursesScreenTests {
    private func painted(_ screen: CursesScreen) -> String {
        var grid = Grid(Size(columns: 20, rows: 2))
        grid.put("x", x: 0, y: 0, style: Style(.ok))
        return String(decoding: screen.paint(grid), as: UTF8.self)
    }

    @Test func coloursOf24BitsGoOutThroughAnOrdinaryDescription() throws {
        let preferences = DisplayPreferences { $0 == "COLORTERM" ? "truecolor" : nil }
        let screen = try CursesScreen(
            terminals: ["xterm-256color"], preferences: preferences, size: Size(columns: 20, rows: 2))
        let rgb = Theme(Capabilities(colors: .trueColor)).look(of: Style(.ok)).foreground
        #expect(painted(screen).contains("\u{1B}[38;2;\(rgb >> 16);\(rgb >> 8 & 255);\(rgb & 255)m"))
    }

    @Test func anotherLookIsPaintedAtOnceAndWhole() throws {
        var preferences = DisplayPreferences()
        let screen = try CursesScreen(
            terminals: ["xterm-256color"], preferences: preferences, size: Size(columns: 20, rows: 2))
        let dark = Theme(Capabilities(colors: .palette256)).look(of: Style(.ok)).foreground
        let light = Theme(Capabilities(colors: .palette256, isLight: true)).look(of: Style(.ok)).foreground
        #expect(painted(screen).contains("[38;5;\(dark)m"))
        #expect(painted(screen).isEmpty)
        screen.setLook(preferences, reportedLight: true)
        #expect(painted(screen).contains("[38;5;\(light)m"))
        preferences.settings.theme = .mono
        screen.setLook(preferences, reportedLight: true)
        #expect(!painted(screen).contains("[38;5"))
        #expect(screen.capabilities.colors == .mono)
    }

    @Test func forcedColoursTakeADescriptionThatHasSome() throws {
        let size = Size(columns: 20, rows: 2)
        let plain = try CursesScreen(
            terminals: ["vt100", "xterm-256color"], preferences: DisplayPreferences(), size: size)
        #expect(plain.terminal == "vt100" && plain.capabilities.colors == .mono)
        let forced = try CursesScreen(
            terminals: ["vt100", "xterm-256color"],
            preferences: DisplayPreferences { $0 == "CLICOLOR_FORCE" ? "1" : nil }, size: size)
        #expect(forced.terminal == "xterm-256color" && forced.capabilities.colors == .palette256)
    }
}
