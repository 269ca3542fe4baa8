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
        #expect(help.contains("--generate-completion-script bash|zsh|fish"))
        #expect(help.contains(#" written \:."#) && !help.contains(#"\\"#))
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
