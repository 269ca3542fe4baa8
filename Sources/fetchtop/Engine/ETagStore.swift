import FetchLoop

/// The entity tags of a list's URLs, remembered from run to run (`--etag-store FILE`): what has not changed since is not
/// fetched again.
///
/// The file is a journal, one line `{"url":…,"etag":…}` for each body that was taken, the last line of a URL counts. Lines
/// are appended while the run goes on, so a crash loses at most the last second's. A URL with a password or a token is
/// masked there, and a `key`, its hash, tells it from others.
final class ETagStore {
    /// By `name(of:)`.
    private var tags: [String: String]
    private let output: RecordOutput

    /// Opens the store and reads what it holds. Blocks.
    ///
    /// - Throws: `SystemError`, `locked` if another run has it open.
    init(loop: EventLoop, path: String) throws(SystemError) {
        // Not `append`: a torn last line must be cut off before anything follows it.
        let file = try OpenFile(path, .append)
        guard file.lock() else { throw SystemError.locked }
        let contents = try Self.read(try OpenFile(path, .read))
        tags = contents.tags
        if contents.wholeLength < contents.totalLength { try file.truncate(to: contents.wholeLength) }
        output = RecordOutput(loop: loop, file: file, synchronizes: true, name: "--etag-store '\(path)'")
        if contents.lineCount > 2 * tags.count + 1_000 || contents.hasSecrets { try compact(file) }
    }

    /// What holds back new fetches, and is closed at the end, like other outputs.
    var recordOutput: RecordOutput { output }

    /// How many URLs it knows.
    var count: Int { tags.count }

    /// What to say so that an unchanged body is not sent again.
    func condition(for order: TransferOrder) -> FetchJob.Values.Header? {
        guard Self.concerns(order), let tag = tags[Self.name(of: order.url)], tag.isSendable else { return nil }
        return .init(name: "If-None-Match", value: tag)
    }

    /// Notes the tag of a body that was taken whole; without one, an earlier tag of the URL is void.
    func note(_ tag: String?, for order: TransferOrder) {
        guard Self.concerns(order) else { return }
        let name = Self.name(of: order.url)
        guard tags[name] != tag else { return }
        tags[name] = tag
        output.append { Self.write(name, tag: tag, to: &$0) }
    }

    /// The URL, or what it is masked, a space, and its hash.
    private static func name(of url: String) -> String {
        guard let masked = URLSecrets.masked(url.utf8.span) else { return url }
        return "\(String(decoding: masked, as: UTF8.self)) \(JobIdentity(url: url.utf8, values: nil))"
    }

    /// Parts of bodies, and answers to requests that change something, say nothing about the whole.
    private static func concerns(_ order: TransferOrder) -> Bool {
        order.method == "GET" && !order.isPart
    }

    private static func write(_ name: String, tag: String?, to bytes: inout [UInt8]) {
        let parts = name.split(separator: " ", maxSplits: 1).map(String.init)
        var json = JSONRecord()
        json.beginObject()
        json.member("url", parts.first ?? "")
        if parts.count > 1 { json.member("key", parts[1]) }
        json.member("etag", tag)
        json.endObject()
        json.endLine()
        json.move(to: &bytes)
    }

    /// Writes the file anew, a line for each URL, before there is anything to lose.
    private func compact(_ file: OpenFile) throws(SystemError) {
        var bytes: [UInt8] = []
        for (name, tag) in tags { Self.write(name, tag: tag, to: &bytes) }
        // In place, under the lock: a file moved here would not be the one that other runs see locked. A crash in
        // between costs no more than bodies fetched once more.
        try file.truncate(to: 0)
        try file.write(bytes)
        try file.synchronize()
    }

    private struct Contents {
        var tags: [String: String] = [:]
        var lineCount = 0
        var wholeLength: Int64 = 0
        var totalLength: Int64 = 0
        /// There is a URL that was written unmasked.
        var hasSecrets = false
    }

    private static func read(_ file: OpenFile) throws(SystemError) -> Contents {
        var contents = Contents()
        var lines = LineSplitter()
        while true {
            let chunk = try file.read(upTo: 1 << 20)
            if chunk.isEmpty { return contents }
            contents.totalLength += Int64(chunk.count)
            lines.append(chunk)
            while let line = lines.next() { note(line, &contents) }
            contents.wholeLength = contents.totalLength - Int64(lines.rest.count)
        }
    }

    /// A line that is none of ours is left alone: a body more is fetched, nothing is lost.
    private static func note(_ line: ArraySlice<UInt8>, _ contents: inout Contents) {
        contents.lineCount += 1
        var (url, key, tag): (String?, String?, String?)
        var reader = JSONReader(line)
        do {
            try reader.readObject { member, value in
                switch member {
                case "url": url = try value.readString()
                case "key": key = try value.readString()
                case "etag":
                    if try value.nextKind() == .string { tag = try value.readString() } else { _ = try value.readRaw() }
                default: _ = try value.readRaw()
                }
            }
        } catch { return }
        guard let url else { return }
        let name = key.map { "\(url) \($0)" } ?? name(of: url)
        if key == nil, name != url { contents.hasSecrets = true }
        contents.tags[name] = tag
    }
}
