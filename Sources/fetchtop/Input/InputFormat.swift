/// How a list of jobs is written.
enum InputFormat: String, CaseIterable, Hashable, Sendable {
    case urls, ndjson, aria2, curl, vegeta

    /// Guesses the format from the name of the file and the first lines of its text.
    ///
    /// Only `head` is looked at and nothing is waited for: fetching must start while the producer still writes.
    static func detect(fileName: String?, head: ArraySlice<UInt8>) -> InputFormat {
        if let name = fileName?.lowercased() {
            if [".ndjson", ".jsonl", ".json"].contains(where: name.hasSuffix) { return .ndjson }
            if [".aria2", ".aria"].contains(where: name.hasSuffix) { return .aria2 }
            if [".curl", ".curlrc"].contains(where: name.hasSuffix) { return .curl }
        }
        let lines = head.split(separator: UInt8(ascii: "\n"), maxSplits: 64)
        let significant = lines.lazy.filter { !$0.isInsignificant }
        guard let first = significant.first?.trimmingBlanks else { return .urls }
        if first.first == UInt8(ascii: "{") { return .ndjson }
        if isVegeta(first) { return .vegeta }
        if isCurlOption(first) { return .curl }
        // aria2's options stand indented below their URL; in a plain list nothing but another URL may be indented.
        return lines.contains(where: Aria2Lines.isOptionLine) ? .aria2 : .urls
    }

    /// `GET http://...`
    private static func isVegeta(_ line: ArraySlice<UInt8>) -> Bool {
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 1)
        return words.count == 2 && words[0].allSatisfy { $0.isASCIILetter && $0 < UInt8(ascii: "a") }
            && (words[1].starts(with: "http://".utf8) || words[1].starts(with: "https://".utf8))
    }

    /// `url = "..."`, `-H "..."`, `--url ...`, `user-agent: x`, `next`
    private static func isCurlOption(_ line: ArraySlice<UInt8>) -> Bool {
        guard let option = try? CurlConfigLine(line) else { return false }
        return CurlConfigLines.knows(option.name)
    }
}
