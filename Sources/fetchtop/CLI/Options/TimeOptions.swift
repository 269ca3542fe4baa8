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

    @Option(
        name: [.customShort("Y", allowingJoined: true), .long], parsing: .unconditional,
        help: ArgumentHelp("Slower than this many bytes a second is a stall.", valueName: "speed"),
        transform: SizeValue.parse)
    var speedLimit: Int64?

    @Option(
        name: [.customShort("y", allowingJoined: true), .long], parsing: .unconditional,
        help: ArgumentHelp("A stall of this long ends the attempt (default: 30).", valueName: "time"),
        transform: DurationValue.parse)
    var speedTime: Duration?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Give up a fetch that waits longer than this for its first attempt.", valueName: "time"),
        transform: DurationValue.parse)
    var queueTimeout: Duration?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("End the whole run then, finished or not.", valueName: "time"),
        transform: DurationValue.parse)
    var deadline: Duration?

    func apply(to options: inout RunOptions) {
        if let connectTimeout { options.time.connect = Self.limit(connectTimeout) }
        options.time.total = Self.limit(maxTime)
        options.time.stallSpeed = speedLimit == 0 ? nil : speedLimit
        options.time.stallTime = Self.limit(speedTime)
        options.time.queue = Self.limit(queueTimeout)
        options.time.deadline = Self.limit(deadline)
    }

    private static func limit(_ duration: Duration?) -> Duration? { duration == .zero ? nil : duration }
}
