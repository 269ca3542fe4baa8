/// Everything a run needs to know, filled in from the command line and the configuration file.
///
/// Plain values with the documented defaults, so that a test writes `RunOptions()` and changes what it is about.
struct RunOptions: Sendable {
    var concurrency = Concurrency()
    var rate = Rate()
    var retry = Retry()
    var time = Time()
    /// What every request has unless its job says otherwise.
    var request = RequestOptions()
    var save = Save()
    var results = Results()
    var gates = Gates()
    var order = Order.fifo
    /// Statuses that are successes.
    var accept = StatusSet(200...399)
    var load = Load()

    struct Concurrency: Sendable, Equatable {
        /// In flight at once, in all (`-j`).
        var total = 50
        /// In flight at once for a host (`--parallel-max-host`).
        var perHost = 6
        /// Hosts with a limit of their own, by the name hosts have in the store.
        var byHost: [String: Int] = [:]
        /// Connections open at once; nil leaves it to the number of transfers.
        var connections: Int?
        /// Additive increase, multiplicative decrease of the per-host limit (`--adaptive`).
        var isAdaptive = false
    }

    struct Rate: Sendable, Equatable {
        /// Starts in the whole run (`--rate`).
        var starts: StartRate?
        /// Starts for a host (`--host-rate`).
        var startsPerHost: StartRate?
        var byHost: [String: StartRate] = [:]
        /// Body bytes a second of one transfer (`--limit-rate`).
        var bytesPerTransfer: Int64?
        /// Body bytes a second of all transfers (`--max-overall-download-limit`).
        var bytesOverall: Int64?
    }

    /// So many starts in such a time, as `5/15s`.
    struct StartRate: Sendable, Equatable {
        var count: Double
        var per: Duration
    }

    struct Retry: Sendable, Equatable {
        /// Attempts after the first (`--retry`).
        var count = 2
        /// The first back-off (`--retry-delay`); nil is one second, doubled each time.
        var delay: Duration?
        /// No new attempt later than this after the first one began (`--retry-max-time`).
        var maxTime: Duration?
        var retriesRefusedConnections = false
        /// Also what is not transient (`--retry-all-errors`).
        var retriesAllErrors = false
        /// Statuses besides the transient ones (`--retry-on-http-error`).
        var statuses: StatusSet?
        /// A Retry-After beyond this is not waited for (`--retry-after-max`).
        var retryAfterMax = Duration.seconds(600)
    }

    struct Time: Sendable, Equatable {
        var connect: Duration? = .seconds(20)
        /// For one attempt, never for waiting in the queue (`-m`).
        var total: Duration?
        /// Slower than this many bytes a second (`-Y`) for that long (`-y`) is a stall.
        var stallSpeed: Int64?
        var stallTime: Duration?
        /// How long a fetch may wait for its first attempt.
        var queue: Duration?
        /// For the whole run.
        var deadline: Duration?
    }

    enum Order: String, CaseIterable, Sendable {
        case fifo, hostFair = "host-fair", priority
    }

    struct Save: Sendable, Equatable {
        /// `-o`, `-O`; nil discards bodies unless a job names an output.
        var naming: Naming?
        var directory: String?
        /// `-C -`
        var resumes = false
        var skipsExisting = false
        var noClobber = false
        /// `-R`
        var keepsRemoteTime = false
        var etagStore: String?
        var syncPolicy = SyncPolicy.on
        /// `TYPE=HEX`, for all jobs.
        var checksum: String?
        var maxFileSize: Int64?
        /// `--trust-input`: jobs may name absolute outputs and local files.
        var trustsInput = false

        /// Whether a body is on the disk before its file gets its name (`--fsync-policy`, as wget2's).
        enum SyncPolicy: String, CaseIterable, Sendable { case on, off }

        enum Naming: Sendable, Equatable {
            /// The URL's last path component (`-O`), or the server's name for it (`-J`).
            case remoteName(contentDisposition: Bool)
            /// `-o 'd/#1-#<n>.html'`
            case template(String)
        }

        /// The template of `-o`, if that names the files.
        var template: String? {
            if case .template(let template) = naming { return template }
            return nil
        }
    }

