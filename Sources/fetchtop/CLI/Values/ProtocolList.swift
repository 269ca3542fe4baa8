/// curl's protocol lists: names separated by commas, each with `+` (the default), `-` or `=` before it; `all` means all.
enum ProtocolList {
    /// What there is here.
    private static let known = ["http", "https"]

    /// The protocols that are left, comma-separated as libcurl takes them.
    ///
    /// - Throws: `ValueError` for a list that leaves none. Names of protocols that fetchtop does not have are ignored,
    ///   as curl ignores those that it was built without.
    @Sendable static func parse(_ text: String) throws(ValueError) -> String {
        var allowed = known
        for piece in text.split(separator: ",") {
            let modifiers = piece.prefix { $0 == "+" || $0 == "-" || $0 == "=" }
            let name = piece.dropFirst(modifiers.count).lowercased()
            let named = name == "all" ? known : known.filter { $0 == name }
            switch modifiers.last {
            case "-": allowed.removeAll { named.contains($0) }
            case "=": allowed = named
            default: allowed = known.filter { allowed.contains($0) || named.contains($0) }
            }
        }
        guard !allowed.isEmpty else { throw ValueError("leaves neither http nor https") }
        return allowed.joined(separator: ",")
    }
}
