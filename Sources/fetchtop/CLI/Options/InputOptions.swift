internal import ArgumentParser

/// Where the jobs come from.
struct InputOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "URLs, with curl's globs ([001-500], [a-z:2], {one,two}), or files that list them.", valueName: "url"))
    var urls: [String] = []

    @Option(
        name: [.customShort("i", allowingJoined: true), .customLong("input-file")], parsing: .unconditionalSingleValue,
        help: ArgumentHelp(

            """
            Read jobs from a file, or from standard input as they arrive (-); repeatable. What is plainly a host there \
            (host.example/x, localhost:8080) needs no http://.
            """,
            valueName: "file|-"))
    var inputFile: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How the input file is written (default: found out).", valueName: Self.formatNames),
        transform: Self.parseFormat)
    var inputFormat: InputFormatChoice = .auto

    @Flag(name: [.customShort("g"), .customLong("globoff")], help: "Take URLs as they are, without globs.")
    var globoff = false

    @Flag(help: "End the list at its first line that is no job; what stands before it is fetched (exit code 3).")
    var strictInput = false

    @Flag(help: "Let records of the input name absolute outputs and local files.")
    var trustInput = false

    @Flag(help: "Leave out jobs that were given before.")
    var dedupe = false

    @Flag(help: "Write the jobs as NDJSON instead of fetching them.")
    var dryRun = false

    @Flag(help: "Run hundreds of fetches against an origin server of fetchtop's own, on loopback.")
    var demo = false

    /// A format, or whatever the first lines look like.
    enum InputFormatChoice: Hashable, Sendable {
        case auto
        case given(InputFormat)
    }

    private static var formatNames: String { (["auto"] + InputFormat.allCases.map(\.rawValue)).joined(separator: "|") }

    @Sendable private static func parseFormat(_ text: String) throws(ValueError) -> InputFormatChoice {
        if text == "auto" { return .auto }
        guard let format = InputFormat(rawValue: text) else { throw ValueError("not one of \(formatNames)") }
        return .given(format)
    }
}
