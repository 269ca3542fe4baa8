/// How many colours the terminal shows.
enum ColorDepth: Int, Comparable, CaseIterable, Sendable {
    case mono, ansi8, ansi16, palette256, trueColor

    static func < (a: ColorDepth, b: ColorDepth) -> Bool { a.rawValue < b.rawValue }
}

/// Which characters the terminal and its font can be trusted with.
enum GlyphTier: Int, Comparable, CaseIterable, Sendable {
    case ascii, basic, rich

    static func < (a: GlyphTier, b: GlyphTier) -> Bool { a.rawValue < b.rawValue }
}

/// What rendering needs to know about the terminal.
struct Capabilities: Hashable, Sendable {
    var colors: ColorDepth = .palette256
    var glyphs: GlyphTier = .rich
    var isLight = false

    /// For a colourless, plain-text picture of a frame.
    static let plain = Capabilities(colors: .mono, glyphs: .ascii)
}
