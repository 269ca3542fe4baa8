/// The options between two `next` of a curl configuration file, while they are being collected.
struct CurlConfigSection {
    private let rules: InputRules
    private var urls: [(text: String, line: Int)] = []
    private var outputs: [Output] = []
    private var options = JobDraft(line: 0, rules: InputRules())
    private var data: [UInt8]?
    private var isJSON = false
    private var expandsGlobs: Bool
    private var allRemoteNames = false
    private var directory: String?

    /// The URL whose jobs are given next, and where its glob stands.
    private var next = 0
    private var glob: (whole: URLGlob, next: Int)?

    /// The first line of the section that could not be understood; then none of its URLs is fetched.
    var spoilingLine: Int?

    private enum Output { case named(String), remoteName }

    /// A glob larger than this belongs on the command line, where it is expanded as it goes.
    private static let maxExpansion = 100_000

    init(rules: InputRules) {
        self.rules = rules
        expandsGlobs = rules.expandsGlobs
    }

    // MARK: Options

    /// What fetchtop does anyway, or shows in its own way.
    private static let implied: Set<String> = [
        "location", "parallel", "silent", "show-error", "fail", "create-dirs", "no-progress-meter", "progress-bar",
        "parallel-immediate", "no-buffer",
    ]

    private static let supported: Set<String> = [
        "url", "output", "remote-name", "remote-name-all", "output-dir", "header", "request", "data", "data-raw",
        "data-ascii", "data-binary", "json", "user-agent", "referer", "range", "cookie", "user", "oauth2-bearer",
        "max-time", "retry", "head", "globoff",
    ]

    private static let shortNames = [
        "o": "output", "O": "remote-name", "H": "header", "X": "request", "d": "data", "A": "user-agent",
        "e": "referer",
        "r": "range", "b": "cookie", "u": "user", "m": "max-time", "I": "head", "g": "globoff", ":": "next",
        "L": "location", "Z": "parallel", "s": "silent", "S": "show-error", "f": "fail", "#": "progress-bar",
        "N": "no-buffer",
    ]

    static func canonicalName(_ name: String) -> String { shortNames[name] ?? name }

    static func isKnown(_ name: String) -> Bool { supported.contains(name) || implied.contains(name) }

    mutating func apply(_ option: CurlConfigLine, line: Int) throws(JobError) {
        let name = Self.canonicalName(option.name)
        if Self.implied.contains(name) { return }
        switch name {
        case "remote-name": outputs.append(.remoteName)
        case "remote-name-all": allRemoteNames = true
        case "head": try options.setMethod("HEAD")
        case "globoff": expandsGlobs = false
        default:
            guard Self.supported.contains(name) else {
                throw JobError("curl's option '\(HeaderValue.quotable(name))' is not supported in a list")
            }
            guard let value = option.value else { throw JobError("option '\(name)' needs a value") }
            try apply(name, value, line: line)
        }
    }

    private mutating func apply(_ name: String, _ value: String, line: Int) throws(JobError) {
        switch name {
        case "url": urls.append((value, line))
        case "output": outputs.append(.named(value))
        case "output-dir": directory = value
        case "header":
            guard value.first != "@" else { throw JobError("headers from a file are not supported in a list") }
            try options.addHeader(value)
        case "request": try options.setMethod(value)
        case "data", "data-ascii", "data-binary":
            guard value.first != "@" else { throw JobError("data from a file is not supported in a list") }
            appendData(value)
        case "data-raw": appendData(value)
        case "json":
            guard value.first != "@" else { throw JobError("data from a file is not supported in a list") }
            data = (data ?? []) + value.utf8
            isJSON = true
        case "user-agent": try options.set(\.userAgent, value)
        case "referer": try options.set(\.referer, value)
        case "range": try options.set(\.range, value)
        case "cookie":
            guard value.contains("=") else { throw JobError("cookies from a file are not supported in a list") }
            try options.set(\.cookie, value)
        case "user": try options.addHeader(name: "Authorization", value: "Basic " + Base64.encode(value.utf8))
        case "oauth2-bearer": try options.addHeader(name: "Authorization", value: "Bearer " + value)
        case "max-time":
            guard let seconds = Double(value) else { throw JobError("max-time '\(value)' is not a number of seconds") }
            try options.setMaxTime(seconds: seconds)
        case "retry":
            guard let retries = Int(value) else { throw JobError("retry '\(value)' is not a number") }
            try options.setRetries(retries)
        default: throw JobError("curl's option '\(HeaderValue.quotable(name))' is not supported in a list")
        }
    }

    private mutating func appendData(_ value: String) {
        data = data.map { $0 + [UInt8(ascii: "&")] + value.utf8 } ?? Array(value.utf8)
    }

    // MARK: Jobs

    /// Adds jobs until the batch has so many.
    ///
    /// - Returns: Whether there are more.
    mutating func emit(into batch: inout InputBatch, upTo limit: Int) -> Bool {
        if let spoilingLine {
            if let first = urls.first {
                batch.complain(first.line, "not fetched because of line \(spoilingLine) (\(urls.count) URLs)")
            }
            return false
        }
        if let data { isJSON ? options.setJSONBody(data) : options.setFormBody(data) }
        data = nil
        while next < urls.count {
            do {
                guard try emitNext(into: &batch, upTo: limit) else { return true }
            } catch {
                batch.complain(urls[next].line, "\(error)")
            }
            next += 1
            glob = nil
        }
        return false
    }

    /// Adds what the next URL stands for; false when the batch is full before.
    private mutating func emitNext(into batch: inout InputBatch, upTo limit: Int) throws -> Bool {
        let url = urls[next]
        if glob == nil {
            let text = URLCheck.guessingScheme(url.text)
            let whole = expandsGlobs ? try URLGlob(parsing: text) : URLGlob(literal: text)
            guard whole.count <= Self.maxExpansion else {
                throw JobError("a glob of \(whole.count) URLs in a list; give it as an argument")
            }
            glob = (whole, 0)
        }
        guard let (whole, first) = glob else { return true }
        for index in first..<whole.count {
            guard batch.jobs.count < limit else {
                glob = (whole, index)
                return false
            }
            let expansion = whole.expansion(at: index)
            var draft = options.rebased(line: url.line, rules: rules)
            try draft.setURL(expansion.url)
            if let file = try fileName(expansion, next < outputs.count ? outputs[next] : nil) {
                try draft.setOutput(directory.map { $0 + "/" + file } ?? file)
            }
            batch.jobs.append(try draft.job())
        }
        return true
    }

    private func fileName(_ expansion: URLGlob.Expansion, _ output: Output?) throws -> String? {
        switch output {
        case .named(let template): return try expansion.substituted(into: template)
        case nil where !allRemoteNames: return nil
        case .remoteName, nil:
            guard let name = RemoteName.of(expansion.url) else { throw JobError("the URL names no file to save as") }
            return name
        }
    }
}
