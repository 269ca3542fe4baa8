/// The file name that a URL itself suggests, as curl's `-O` takes it: the last segment of the path, undecoded.
enum RemoteName {
    /// - Returns: nil if the path ends in a slash or the segment is one no file can have.
    static func of(_ url: String) -> String? {
        let text = Array(url.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
        // The scheme's two slashes make two segments, the authority is the third.
        let segments = text.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard segments.count > 3, let last = segments.last else { return nil }
        let name = String(decoding: last, as: UTF8.self)
        return name.isEmpty || name == "." || name == ".." ? nil : name
    }
}
