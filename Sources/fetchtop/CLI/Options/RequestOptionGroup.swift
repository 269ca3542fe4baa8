internal import ArgumentParser

/// What every request says.
struct RequestOptionGroup: ParsableArguments {
    @Option(
        name: [.customShort("X", allowingJoined: true), .customLong("request")], parsing: .unconditional,
        help: ArgumentHelp("The method.", valueName: "method"), transform: Self.parseMethod)
    var method: String?

    @Flag(name: [.customShort("I"), .long], help: "Ask for the head only (HEAD).")
    var head = false

    @Option(
        name: [.customShort("H", allowingJoined: true), .long], parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Send a header; 'Name:' removes one, 'Name;' has no value; @file reads them.", valueName: "line"))
    var header: [String] = []

    @Option(
        name: [.customShort("u", allowingJoined: true), .long], parsing: .unconditional,
        help: ArgumentHelp("Log in.", valueName: "user:password"), transform: Self.parseUser)
    var user: String?

    @Option(
        name: .customLong("oauth2-bearer"), parsing: .unconditional,
        help: ArgumentHelp("Log in with a bearer token.", valueName: "token"), transform: Self.parseLine)
    var bearer: String?

    @Flag(help: "Look up names and passwords in ~/.netrc; those in URLs do not count.")
    var netrc = false

    @Flag(help: "Look them up where the URL has none.")
    var netrcOptional = false

    @Option(parsing: .unconditional, help: ArgumentHelp("Look them up in this file.", valueName: "file"))
    var netrcFile: String?

    @Option(
        name: [.customShort("A", allowingJoined: true), .long], parsing: .unconditional,
        help: ArgumentHelp("The User-Agent; an empty one sends none.", valueName: "name"), transform: Self.parseLine)
    var userAgent: String?

    @Option(
        name: [.customShort("e", allowingJoined: true), .long], parsing: .unconditional,
        help: ArgumentHelp("The Referer; ';auto' after it sets it anew on redirects.", valueName: "url"),
        transform: Self.parseLine)
    var referer: String?

    @Option(
        name: [.customShort("b", allowingJoined: true), .long], parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Send a cookie; or read a file of them, and send back what servers set.", valueName: "name=value|file"),
        transform: Self.parseLine)
    var cookie: [String] = []

    @Option(
        name: [.customShort("c", allowingJoined: true), .long], parsing: .unconditional,
        help: ArgumentHelp("Send back what servers set, and write all cookies there at the end.", valueName: "file"))
    var cookieJar: String?

    @Option(
        name: [.customShort("r", allowingJoined: true), .long], parsing: .unconditional,
        help: ArgumentHelp("Only these bytes: 0-499, 500-, -500.", valueName: "range"), transform: Self.parseRange)
    var range: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Follow no more redirects (default: 10); 0 follows none.", valueName: "n"),
        transform: CountValue.parseFromZero)
    var maxRedirs: Int?

    @Flag(name: [.customShort("L"), .long], help: "Accepted for curl's sake; redirects are always followed.")
    var location = false

    @Flag(help: "Send credentials, and own headers that are some, to other origins that redirects lead to.")
    var locationTrusted = false

    func apply(to options: inout RunOptions) throws(UsageError) {
        options.request.method = method ?? (head ? "HEAD" : nil)
        for text in header { try append(header: text, to: &options.request) }
        if user != nil, bearer != nil { throw UsageError("--user and --oauth2-bearer exclude each other") }
        options.request.user = user
        options.request.bearerToken = bearer
        if let netrcFile { try ArgumentFile.requireReadable(netrcFile, option: "--netrc-file") }
        options.request.netrc = netrcOptional ? .optional : netrc || netrcFile != nil ? .required : .ignored
        options.request.netrcFile = netrcFile
        options.request.userAgent = userAgent
        options.request.setsReferer = referer?.hasSuffix(";auto") == true
        let first = options.request.setsReferer ? referer.map { String($0.dropLast(5)) } : referer
        options.request.referer = first?.isEmpty == true ? nil : first
        // As with curl: what has no '=' is the name of a file.
        options.request.cookies = cookie.filter { $0.contains("=") }
        options.request.cookieFiles = cookie.filter { !$0.contains("=") }
        for file in options.request.cookieFiles where !file.isEmpty {
            // A cookie that lacks its name is taken for a file as well; of what is none, it is not said again.
            guard FileSystem.exists(file) || file.contains("/") || file.hasSuffix(".txt") else {
                throw UsageError("--cookie '***': neither name=value nor a file that is there")
            }
            try ArgumentFile.requireReadable(file, option: "--cookie")
        }
        if let cookieJar { try ArgumentFile.requireWritable(cookieJar, option: "--cookie-jar") }
        options.request.cookieJar = cookieJar
        options.request.range = range
        if let maxRedirs {
            options.request.maxRedirects = maxRedirs
            options.request.followsRedirects = maxRedirs > 0
        }
        options.request.trustsRedirects = locationTrusted
    }

    // MARK: Headers

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
            case .empty(let name): request.headers.append(.init(name: name, value: ""))
            }
        } catch {
            throw UsageError(option: "--header", value: HeaderValue.quotable(text), reason: error.description)
        }
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

    @Sendable private static func parseLine(_ text: String) throws(ValueError) -> String {
        if let problem = HeaderValue.problem(inValue: text) { throw ValueError(problem) }
        return text
    }

    /// One or more of `N-M`, `N-`, `-N`, separated by commas.
    @Sendable private static func parseRange(_ text: String) throws(ValueError) -> String {
        for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
            let bounds = piece.split(separator: "-", omittingEmptySubsequences: false)
            guard bounds.count == 2, !bounds[0].isEmpty || !bounds[1].isEmpty,
                bounds.allSatisfy({ $0.utf8.allSatisfy(\.isASCIIDigit) && $0.utf8.count < 19 })
            else { throw ValueError("not a range; write 0-499, 500- or -500") }
            if let first = Int(bounds[0]), let last = Int(bounds[1]), first > last {
                throw ValueError("a range that runs backwards")
            }
        }
        return text
    }
}
