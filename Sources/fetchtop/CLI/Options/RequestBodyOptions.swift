internal import ArgumentParser

/// What every request carries.
struct RequestBodyOptions: ParsableArguments {
    @Option(
        name: [.customShort("d", allowingJoined: true), .customLong("data"), .customLong("data-ascii")],
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "POST this; @file reads it without line ends; repeated ones are joined by &.", valueName: "data"))
    var data: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("POST this; @file reads it as it is.", valueName: "data"))
    var dataBinary: [String] = []

    @Option(
        parsing: .unconditionalSingleValue, help: ArgumentHelp("POST this; @ means itself.", valueName: "data"))
    var dataRaw: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("POST this as JSON, with the headers that say so; @file reads it.", valueName: "data"))
    var json: [String] = []

    func apply(to request: inout RequestOptions) throws(UsageError) {
        let kinds = [
            ("--data", data.isEmpty), ("--data-binary", dataBinary.isEmpty), ("--data-raw", dataRaw.isEmpty),
            ("--json", json.isEmpty),
        ].filter { !$0.1 }
        guard let kind = kinds.first else { return }
        // Their order on the command line, which would matter, is not known here.
        if kinds.count > 1 { throw UsageError("\(kind.0) and \(kinds[1].0) exclude each other") }
        switch kind.0 {
        case "--data": request.body = try joined(data, by: "&", option: kind.0, stripsLineEnds: true)
        case "--data-binary": request.body = try joined(dataBinary, by: "&", option: kind.0)
        case "--data-raw": request.body = Array(dataRaw.joined(separator: "&").utf8)
        default: request.body = try joined(json, by: "", option: kind.0)
        }
        let isJSON = kind.0 == "--json"
        request.addDefault("Content-Type", isJSON ? "application/json" : "application/x-www-form-urlencoded")
        if isJSON { request.addDefault("Accept", "application/json") }
    }

    /// - Parameter stripsLineEnds: From files, as curl's `-d` does so that one may write them with an editor.
    private func joined(
        _ pieces: [String], by separator: String, option: String, stripsLineEnds: Bool = false
    ) throws(UsageError) -> [UInt8] {
        var body: [UInt8] = []
        for (index, piece) in pieces.enumerated() {
            if index > 0 { body += separator.utf8 }
            guard piece.first == "@" else {
                body += piece.utf8
                continue
            }
            let file = try ArgumentFile.read(String(piece.dropFirst()), option: option)
            body += stripsLineEnds ? file.filter { $0 != 0x0a && $0 != 0x0d && $0 != 0 } : file
        }
        return body
    }
}

extension RequestOptions {
    /// Adds a header unless there is one of this name, or it is to be removed.
    fileprivate mutating func addDefault(_ name: String, _ value: String) {
        guard !headers.contains(where: { $0.name.lowercased() == name.lowercased() }) else { return }
        headers.append(.init(name: name, value: value))
    }
}