    struct Results: Sendable, Equatable {
        /// A path, or "-" for standard output; nil writes no records.
        var file: String?
        var format = Format.ndjson
        var includesHeaders = false
        var includesEvents = false
        var summary = Summary.text
        var writeOut: WriteOut?
        /// Bodies go to standard output (`-o -`), so that nothing else does unless it is asked for.
        var sharesOutputWithBodies = false
        /// Reads `file` first and fetches only what it does not have.
        var resumes = false
        var failedList: String?
        var progress = Progress.auto
        /// `-v`: what the engine does, for people.
        var isVerbose = false
        /// `--log`: the same in a file.
        var logFile: String?

        /// Something other than records goes to standard output.
        var speaks: Bool { writeOut != nil || sharesOutputWithBodies }

        enum Format: String, CaseIterable, Sendable { case ndjson, csv }
        enum Summary: String, CaseIterable, Sendable { case text, json, none }
        enum Progress: String, CaseIterable, Sendable { case auto, line, none }
    }

    struct Gates: Sendable, Equatable {
        var failsEarly = false
        var maxFailures: Limit?
        /// `--fail-if`, each an expression such as `failed>1%`.
        var conditions: [RunCondition] = []

        enum Limit: Sendable, Equatable {
            case count(Int)
            case percent(Double)
        }
    }

    struct Load: Sendable, Equatable {
        /// `-n`: so many requests, repeating the list.
        var requests: Int?
        /// `-z`: for so long, repeating the list.
        var duration: Duration?
        /// `--every`: the list again each time, for ever.
        var every: Duration?

        /// A load test: the list is repeated, each time with fetches of its own.
        var isRepeating: Bool { requests != nil || duration != nil }
    }
}

/// What every request of a run has: curl's options, with curl's meaning.
struct RequestOptions: Sendable, Equatable {
    var method: String?
    /// In order; a value of nil removes a header libcurl would send, an empty one is sent empty.
    var headers: [Header] = []
    var body: [UInt8]?
    /// `user:password`
    var user: String?
    var bearerToken: String?
    var userAgent: String?
    var referer: String?
    /// Whether the page that redirected becomes the Referer (`;auto`).
    var setsReferer = false
    var cookies: [String] = []
    /// Files of cookies to begin with; any turns the cookie engine on (`-b FILE`).
    var cookieFiles: [String] = []
    var cookieJar: String?
    var range: String?
    var netrc = Netrc.ignored
    /// In place of `~/.netrc`.
    var netrcFile: String?
    var followsRedirects = true
    var maxRedirects = 10
    /// Credentials go along to other origins (`--location-trusted`).
    var trustsRedirects = false
    var decompresses = false
    var httpVersion = HTTPVersion.automatic
    var addressFamily = AddressFamily.any
    var resolve: [String] = []
    var connectTo: [String] = []
    var unixSocket: String?
    var dohURL: String?
    var proxy: String?
    var noProxy: String?
    var interface: String?
    var verifiesTLS = true
    var caFile: String?
    /// It stands in a variable that curl reads, too.
    var isCAFileFromEnvironment = false
    var clientCertificate: String?
    var clientKey: String?
    var clientKeyPassphrase: String?
    var pinnedPublicKey: String?
    var hstsFile: String?
    var altSvcFile: String?
    /// Comma-separated scheme names, as libcurl's; nil is http and https.
    var protocols: String?
    var redirectProtocols: String?
    var deniesPrivateAddresses = false

    /// Whether it asks for a part of each resource.
    var asksForPart: Bool { range != nil || headers.contains { $0.value != nil && $0.name.lowercased() == "range" } }

    /// The method of jobs that name none, if that is not GET.
    var defaultMethod: String? {
        let method = method ?? (body == nil ? "GET" : "POST")
        return method == "GET" ? nil : method
    }

    enum HTTPVersion: String, CaseIterable, Sendable {
        case automatic, http11 = "1.1", http2 = "2", http2PriorKnowledge = "2-prior-knowledge", http3 = "3"
    }

    enum Netrc: Sendable { case ignored, optional, required }

    enum AddressFamily: Sendable { case any, ipv4, ipv6 }

    struct Header: Sendable, Equatable {
        var name: String
        var value: String?
    }
}

/// A set of HTTP statuses, as `200..399,404`.
struct StatusSet: Sendable, Hashable {
    private(set) var ranges: [ClosedRange<Int>]

    init(_ ranges: ClosedRange<Int>...) { self.ranges = ranges }

    func contains(_ status: Int) -> Bool { ranges.contains { $0.contains(status) } }

    mutating func insert(_ range: ClosedRange<Int>) { ranges.append(range) }
}
