/// A job while its record is being read: every format fills in one of these, so that all of them check alike.
struct JobDraft {
    private var rules: InputRules
    private var url: String?
    private(set) var values = FetchJob.Values()
    /// What goes with the kind of body, unless the record's own headers say otherwise.
    private var bodyHeaders: [FetchJob.Values.Header] = []

    init(line: Int, rules: InputRules) {
        self.rules = rules
        values.lineNumber = line
    }

    /// The same fields for another URL of the list.
    func rebased(line: Int, rules: InputRules) -> JobDraft {
        var copy = self
        copy.values.lineNumber = line
        copy.rules = rules
        return copy
    }

    /// The finished job.
    ///
    /// - Throws: `JobError` if there is no URL.
    func job() throws(JobError) -> FetchJob {
        guard let url else { throw JobError("no url") }
        var values = values
        if values.body != nil, values.method == nil { values.method = "POST" }
        for header in bodyHeaders
        where !values.headers.contains(where: { $0.name.lowercased() == header.name.lowercased() }) {
            values.headers.append(header)
        }
        // A job that is only a URL carries no box: of those there may be millions, and the line says nothing new then.
        let line = values.lineNumber
        values.lineNumber = nil
        guard values != FetchJob.Values() else { return FetchJob(url: url) }
        values.lineNumber = line
        return FetchJob(url: url, extras: FetchJob.Extras(values))
    }

    // MARK: Fields

    mutating func setURL(_ url: String) throws(JobError) {
        do throws(URLProblem) {
            self.url = try URLCheck.listed(url)
        } catch {
            throw JobError(error.description)
        }
    }

    mutating func setID(_ id: String) throws(JobError) {
        guard !id.isEmpty else { throw JobError("empty id") }
        values.id = id
    }

    mutating func setMethod(_ method: String) throws(JobError) {
        guard HeaderValue.isName(method) else { throw JobError("not a method: '\(method)'") }
        values.method = method
    }

    mutating func addHeader(name: String, value: String) throws(JobError) {
        guard HeaderValue.isName(name) else { throw JobError("not a header name: '\(HeaderValue.quotable(name))'") }
        if let problem = HeaderValue.problem(inValue: value) { throw JobError("header \(name): \(problem)") }
        // As in a line of curl's `-H`; a value of blanks is none.
        values.headers.append(.init(name: name, value: value.trimmingBlanks))
    }

    /// Adds a header as curl's `-H` spells it.
    mutating func addHeader(_ text: String) throws(JobError) {
        do throws(ValueError) {
            switch try HeaderValue.parse(text) {
            case .set(let name, let value): values.headers.append(.init(name: name, value: value))
            case .remove(let name): values.headers.append(.init(name: name, value: ""))
            case .empty(let name): values.headers.append(.init(name: name, value: "", isSentEmpty: true))
            }
        } catch {
            throw JobError("header '\(HeaderValue.quotable(text))': \(error.description)")
        }
    }

    /// A body of a type that headers tell, if at all.
    mutating func setBody(_ body: [UInt8]) { values.body = body }

    /// A body as curl's `-d` sends it.
    mutating func setFormBody(_ body: [UInt8]) {
        values.body = body
        bodyHeaders = [.init(name: "Content-Type", value: "application/x-www-form-urlencoded")]
    }

    /// A body as curl's `--json` sends it.
    mutating func setJSONBody(_ body: [UInt8]) {
        values.body = body
        bodyHeaders = ["Content-Type", "Accept"].map { .init(name: $0, value: "application/json") }
    }

    mutating func setOutput(_ path: String) throws(JobError) {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw JobError("not a file name: '\(path)'") }
        guard path != "-" else { throw JobError("output '-': of a list no body can go to standard output") }
        guard path.last != "/" else { throw JobError("output '\(path)' is a directory") }
        if !rules.isTrusted {
            guard path.first != "/" else { throw JobError("output '\(path)' is absolute (--trust-input allows it)") }
            guard !path.utf8.split(separator: UInt8(ascii: "/")).contains(where: { $0.elementsEqual("..".utf8) }) else {
                throw JobError("output '\(path)' has a '..' (--trust-input allows it)")
            }
        }
        values.output = path
    }

    mutating func setPriority(_ priority: Int) throws(JobError) {
        guard let value = Int32(exactly: priority) else { throw JobError("priority \(priority) is out of range") }
        values.priority = value
    }

    mutating func setTag(_ tag: String) { values.tag = tag }

    mutating func setMaxTime(seconds: Double) throws(JobError) {
        guard seconds > 0, seconds < 3_153_600_000 else { throw JobError("max_time \(seconds) is out of range") }
        values.maxTime = .nanoseconds(Int64(seconds * 1e9))
    }

    mutating func setRetries(_ retries: Int) throws(JobError) {
        guard (0...1_000_000).contains(retries) else { throw JobError("retry \(retries) is out of range") }
        values.retries = retries
    }

    mutating func setChecksum(_ text: String) throws(JobError) {
        do throws(InvalidChecksum) {
            _ = try Checksum(parsing: text)
        } catch {
            throw JobError("checksum '\(text)': \(error)")
        }
        values.checksum = text
    }

    /// Sets one of the fields that end up in a single request line or header.
    mutating func set(_ field: WritableKeyPath<FetchJob.Values, String?>, _ value: String) throws(JobError) {
        if let problem = HeaderValue.problem(inValue: value) { throw JobError(problem) }
        values[keyPath: field] = value
    }
}

/// Why a record gives no job.
struct JobError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
