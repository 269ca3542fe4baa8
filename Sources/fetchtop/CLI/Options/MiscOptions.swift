internal import ArgumentParser

/// About fetchtop itself.
struct MiscOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Read long options from this file (default: $FETCHTOP_CONFIG, else ~/.config/fetchtop/config).",
            valueName: "file"))
    var config: String?

    @Flag(help: "Read no configuration file.")
    var noConfig = false

    @Flag(name: .shortAndLong, help: "Say what is done and why: attempts, connections, waits. On standard error.")
    var verbose = false

    @Option(parsing: .unconditional, help: ArgumentHelp("Append the same to a file.", valueName: "file"))
    var log: String?

    func apply(to options: inout RunOptions) {
        options.results.isVerbose = verbose
        options.results.logFile = log
    }

    @Flag(name: [.customShort("V"), .long], help: "Print the versions and what libcurl can do.")
    var version = false
}
