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
        if endsAsCompanion(name) {
            // The cut has left at most this much.
            if length(name) >= longest { name.removeLast() }
            name.append("_")
        }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: name)
        return String(result)
    }

    /// Whether it looks like what another body leaves to a later run, whatever the file system holds to be the same letter:
    /// nobody outside may leave us something to go on with.
    private static func endsAsCompanion(_ name: [Unicode.Scalar]) -> Bool {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: name)
        let folded = String(text).uppercased().utf8
        return BodyFile.companionSuffixes.contains { folded.reversed().starts(with: $0.uppercased().utf8.reversed()) }
    }

    private static func length(_ scalars: some Sequence<Unicode.Scalar>) -> Int {
        scalars.reduce(0) { $0 + UTF8.width($1) }
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
