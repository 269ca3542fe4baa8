/// A line for each finished fetch, written as curl's `--write-out` describes it: `%{http_code} %{url}\n`.
///
/// All members of a record can be named, so all of curl's names that a record has; besides them `response_code`,
/// `urlnum`, `scheme`, `json`, `header_json`, `%header{NAME}`, `onerror`, `stdout` and `stderr`. What is unknown is
/// written as curl does: `000`, `0`, `0.000000` or nothing.
struct WriteOut: Sendable, Equatable {
    private enum Piece: Sendable, Equatable {
        case text(String)
        case member(String)
        case responseCode, urlNumber, scheme, json, headerJSON
        case header(String)
        /// What follows is for failures only.
        case onError
        case standardOutput, standardError
    }

    private let pieces: [Piece]

    /// Whether a value of it comes from the response's headers, so that they must be kept.
    var needsHeaders: Bool {
        pieces.contains { piece in
            switch piece {
            case .header, .headerJSON: true
            default: false
            }
        }
    }

    /// - Throws: `ValueError` that names an unknown variable.
    init(parsing format: String) throws(ValueError) {
        var pieces: [Piece] = []
        var text = ""
        var rest = format[...]
        func flush() {
            if !text.isEmpty { pieces.append(.text(text)) }
            text = ""
        }
        while let character = rest.popFirst() {
            if character == "\\" {
                text += Self.escape(rest.popFirst())
            } else if character == "%", let opener = Self.openers.first(where: { rest.hasPrefix($0) }) {
                guard let close = rest.firstIndex(of: "}") else { throw ValueError("a %\(opener) without its }") }
                let name = String(rest[rest.index(rest.startIndex, offsetBy: opener.count)..<close])
                flush()
                pieces.append(opener == "{" ? try Self.variable(name) : .header(name.lowercased()))
                rest = rest[rest.index(after: close)...]
            } else {
                if character == "%", rest.first == "%" { rest.removeFirst() }
                text.append(character)
            }
        }
        flush()
        self.pieces = pieces
    }

    private static let openers = ["{", "header{"]

    private static func escape(_ character: Character?) -> String {
        switch character {
        case "n": "\n"
        case "r": "\r"
        case "t": "\t"
        case nil: "\\"
        case let other?: "\\\(other)"
        }
    }

    private static func variable(_ name: String) throws(ValueError) -> Piece {
        switch name {
        case "response_code": .responseCode
        case "http_code": .responseCode
        case "urlnum": .urlNumber
        case "scheme": .scheme
        case "json": .json
        case "header_json": .headerJSON
        case "onerror": .onError
        case "stdout": .standardOutput
        case "stderr": .standardError
        default:
            if ResultRecord.memberNames.contains(name) {
                .member(name)
            } else {
                throw ValueError("unknown variable '\(name)'")
            }
        }
    }

    // MARK: Writing

    /// Appends what is to be said of a fetch: to standard output and standard error.
    ///
    /// - Parameter isForTerminal: What servers said is made safe to draw, as it is on standard error, which people read.
    func write(
        _ line: RecordLine, json: ArraySlice<UInt8>, id: FetchID, isForTerminal: Bool = false,
        to output: inout [UInt8], _ errors: inout [UInt8]
    ) {
        var isForErrors = false
        for piece in pieces {
            switch piece {
            case .standardOutput: isForErrors = false
            case .standardError: isForErrors = true
            case .onError:
                if case .literal("0")? = line["exitcode"] { return }
            default:
                var text = text(of: piece, line, json, id)
                // The user's own text is his.
                if case .text = piece {
                } else if isForTerminal || isForErrors {
                    text = DisplayText(sanitising: text, cap: .max).string
                }
                if isForErrors { errors += text.utf8 } else { output += text.utf8 }
            }
        }
    }

    private func text(of piece: Piece, _ line: RecordLine, _ json: ArraySlice<UInt8>, _ id: FetchID) -> String {
        switch piece {
        case .text(let text): return text
        case .member(let name): return Self.text(line[name] ?? .null, of: name)
        case .responseCode:
            guard case .literal(let code)? = line["http_code"] else { return "000" }
            return code
        case .urlNumber: return String(id.index)
        case .scheme:
            let urls = [line["url_effective"], line["url"]].compactMap {
                if case .text(let url)? = $0 { url } else { nil }
            }
            return String((urls.first ?? "").prefix { $0 != ":" })
        case .json: return String(decoding: json.prefix { $0 != 0x0a }, as: UTF8.self)
        case .headerJSON:
            guard case .nested(let headers)? = line["headers"] else { return "{}" }
            return headers
        case .header(let name): return Self.header(name, in: line)
        case .onError, .standardOutput, .standardError: return ""
        }
    }

    /// As curl writes it: numbers that are not known are zeros.
    private static func text(_ value: RecordLine.Value, of name: String) -> String {
        switch value {
        case .text(let text), .literal(let text), .nested(let text): text
        case .null where name.hasPrefix("time_") || name.hasPrefix("wait_"): "0.000000"
        case .null where name.hasPrefix("size_") || name.hasPrefix("num_") || name.hasPrefix("speed_"): "0"
        case .null where name.hasSuffix("_port") || name == "exitcode" || name == "ssl_verify_result": "0"
        case .null: ""
        }
    }

    private static func header(_ name: String, in line: RecordLine) -> String {
        guard case .nested(let headers)? = line["headers"] else { return "" }
        var found = ""
        var reader = JSONReader(ArraySlice(headers.utf8))
        try? reader.readObject { key, value in
            try value.readArray { element in
                let text = try element.readString()
                if key == name, found.isEmpty { found = text }
            }
        }
        return found
    }
}
