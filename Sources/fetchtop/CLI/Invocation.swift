internal import FetchLoop

/// What a command line asks for.
enum Invocation {
    /// Print this on standard output and leave with 0: help, a completion script, versions.
    case show(String)
    case run(RunPlan)

    /// Reads a command line (without the program's name).
    ///
    /// - Throws: `UsageError` with the one line to print.
    static func parse(
        _ words: [String], environment: Environment, library: @autoclosure () -> CurlFeatures = .current()
    ) throws(UsageError) -> Invocation {
        // The parser costs a few milliseconds that `fetchtop -V` need not pay.
        if words == ["-V"] || words == ["--version"] { return .show(VersionText.text(library())) }
        switch try CommandLineParser.parse(words, environment: environment) {
        case .show(let text): return .show(text)
        case .arguments(let arguments, let config):
            if arguments.misc.version { return .show(VersionText.text(library())) }
            return .run(try RunPlan(arguments, config: config, environment: environment, library: library()))
        }
    }
}
