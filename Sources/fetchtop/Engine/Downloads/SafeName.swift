/// Makes one path component of a text from outside: a URL's, or a server's Content-Disposition.
enum SafeName {
    /// The longest name kept; file systems take 255 bytes, and `.part` and a number must still fit.
    static let longest = 200

    /// A name without directories, control characters or a leading dot; nil if nothing is left of it.
    static func fileName(_ text: String) -> String? {
        // Both separators, whatever system the server thinks it talks to.
        let last = text.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }.last ?? ""
        var name = String(last.unicodeScalars.map { isHarmless($0) ? Character($0) : "_" })
        while let space = name.last, space == " " || space == "." { name.removeLast() }
        name = String(name.drop { $0 == " " })
        guard !name.isEmpty else { return nil }
        if name.hasPrefix(".") { name = "_" + name.dropFirst() }
        return shortened(name)
    }

    /// No control character, nothing that changes the direction of text or cannot be seen.
    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: scalar != "/" && scalar != "\\"
        }
    }

    /// Cut in the middle of its stem, so that the extension stays.
    private static func shortened(_ name: String) -> String {
        guard name.utf8.count > longest else { return name }
        var suffix = ""
        if let dot = name.lastIndex(of: "."), name[dot...].utf8.count <= 16 { suffix = String(name[dot...]) }
        var stem = name.dropLast(suffix.count)
        while stem.utf8.count + suffix.utf8.count > longest { stem.removeLast() }
        return stem + suffix
    }
}
