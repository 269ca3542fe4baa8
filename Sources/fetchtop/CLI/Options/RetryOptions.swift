internal import ArgumentParser

/// What happens after a failed attempt.
struct RetryOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Attempts after a first that failed in passing (default: 2).", valueName: "n"),
        transform: CountValue.parseFromZero)
    var retry: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Wait before each (default: from 1 s, doubling, with jitter).", valueName: "time"),
        transform: DurationValue.parse)
    var retryDelay: Duration?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Begin no attempt later than this after the first.", valueName: "time"),
        transform: DurationValue.parse)
    var retryMaxTime: Duration?

    @Flag(help: "Also try again when the connection is refused.")
    var retryConnrefused = false

    @Flag(help: "Also try again after errors that will hardly pass.")
    var retryAllErrors = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Also try again after these statuses: 404,500-599.", valueName: "codes"),
        transform: StatusSet.parse)
    var retryOnHttpError: StatusSet?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Obey no Retry-After longer than this (default: 10m).", valueName: "time"),
        transform: DurationValue.parse)
    var retryAfterMax: Duration?

    func apply(to options: inout RunOptions) {
        if let retry { options.retry.count = retry }
        // curl: zero means the default of either.
        if let retryDelay { options.retry.delay = retryDelay == .zero ? nil : retryDelay }
        if let retryMaxTime { options.retry.maxTime = retryMaxTime == .zero ? nil : retryMaxTime }
        options.retry.retriesRefusedConnections = retryConnrefused
        options.retry.retriesAllErrors = retryAllErrors
        options.retry.statuses = retryOnHttpError
        if let retryAfterMax { options.retry.retryAfterMax = retryAfterMax }
    }
}
