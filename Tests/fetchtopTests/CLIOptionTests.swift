import ArgumentParser
import FetchLoop
import TestSupport
import Testing

@testable import fetchtop

/// Parses a command line as the program would, on a terminal unless told otherwise.
func plan(_ arguments: String..., environment: Environment = .terminal) throws -> RunPlan {
    guard case .run(let plan) = try Invocation.parse(arguments, environment: environment) else {
        throw UsageError("a run was expected")
    }
    return plan
}

/// The one line that a command line is refused with.
func usageError(_ arguments: String..., environment: Environment = .terminal) -> String? {
    do throws(UsageError) {
        _ = try Invocation.parse(arguments, environment: environment)
        return nil
    } catch {
        return error.description
    }
}

/// What a group of options says to a value. The whole command line takes the parser's debug checks ten times as long.
func refusal(_ group: (some ParsableArguments).Type, _ arguments: String...) -> String? {
    do {
        _ = try group.parse(arguments)
        return nil
    } catch {
        return group.message(for: error)
    }
}

extension Environment {
    static let terminal = Environment(variables: ["TERM": "xterm"], hasTerminal: true, standardOutput: .terminal)
}

@Suite("Options") struct CLIOptionTests {
    // MARK: Input

    @Test("URL arguments are globs, a scheme is guessed, -g takes them literally")
    func urls() throws {
        #expect(
            try plan("http://h/[1-3]", "h/x").inputs == [
                .glob(URLGlob(parsing: "http://h/[1-3]")), .glob(URLGlob(parsing: "http://h/x")),
            ])
        for option in ["-g", "--globoff"] {
            let plan = try plan(option, "http://h/[1-3]")
            #expect(plan.inputs == [.glob(URLGlob(literal: "http://h/[1-3]"))])
            #expect(plan.rules.expandsGlobs == false)
        }
        #expect(usageError("h/a[3-1]") == "'h/a[3-1]': bad range at position 9")
        #expect(usageError("http://u:pw@h:99999/") == "'http://u:***@h:99999/': malformed URL: bad port ':99999'")
        #expect(usageError("htp://x") == "'htp://x': unsupported scheme 'htp' (only http and https)")
    }

    @Test("-i names a list, - is standard input")
    func inputFile() throws {
        #expect(try plan("-i", "-").inputs == [.list(path: "-", format: nil)])
        let two = try plan("-i", "a", "-i", "-").inputs
        #expect(two == [.list(path: "a", format: nil), .list(path: "-", format: nil)])
        #expect(usageError("-i", "-", "-i", "-") == "-i - twice: standard input can be read once")
        #expect(try plan("-iurls.txt").inputs == [.list(path: "urls.txt", format: nil)])
        #expect(try plan("--input-file", "x", "--input-format", "aria2").inputs == [.list(path: "x", format: .aria2)])
        #expect(try plan("--input-file=x", "--input-format=auto").inputs == [.list(path: "x", format: nil)])
        #expect(usageError("-i", "x", "--input-format", "xml")?.contains("'xml'") == true)
        #expect(try plan("-i", "x", "--strict-input").isStrict)
        let trusting = try plan("-i", "x", "--trust-input")
        #expect(trusting.rules.isTrusted && trusting.options.save.trustsInput)
    }

    @Test("Without anything to fetch the way out is named")
    func nothing() throws {
        #expect(usageError() == "nothing to fetch: give URLs, -i FILE, -i - or --demo (see fetchtop --help)")
        #expect(try plan("--demo").isDemo)
        #expect(try plan("--demo").inputs.isEmpty)
        #expect(try plan("h", "--dry-run").isDryRun)
    }

    // MARK: Concurrency

    @Test("-j has curl's and aria2's name")
    func parallel() throws {
        for arguments in [["-j", "300"], ["-j300"], ["--parallel-max", "300"], ["--max-concurrent-downloads=300"]] {
            let options = try Invocation.parse(arguments + ["h"], environment: .terminal).plan?.options
            #expect(options?.concurrency.total == 300)
        }
        #expect(try plan("h", "--parallel-max-host", "9", "-Z").options.concurrency.perHost == 9)
        #expect(try plan("h").options.concurrency == RunOptions.Concurrency())
        for value in ["0", "-1", "x", "1.5", "", "99999999999"] {
            #expect(
                refusal(ConcurrencyOptions.self, "-j", value)?.hasPrefix("The value '\(value)' is invalid for '-j <n>'")
                    == true)
        }
    }

    // MARK: Retries and time

    @Test("Retries")
    func retries() throws {
        let retry = try plan(
            "h", "--retry", "5", "--retry-delay", "2", "--retry-max-time", "1m", "--retry-connrefused",
            "--retry-all-errors",
            "--retry-on-http-error", "404,500-599", "--retry-after-max", "30s"
        ).options.retry
        #expect(retry.count == 5)
        #expect(retry.delay == .seconds(2))
        #expect(retry.maxTime == .seconds(60))
        #expect(retry.retriesRefusedConnections && retry.retriesAllErrors)
        #expect(retry.statuses == StatusSet(404...404, 500...599))
        #expect(retry.retryAfterMax == .seconds(30))
        let defaults = try plan("h", "--retry-delay", "0", "--retry-max-time", "0", "--retry", "0").options.retry
        #expect(defaults.delay == nil && defaults.maxTime == nil && defaults.count == 0)
        #expect(refusal(RetryOptions.self, "--retry", "-1") != nil)
        #expect(refusal(RetryOptions.self, "--retry-on-http-error", "40") != nil)
    }

    @Test("Timeouts; zero is none, as with curl")
    func timeouts() throws {
        let time = try plan("h", "--connect-timeout", "1.5", "-m", "30").options.time
        #expect(time.connect == .milliseconds(1500))
        #expect(time.total == .seconds(30))
        #expect(try plan("h", "--max-time", "500ms").options.time.total == .milliseconds(500))
        let none = try plan("h", "--connect-timeout", "0", "-m0").options.time
        #expect(none.connect == nil && none.total == nil)
        #expect(refusal(TimeOptions.self, "-m", "soon")?.contains("'soon'") == true)
    }

    // MARK: Request

    @Test("Method, headers, data, login, agent")
    func request() throws {
        let request = try plan(
            "h", "-XPUT", "-H", "A: b", "--header", "User-Agent:", "-H", "-x: y", "-d", "a=1", "--data", "b=2", "-u",
            "me:pw:x",
            "-A", "ua"
        ).options.request
        #expect(request.method == "PUT")
        #expect(
            request.headers == [
                .init(name: "A", value: "b"), .init(name: "User-Agent", value: nil), .init(name: "-x", value: "y"),
                .init(name: "Content-Type", value: "application/x-www-form-urlencoded"),
            ])
        #expect(request.body == Array("a=1&b=2".utf8))
        #expect(request.user == "me:pw:x")
        #expect(request.userAgent == "ua")
        #expect(try plan("h", "--request", "G", "--user-agent", "", "--user", "a:").options.request.userAgent == "")
        #expect(refusal(RequestOptionGroup.self, "-X", "G T")?.contains("not a method") == true)
        #expect(refusal(RequestOptionGroup.self, "-u", "me")?.contains("no password") == true)
        #expect(usageError("h", "-H", "nonsense") == "--header 'nonsense': not a header; write 'Name: value'")
        #expect(refusal(RequestOptionGroup.self, "-A", "a\nb")?.contains("line break") == true)
    }

    @Test("Headers and data come from files with @")
    func files() throws {
        try withTemporaryFile("A: b\r\nC: d\n\n") { path in
            let request = try plan("h", "-H", "@\(path)", "-d", "@\(path)").options.request
            #expect(request.headers.map(\.name) == ["A", "C", "Content-Type"])
            #expect(request.body == Array("A: bC: d".utf8))
        }
        #expect(
            usageError("h", "-d", "@/nonexistent") == "--data: cannot read '/nonexistent': No such file or directory")
        #expect(
            usageError("h", "-H", "@/nonexistent") == "--header: cannot read '/nonexistent': No such file or directory")
    }

    @Test("Passwords from a netrc file")
    func netrc() throws {
        #expect(try plan("h").options.request.netrc == .ignored)
        #expect(try plan("h", "--netrc").options.request.netrc == .required)
        #expect(try plan("h", "--netrc-optional").options.request.netrc == .optional)
        try withTemporaryFile("") { path in
            let request = try plan("h", "--netrc-file", path).options.request
            #expect(request.netrc == .required && request.netrcFile == path)
        }
        #expect(usageError("h", "--netrc-file", "/nonexistent")?.hasPrefix("--netrc-file: cannot read") == true)
    }

    @Test("Safety: schemes and private addresses")
    func safety() throws {
        let request = try plan("h", "--proto", "=https", "--proto-redir=-http", "--deny-private").options.request
        #expect(request.protocols == "https" && request.redirectProtocols == "https")
        #expect(request.deniesPrivateAddresses && request.proxy == "")
        #expect(refusal(SafetyOptions.self, "--proto", "-all")?.contains("leaves neither") == true)
        #expect(usageError("h", "--deny-private", "-x", "p")?.contains("what a proxy connects to") == true)
        #expect(usageError("h", "--deny-private", "--unix-socket", "s")?.contains("exclude each other") == true)
    }

    @Test("Only the head, bearer, referer, cookies, ranges, redirects")
    func moreRequest() throws {
        let request = try plan(
            "h", "-I", "--oauth2-bearer", "t", "-e", "http://r/", "-b", "a=1", "--cookie", "b=2", "-r", "0-9,-5", "-L",
            "--max-redirs", "3"
        ).options.request
        #expect(request.method == "HEAD")
        #expect(request.bearerToken == "t")
        #expect(request.referer == "http://r/")
        #expect(request.cookies == ["a=1", "b=2"])
        #expect(request.range == "0-9,-5")
        #expect(request.maxRedirects == 3 && request.followsRedirects)
        #expect(try plan("h", "--max-redirs", "0").options.request.followsRedirects == false)
        #expect(try plan("h", "--head", "-X", "GET", "--location", "--range", "5-").options.request.method == "GET")
        #expect(usageError("h", "-u", "a:b", "--oauth2-bearer", "t") == "--user and --oauth2-bearer exclude each other")
        #expect(
            usageError("h", "-b", "/nonexistent")
                == "--cookie: cannot read '/nonexistent': No such file or directory")
        #expect(usageError("h", "-c", "/nonexistent/jar")?.hasPrefix("--cookie-jar: cannot write") == true)
        #expect(usageError("h", "--cookie-jar", "-")?.hasPrefix("--cookie-jar: '-' is not supported") == true)
        let following = try plan("h", "--referer", "x;auto").options.request
        #expect(following.referer == "x" && following.setsReferer)
        #expect(try plan("h", "-e", ";auto").options.request.referer == nil)
        for range in ["", "5", "-", "9-0", "a-b", "1-2-3", "0-1,"] {
            #expect(refusal(RequestOptionGroup.self, "-r", range)?.contains("range") == true)
        }
    }

    @Test("Bodies: raw, binary, JSON")
    func bodies() throws {
        #expect(try plan("h", "-d", "a\nb").options.request.body == Array("a\nb".utf8))
        #expect(try plan("h", "--data-raw", "@x", "--data-raw", "y").options.request.body == Array("@x&y".utf8))
        try withTemporaryFile("A\r\n") { path in
            let binary = try plan("h", "--data-binary", "@\(path)").options.request
            let text = try plan("h", "--data-ascii", "@\(path)").options.request
            #expect(binary.body == Array("A\r\n".utf8))
            #expect(text.body == Array("A".utf8))
        }
        let json = try plan("h", "--json", "[1,", "--json", "2]", "-H", "accept: text/plain").options.request
        #expect(json.body == Array("[1,2]".utf8))
        #expect(json.headers.map(\.name) == ["accept", "Content-Type"])
        let form = try plan("h", "-d", "a").options.request
        #expect(form.headers == [.init(name: "Content-Type", value: "application/x-www-form-urlencoded")])
        let untyped = try plan("h", "-d", "a", "-H", "content-type:").options.request
        #expect(untyped.headers == [.init(name: "content-type", value: nil)])
        #expect(usageError("h", "-d", "a", "--json", "{}") == "--data and --json exclude each other")
    }

    // MARK: Rate and order

    @Test("Rates, speeds, order")
    func rates() throws {
        let options = try plan(
            "h", "--rate", "5/s", "--host-rate", "100/m", "--limit-rate", "200k", "--order", "host-fair"
        )
        .options
        #expect(options.rate.starts == .init(count: 5, per: .seconds(1)))
        #expect(options.rate.startsPerHost == .init(count: 100, per: .seconds(60)))
        #expect(options.rate.bytesPerTransfer == 204_800)
        #expect(options.order == .hostFair)
        for order in RunOptions.Order.allCases {
            #expect(try plan("h", "--order", order.rawValue).options.order == order)
        }
        #expect(try plan("h", "--limit-rate", "0").options.rate.bytesPerTransfer == nil)
        #expect(refusal(RateOptions.self, "--rate", "100")?.contains("a rate per what?") == true)
        #expect(refusal(OrderOptions.self, "--order", "random")?.contains("fifo|host-fair|priority") == true)
    }

    @Test("A stall has a speed and a time")
    func stall() throws {
        let time = try plan("h", "-Y", "1k", "-y", "10").options.time
        #expect(time.stallSpeed == 1024 && time.stallTime == .seconds(10))
        let none = try plan("h", "--speed-limit", "0", "--speed-time", "0").options.time
        #expect(none.stallSpeed == nil && none.stallTime == nil)
    }

    // MARK: Network

    @Test("HTTP versions exclude each other and need a libcurl that has them")
    func versions() throws {
        #expect(try plan("h").options.request.httpVersion == .automatic)
        #expect(try plan("h", "--http1.1").options.request.httpVersion == .http11)
        #expect(try plan("h", "--http2").options.request.httpVersion == .http2)
        #expect(try plan("h", "--http2-prior-knowledge").options.request.httpVersion == .http2PriorKnowledge)
        #expect(usageError("h", "--http1.1", "--http2") == "--http1.1 and --http2 exclude each other")
        let library = CurlFeatures.current()
        if library.features.contains("HTTP3") {
            #expect(try plan("h", "--http3").options.request.httpVersion == .http3)
        } else {
            #expect(usageError("h", "--http3") == "--http3: this libcurl (\(library.version)) has no HTTP3")
        }
    }

    @Test("Addresses, proxies, sockets")
    func network() throws {
        let request = try plan(
            "h", "--resolve", "h:80:127.0.0.1", "--resolve", "-x:443", "--connect-to", "::127.0.0.1:81",
            "--unix-socket",
            "/s", "--doh-url", "https://d/q", "-x", "socks5h://p:1", "--noproxy", "a,b", "--interface", "lo", "-4",
            "--compressed"
        ).options.request
        #expect(request.resolve == ["h:80:127.0.0.1", "-x:443"])
        #expect(request.connectTo == ["::127.0.0.1:81"])
        #expect(request.unixSocket == "/s")
        #expect(request.dohURL == "https://d/q")
        #expect(request.proxy == "socks5h://p:1")
        let badPort = usageError("h", "-x", "http://u:pw@p:99999")
        #expect(badPort == "--proxy 'http://u:***@p:99999': malformed URL: bad port ':99999'")
        #expect(
            usageError("h", "-x", "gopher://u:pw@p")?.hasPrefix("--proxy 'gopher://u:***@p': unknown scheme") == true)
        #expect(usageError("h", "-u", "password")?.contains("value '***' is invalid for '-u") == true)
        #expect(usageError("h", "--oauth2-bearer", "a\nb")?.contains("value '***' is invalid") == true)
        #expect(request.noProxy == "a,b")
        #expect(request.interface == "lo")
        #expect(request.addressFamily == .ipv4)
        #expect(request.decompresses)
        #expect(try plan("h", "--ipv6", "--proxy", "").options.request.addressFamily == .ipv6)
        #expect(usageError("h", "--ipv4", "-6") == "--ipv4 and --ipv6 exclude each other")
        #expect(refusal(NetworkOptions.self, "--resolve", "h:80")?.contains("host:port:address") == true)
        #expect(refusal(NetworkOptions.self, "--connect-to", "a:b")?.contains("host:port:host:port") == true)
        #expect(refusal(NetworkOptions.self, "--doh-url", "dns")?.contains("malformed URL") == true)
    }

    @Test("TLS: trust, certificates, the environment's CA file")
    func tls() throws {
        #expect(try plan("h").options.request.verifiesTLS)
        #expect(try plan("h", "-k").options.request.verifiesTLS == false)
        #expect(try plan("h", "--insecure").options.request.verifiesTLS == false)
        try withTemporaryFile("") { path in
            let request = try plan("h", "--cacert", path, "-E", path, "--key", path, "--pinnedpubkey", "sha256//x")
                .options
                .request
            #expect(request.caFile == path && request.clientCertificate == path && request.clientKey == path)
            #expect(request.pinnedPublicKey == "sha256//x")
            var environment = Environment.terminal
            environment.variables["SSL_CERT_FILE"] = path
            let fromEnvironment = try plan("h", environment: environment).options.request
            #expect(fromEnvironment.caFile == path)
            #expect(usageError("h", "--key", path)?.hasSuffix("it needs the --cert it belongs to") == true)
        }
        for option in ["--cacert", "--cert", "--key", "--pinnedpubkey"] {
            #expect(
                usageError("h", option, "/nonexistent")
                    == "\(option): cannot read '/nonexistent': No such file or directory")
        }
        var environment = Environment.terminal
        environment.variables["SSL_CERT_FILE"] = "/nonexistent"
        #expect(usageError("h", environment: environment)?.hasPrefix("$SSL_CERT_FILE: cannot read") == true)
    }

    // MARK: Results and display

    @Test("Results, summary, progress")
    func results() throws {
        #expect(try plan("h", "--results", "out.ndjson").options.results.file == "out.ndjson")
        for word in RunOptions.Results.Summary.allCases {
            #expect(try plan("h", "--summary", word.rawValue).options.results.summary == word)
        }
        for word in RunOptions.Results.Progress.allCases {
            #expect(try plan("h", "--progress=\(word.rawValue)").options.results.progress == word)
        }
        let options = try plan("h", "--accept", "200,404", "--include-headers", "--max-filesize", "2M").options
        #expect(options.accept == StatusSet(200...200, 404...404))
        #expect(options.results.includesHeaders)
        #expect(options.save.maxFileSize == 2 << 20)
        #expect(refusal(ResultOptions.self, "--accept", "2xx")?.contains("'2xx'") == true)
        #expect(refusal(ResultOptions.self, "--summary", "long")?.contains("text|json|none") == true)
        #expect(refusal(ResultOptions.self, "--progress", "bar")?.contains("auto|line|none") == true)
    }

    @Test("Display")
    func display() throws {
        let display = try plan("h", "--fps", "5", "--no-color", "--ascii", "--no-mouse").display
        #expect(display.framesPerSecond == 5)
        #expect(display.noColor && display.ascii && !display.usesMouse && display.settings.theme == .mono)
        #expect(try plan("h").display == DisplayPreferences())
        for value in ["0", "61", "x"] { #expect(refusal(DisplayOptions.self, "--fps", value) != nil) }
        var quiet = Environment.terminal
        quiet.variables["NO_COLOR"] = "1"
        #expect(try plan("h", environment: quiet).display.noColor)
    }

    @Test("Resuming needs a file of results; failures go to another")
    func state() throws {
        let plan = try plan("-i", "list", "--results", "out", "--resume", "--save-failed", "again", "--dedupe")
        #expect(plan.options.results.resumes)
        #expect(plan.options.results.failedList == "again")
        #expect(plan.leavesOutDuplicates)
        #expect(usageError("h", "--resume") == "--resume needs --results FILE: that is where it reads what is done")
    }

    @Test("Other forms of results")
    func forms() throws {
        let results = try plan("h", "--results-format", "csv", "-w", "%{http_code}\\n").options.results
        #expect(results.format == .csv)
        #expect(try results.writeOut == WriteOut(parsing: "%{http_code}\\n"))
        #expect(try plan("h", "--events").options.results.includesEvents)
        try withTemporaryFile("%{url}") { path in
            let results = try plan("h", "--write-out", "@\(path)").options.results
            #expect(try results.writeOut == WriteOut(parsing: "%{url}"))
        }
        #expect(usageError("h", "-w", "%{nonsense}") == "--write-out: unknown variable 'nonsense'")
        #expect(
            usageError("h", "-w", "x", "--results", "-") == "--write-out and --results - both go to standard output")
        #expect(usageError("h", "--events", "--results-format", "csv")?.hasPrefix("--events:") == true)
        #expect(
            usageError("h", "--resume", "--results", "f", "--results-format", "csv")?.hasPrefix("--resume:") == true)
        #expect(refusal(ResultOptions.self, "--results-format", "xml")?.contains("ndjson|csv") == true)
    }

    @Test("Bodies are saved as with curl")
    func save() throws {
        let save = try plan("h", "-O", "-J", "--output-dir", "d", "-C-", "--skip-existing", "--no-clobber", "-R")
            .options.save
        #expect(save.naming == .remoteName(contentDisposition: true))
        #expect(save.directory == "d")
        #expect(save.resumes && save.skipsExisting && save.noClobber && save.keepsRemoteTime)
        #expect(
            try plan("h", "-od/#1.html", "--checksum", "md5=" + String(repeating: "0", count: 32)).options.save.naming
                == .template("d/#1.html"))
        #expect(usageError("h", "-O", "-o", "x")?.contains("give one of them") == true)
        #expect(usageError("h", "-J") == "-J needs -O")
        #expect(usageError("h", "-C", "100")?.contains("only '-C -'") == true)
        #expect(usageError("h", "--checksum", "md5=1")?.contains("--checksum") == true)
    }

    @Test("Gates and the deadline")
    func gates() throws {
        let options = try plan(
            "h", "--fail-early", "--max-failures", "1.5%", "--fail-if", "failed>1%", "--fail-if", "p99 > 2s",
            "--deadline", "1h"
        ).options
        #expect(options.gates.failsEarly)
        #expect(options.gates.maxFailures == .percent(1.5))
        #expect(options.gates.conditions.map(\.description) == ["failed>1%", "p99 > 2s"])
        #expect(options.time.deadline == .seconds(3600))
        #expect(try plan("h", "--max-failures", "3").options.gates.maxFailures == .count(3))
        #expect(refusal(GateOptions.self, "--max-failures", "x")?.contains("'x'") == true)
        #expect(refusal(GateOptions.self, "--fail-if", "bad>1")?.contains("unknown figure 'bad'") == true)
    }

    // MARK: Parser

    @Test("Unknown options are named, near misses suggested")
    func unknown() throws {
        #expect(usageError("--nonsense-option", "h") == "unknown option '--nonsense-option'")
        #expect(
            usageError("--parallel-maxx", "3", "h")
                == "unknown option '--parallel-maxx'. Did you mean '--parallel-max'?")
        #expect(usageError("-?", "h")?.contains("-?") == true)
        #expect(usageError("h", "-j") == "missing value for '-j'")
    }

    @Test("Short flags combine, and a repeated option's last value counts, as with curl")
    func combinations() throws {
        let options = try plan("-kgX", "POST", "h", "-m", "1", "-m", "2").options
        #expect(options.request.method == "POST" && !options.request.verifiesTLS)
        #expect(options.time.total == .seconds(2))
    }

    @Test("Help, versions and completions are shown without a run")
    func shows() throws {
        for arguments in [
            ["--help"], ["-h"], ["--version"], ["-V"], ["-V", "h"], ["--generate-completion-script", "zsh"],
        ] {
            guard case .show(let text) = try Invocation.parse(arguments, environment: .terminal) else {
                Issue.record("\(arguments) runs")
                continue
            }
            #expect(!text.isEmpty)
        }
        let version = VersionText.text(.current())
        #expect(version.contains("libcurl/\(CurlFeatures.current().version)"))
        #expect(version.contains("Features: ") && version.contains("Protocols: http https"))
    }

    @Test("Every option in the help has a line that says what it does")
    func helpIsComplete() throws {
        guard case .show(let help) = try Invocation.parse(["--help"], environment: .terminal) else { return }
        for section in [
            "INPUT", "CONCURRENCY", "RATE", "ORDER", "TLS", "SAVE", "BODY", "RETRIES", "TIME", "REQUEST", "NETWORK",
            "RESULTS", "DISPLAY",
        ] {
            #expect(help.uppercased().contains(section))
        }
        for line in help.split(separator: "\n") {
            #expect(line.count <= 80)
        }
    }
}

extension Invocation {
    fileprivate var plan: RunPlan? {
        if case .run(let plan) = self { plan } else { nil }
    }
}
