internal import ArgumentParser
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
        _ arguments: [String], environment: Environment, library: @autoclosure () -> CurlFeatures = .current()
    ) throws(UsageError) -> Invocation {
        // The parser costs a few milliseconds that `fetchtop -V` need not pay.
        if arguments == ["-V"] || arguments == ["--version"] { return .show(VersionText.text(library())) }
        let parsed: CommandLineArguments
        do {
            parsed = try CommandLineArguments.parse(arguments)
        } catch {
            let message = CommandLineArguments.message(for: error)
            if CommandLineArguments.exitCode(for: error) == .success { return .show(message) }
            throw UsageError(oneLine(message))
        }
        if parsed.misc.version { return .show(VersionText.text(library())) }
        return .run(try RunPlan(parsed, environment: environment, library: library()))
    }

    /// The parser's message in the house style: one line, small first letter, no full stop.
    private static func oneLine(_ message: String) -> String {
        let lines = message.split(separator: "\n").map { line in
            let trimmed = line.drop { $0 == " " }
            return trimmed.hasSuffix(".") ? trimmed.dropLast() : trimmed
        }
        let text = lines.joined(separator: "; ")
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
