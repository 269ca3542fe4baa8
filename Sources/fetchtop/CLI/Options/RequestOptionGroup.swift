internal import ArgumentParser

/// What every request says.
struct RequestOptionGroup: ParsableArguments {
    @Option(
        name: [.customShort("X", allowingJoined: true), .customLong("request")], parsing: .unconditional,
        help: ArgumentHelp("The method.", valueName: "method"), transform: Self.parseMethod)
    var method: String?

    @Option(
        name: [.customShort("H", allowingJoined: true), .long], parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Send a header; 'Name:' removes one; @file reads them.", valueName: "line"))
    var header: [String] = []

    @Option(
        name: [.customShort("d", allowingJoined: true), .long], parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "POST this; @file reads it without line ends; repeated ones are joined by &.", valueName: "data"))
    var data: [String] = []

    @Option(
        name: [.customShort("u", allowingJoined: true), .long], parsing: .unconditional,
        help: ArgumentHelp("Log in.", valueName: "user:password"), transform: Self.parseUser)
    var user: String?

    @Option(
        name: [.customShort("A", allowingJoined: true), .long], parsing: .unconditional,
        help: ArgumentHelp("The User-Agent; an empty one sends none.", valueName: "name"), transform: Self.parseLine)
    var userAgent: String?

    func apply(to options: inout RunOptions) throws(UsageError) {
        options.request.method = method
        for text in header { try append(header: text, to: &options.request) }
        options.request.body = try body()
        options.request.user = user
        options.request.userAgent = userAgent
    }

    // MARK: Headers and body

    private func append(header text: String, to request: inout RequestOptions) throws(UsageError) {
        if text.first == "@" {
            let lines = try ArgumentFile.read(String(text.dropFirst()), option: "--header")
                .split(whereSeparator: { $0 == 0x0a || $0 == 0x0d })
            for line in lines { try append(headerLine: String(decoding: line, as: UTF8.self), to: &request) }
        } else {
            try append(headerLine: text, to: &request)
        }
    }

    private func append(headerLine text: String, to request: inout RequestOptions) throws(UsageError) {
        do throws(ValueError) {
            switch try HeaderValue.parse(text) {
            case .set(let name, let value): request.headers.append(.init(name: name, value: value))
            case .remove(let name): request.headers.append(.init(name: name, value: nil))
            }
        } catch {
            throw UsageError(option: "--header", value: text, reason: error.description)
        }
    }

    private func body() throws(UsageError) -> [UInt8]? {
        guard !data.isEmpty else { return nil }
        var body: [UInt8] = []
        for (index, text) in data.enumerated() {
            if index > 0 { body.append(UInt8(ascii: "&")) }
            if text.first == "@" {
                // curl strips line ends from files given to -d, so that one may write them with an editor.
                body += try ArgumentFile.read(String(text.dropFirst()), option: "--data")
                    .filter { $0 != 0x0a && $0 != 0x0d && $0 != 0 }
            } else {
                body += text.utf8
            }
        }
        return body
    }

    // MARK: Values

    @Sendable private static func parseMethod(_ text: String) throws(ValueError) -> String {
        guard HeaderValue.isName(text) else { throw ValueError("not a method") }
        return text
    }

    @Sendable private static func parseUser(_ text: String) throws(ValueError) -> String {
        guard text.contains(":") else { throw ValueError("no password; write user:password") }
        return text
    }

    @Sendable static func parseLine(_ text: String) throws(ValueError) -> String {
        if let problem = HeaderValue.problem(inValue: text) { throw ValueError(problem) }
        return text
    }
}
