internal import ArgumentParser

/// How fast.
struct RateOptions: ParsableArguments {
    @Option(
        parsing: .unconditional, help: ArgumentHelp("Start no more than this: 5/s, 100/m, 5/15s.", valueName: "n/unit"),
        transform: RateValue.parse)
    var rate: RunOptions.StartRate?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The same for each host.", valueName: "n/unit"),
        transform: RateValue.parse)
    var hostRate: RunOptions.StartRate?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Bytes a second of one fetch: 200k, 1.5M.", valueName: "speed"),
        transform: SizeValue.parse)
    var limitRate: Int64?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Bytes a second of all fetches together.", valueName: "speed"),
        transform: SizeValue.parse)
    var maxOverallDownloadLimit: Int64?

    func apply(to options: inout RunOptions) {
        options.rate.starts = rate
        options.rate.startsPerHost = hostRate
        // curl: zero is no limit.
        options.rate.bytesPerTransfer = limitRate == 0 ? nil : limitRate
        options.rate.bytesOverall = maxOverallDownloadLimit == 0 ? nil : maxOverallDownloadLimit
    }
}
