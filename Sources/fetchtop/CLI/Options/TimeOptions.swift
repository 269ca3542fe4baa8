internal import ArgumentParser

/// How long things may take. Zero means no limit, as with curl.
struct TimeOptions: ParsableArguments {
    @Option(
        parsing: .unconditional, help: ArgumentHelp("Longest time to connect (default: 20).", valueName: "time"),
        transform: DurationValue.parse)
    var connectTimeout: Duration?

    @Option(
        name: [.customShort("m", allowingJoined: true), .long], parsing: .unconditional,
        help: ArgumentHelp("Longest time of one attempt, time in the queue not counted.", valueName: "time"),
        transform: DurationValue.parse)
    var maxTime: Duration?

    func apply(to options: inout RunOptions) {
        if let connectTimeout { options.time.connect = connectTimeout == .zero ? nil : connectTimeout }
        if let maxTime { options.time.total = maxTime == .zero ? nil : maxTime }
    }
}
