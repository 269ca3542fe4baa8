internal import ArgumentParser

/// Reads a command line together with the configuration file: what the file says comes first, so that the command line
/// has the last word.
enum CommandLineParser {
    /// What came of it: options, or a text to show.
    enum Outcome {
        case arguments(CommandLineArguments, ConfigFile?)
        case show(String)
    }

    /// - Throws: `UsageError` with the one line to print.
    static func parse(_ words: [String], environment: Environment) throws(UsageError) -> Outcome {
        switch parse(words) {
        case .refused(let reason): throw UsageError(reason)
        case .shown(let text): return .show(text)
        case .parsed(let arguments):
            guard !arguments.misc.noConfig, !arguments.misc.version,
                let config = try ConfigFile.read(named: arguments.misc.config, environment: environment)
            else { return .arguments(arguments, nil) }
            return try parse(words, after: config)
        }
    }

    private static func parse(_ words: [String], after config: ConfigFile) throws(UsageError) -> Outcome {
        // An option that lacks its value would take the next word of the command line for it.
        try blame(config.settings.filter { $0.value == nil }, of: config)
        switch parse(config.settings.map(\.argument) + words) {
        case .parsed(let arguments): return .arguments(arguments, config)
        case .shown(let text): return .show(text)
        case .refused(let reason):
            // The command line alone was fine, so a setting is to blame; alone it fails alike.
            try blame(config.settings, of: config)
            throw UsageError("\(config.path): \(reason)")
        }
    }

    /// Fails with the first of the settings that is wrong by itself.
    private static func blame(_ settings: [ConfigFile.Setting], of config: ConfigFile) throws(UsageError) {
        for setting in settings {
            if case .refused(let reason) = parse([setting.argument]) {
                throw UsageError("\(config.path):\(setting.line): \(reason)")
            }
        }
    }

    private enum Attempt {
        case parsed(CommandLineArguments)
        case shown(String)
        case refused(String)
    }

    private static func parse(_ words: [String]) -> Attempt {
        do {
            return .parsed(try CommandLineArguments.parse(words))
        } catch {
            let message = CommandLineArguments.message(for: error)
            let isClean = CommandLineArguments.exitCode(for: error) == .success
            return isClean ? .shown(message) : .refused(oneLine(message))
        }
    }

    /// The parser quotes the value that it refuses; a password or token must not end up in a log for that.
    private static func withoutCredentials(_ text: String) -> String {
        let marks = ["-u ", "--user ", "--oauth2-bearer ", "-b ", "--cookie "].map { "' is invalid for '\($0)" }
        // The last: the value itself could hold the words.
        guard marks.contains(where: { text.contains($0) }), let start = text.firstRange(of: "value '"),
            let end = text.ranges(of: "' is invalid for '").last
        else { return Secrets.masked(text: text) }
        return text[..<start.upperBound] + "***" + text[end.lowerBound...]
    }

    /// The parser's message in the house style: one line, small first letter, no full stop.
    private static func oneLine(_ message: String) -> String {
        let lines = message.split(separator: "\n").map { line in
            let trimmed = line.drop { $0 == " " }
            return trimmed.hasSuffix(".") ? trimmed.dropLast() : trimmed
        }
        let text = withoutCredentials(lines.joined(separator: "; "))
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
