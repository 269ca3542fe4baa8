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

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Connections open at once, idle ones included.", valueName: "n"),
        transform: CountValue.parse)
    var maxConnections: Int?

    /// `--adaptive on|off`
    enum Adaptive: String, CaseIterable { case on, off }

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Find out how many at once each host stands, from --parallel-max-host on (default: off).",
            valueName: ChoiceValue<Adaptive>.names),
        transform: ChoiceValue.parse)
    var adaptive: Adaptive?

    @Flag(
        name: [.customShort("Z"), .customLong("parallel")],
        help: "Accepted for curl's sake; fetches always run in parallel.")
    var parallel = false

    func apply(to options: inout RunOptions) {
        if let parallelMax { options.concurrency.total = parallelMax }
        options.concurrency.connections = maxConnections
        options.concurrency.isAdaptive = adaptive == .on
        if let parallelMaxHost { options.concurrency.perHost = parallelMaxHost }
    }
}
