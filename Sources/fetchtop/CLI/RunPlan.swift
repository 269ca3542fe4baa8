internal import FetchLoop

/// A run, decided: what to fetch, how, and what the user sees of it.
struct RunPlan: Sendable {
    var options: RunOptions
    var inputs: [JobInput]
    var rules: InputRules
    var isStrict: Bool
    var leavesOutDuplicates: Bool
    var isDemo: Bool
    var isDryRun: Bool
    var script: Script?
    var presentation: Presentation
    var display: DisplayPreferences
    /// The value of `TERM`.
    var terminalType: String

    init(
        _ arguments: CommandLineArguments, config: ConfigFile?, environment: Environment, library: CurlFeatures
    ) throws(UsageError) {
        options = try arguments.runOptions(environment: environment, library: library)
        for (host, setting) in config?.hostSettings ?? [] {
            do throws(ValueError) {
                try HostSettings.apply(setting, host: host, to: &options)
            } catch {
                throw UsageError("\(config?.path ?? ""):\(setting.line): \(error)")
            }
        }
        inputs = try arguments.inputs()
        rules = InputRules(isTrusted: arguments.input.trustInput, expandsGlobs: !arguments.input.globoff)
        isStrict = arguments.input.strictInput
        leavesOutDuplicates = arguments.input.dedupe
        isDemo = arguments.input.demo
        isDryRun = arguments.input.dryRun
        script = try arguments.display.readScript()
        display = arguments.display.preferences { environment[$0] }
        terminalType = environment["TERM"] ?? ""
        presentation = Presentation(
            display: arguments.display, resultsFile: options.results.file, environment: environment)
        options.results.file = presentation.recordsFile(given: options.results.file, environment: environment)
    }
}

/// Dashboard or not.
enum Presentation: Sendable, Equatable {
    case dashboard(leavesWhenDone: Bool)
    case headless

    /// The dashboard if there is a terminal to draw on and standard output is that terminal, or takes the records, or the
    /// records have a file. Otherwise nobody is looking.
    init(display: DisplayOptions, resultsFile: String?, environment: Environment) {
        let recordsGoElsewhere = environment.standardOutput == .redirected || resultsFile != nil && resultsFile != "-"
        let screenIsFree = environment.standardOutput == .terminal && resultsFile != "-"
        guard !display.headless, environment.isTerminalUsable, screenIsFree || recordsGoElsewhere
        else {
            self = .headless
            return
        }
        // Whoever reads the other end of the pipe waits for its end.
        let feedsPipe = environment.standardOutput == .redirected && (resultsFile == nil || resultsFile == "-")
        self = .dashboard(leavesWhenDone: display.exitWhenDone || feedsPipe)
    }

    /// Where records go: to the file that was named, else to standard output unless the dashboard's terminal is there.
    func recordsFile(given file: String?, environment: Environment) -> String? {
        if let file { return file }
        return self == .headless || environment.standardOutput == .redirected ? "-" : nil
    }
}
