/// Makes one path component of a text from outside: a URL's, or a server's Content-Disposition.
enum SafeName {
    /// The longest name kept; file systems take 255 bytes, and `.part` and a number must still fit.
    static let longest = 200

    /// A name without directories, control characters or a leading dot; nil if nothing is left of it.
    ///
    /// By Unicode scalars, as file systems and shells see names: a dot with accents is still a dot in front.
    static func fileName(_ text: String) -> String? {
        // Both separators, whatever system the server thinks it talks to.
        let scalars = text.unicodeScalars
        let separator = scalars.lastIndex { $0 == "/" || $0 == "\\" }
        let last = scalars[(separator.map { scalars.index(after: $0) } ?? scalars.startIndex)...]
        var name = last.drop { $0 == " " }.map { isHarmless($0) ? $0 : "_" }
        dropTrailingBlanks(&name)
        guard let first = name.first else { return nil }
        if first == "." { name[0] = "_" }
        name = shortened(name)
        // The cut may have brought others to the end. The first scalar stays, and is none of them.
        dropTrailingBlanks(&name)
        var result = String.UnicodeScalarView()
        result.append(contentsOf: name)
        return String(result)
    }

    private static func dropTrailingBlanks(_ name: inout [Unicode.Scalar]) {
        while let last = name.last, last == " " || last == "." { name.removeLast() }
    }

    /// No control character, nothing that changes the direction of text or cannot be seen.
    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: scalar != "/" && scalar != "\\"
        }
    }

    /// Cut in the middle of its stem, so that the extension stays.
    private static func shortened(_ name: [Unicode.Scalar]) -> [Unicode.Scalar] {
        func length(_ scalars: some Sequence<Unicode.Scalar>) -> Int { scalars.reduce(0) { $0 + UTF8.width($1) } }
        guard length(name) > longest else { return name }
        let dot = name.lastIndex(of: ".").flatMap { length(name[$0...]) <= 16 ? $0 : nil } ?? name.endIndex
        var stem = name[..<dot]
        var left = longest - length(name[dot...])
        stem = stem.prefix { scalar in
            left -= UTF8.width(scalar)
            return left >= 0
        }
        return Array(stem + name[dot...])
    }
}
