internal import ArgumentParser

/// How many at once.
struct ConcurrencyOptions: ParsableArguments {
    @Option(
        name: [
            .customShort("j", allowingJoined: true), .customLong("parallel-max"),
            .customLong("max-concurrent-downloads"),
        ],
        parsing: .unconditional, help: ArgumentHelp("Fetches at once (default: 50).", valueName: "n"),
        transform: CountValue.parse)
    var parallelMax: Int?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Fetches at once from one host (default: 6).", valueName: "n"),
        transform: CountValue.parse)
    var parallelMaxHost: Int?

    @Flag(
        name: [.customShort("Z"), .customLong("parallel")],
        help: "Accepted for curl's sake; fetches always run in parallel.")
    var parallel = false

    func apply(to options: inout RunOptions) {
        if let parallelMax { options.concurrency.total = parallelMax }
        if let parallelMaxHost { options.concurrency.perHost = parallelMaxHost }
    }
}
