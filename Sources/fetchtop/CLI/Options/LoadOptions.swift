internal import ArgumentParser

/// The list more than once: as a load test, or to keep an eye on it.
struct LoadOptions: ParsableArguments {
    @Option(
        name: [.customShort("n", allowingJoined: true), .long], parsing: .unconditional,
        help: ArgumentHelp(
            "Load test: so many requests, repeating the list. With --rate they start on schedule, however slow the answers.",
            valueName: "n"),
        transform: CountValue.parse)
    var requests: Int?

    @Option(
        name: [.customShort("z", allowingJoined: true), .long], parsing: .unconditional,
        help: ArgumentHelp("Load test: repeat the list for so long.", valueName: "time"),
        transform: DurationValue.parse)
    var duration: Duration?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Watch: fetch the list again each time, until Ctrl-C or --deadline.", valueName: "time"),
        transform: Self.parsePeriod)
    var every: Duration?

    /// - Parameters:
    ///   - hasHostLimit: `--parallel-max-host` was given.
    ///   - hasRetries: `--retry` was given.
    func apply(to options: inout RunOptions, hasHostLimit: Bool, hasRetries: Bool) throws(UsageError) {
        guard requests != nil || duration != nil || every != nil else { return }
        let name = requests != nil ? "-n" : duration != nil ? "-z" : "--every"
        if every != nil, requests != nil || duration != nil {
            throw UsageError("--every goes on for ever, \(name) does not: give one of them")
        }
        if duration == .zero { throw UsageError("-z: a load test of no time at all") }
        if options.results.resumes, requests == nil || duration != nil {
            throw UsageError("--resume: there is nothing left to do of \(duration == nil ? name : "-z")")
        }
        options.load = RunOptions.Load(requests: requests, duration: duration, every: every)
        guard options.load.isRepeating else { return }
        if options.save.naming != nil || options.save.directory != nil {
            throw UsageError("\(name): a load test keeps no bodies; leave out -o, -O and --output-dir")
        }
        // One host is what most load tests are about, and an answer that is repaired by a retry is no measurement.
        if !hasHostLimit { options.concurrency.perHost = options.concurrency.total }
        if !hasRetries { options.retry.count = 0 }
        // A schedule that lasts so long is so many requests, each of which is sent, however late.
        if let duration, let rate = options.rate.starts {
            let count = (duration.inSeconds * rate.count / rate.per.inSeconds).rounded(.up)
            options.load.requests = min(requests ?? .max, Int(min(max(1, count), 1e9)))
        }
    }

    @Sendable private static func parsePeriod(_ text: String) throws(ValueError) -> Duration {
        let period = try DurationValue.parse(text)
        guard period >= .milliseconds(100) else { throw ValueError("oftener than every 100ms") }
        return period
    }
}
