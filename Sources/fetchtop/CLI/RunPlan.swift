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
    /// The results file of a finished run that is to be shown.
    var replay: String?
    var script: Script?
    var presentation: Presentation
    var display: DisplayPreferences
    /// Where the setup screen's settings are kept; nil keeps none.
    var settingsFile: SettingsFile?
    var keyMap = KeyMap.standard
    /// The value of `TERM`.
    var terminalType: String
    /// Why there is no dashboard although somebody looks; nil when nothing stands in its way, or none is wanted.
    var obstacle: String?
    /// Without a dashboard: one line on the terminal says how it goes, drawn anew again and again.
    var redrawsProgress = false

    /// All there is to fetch comes from the script.
    var isFedByScript: Bool { script != nil && inputs.isEmpty && !isDemo && replay == nil }

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
        terminalType = environment["TERM"] ?? ""
        presentation = Presentation(display: arguments.display, results: options.results, environment: environment)
        if presentation == .headless, !arguments.display.headless, environment.standardOutput == .terminal,
            environment.hasTerminal, !environment.isTerminalUsable
        {
            obstacle = terminalType.isEmpty ? "TERM is not set" : "TERM is '\(terminalType)'"
        }
        if presentation != .headless, environment.standardInputIsTerminal, inputs.contains(where: \.isStandardInput) {
            // Both would read the same terminal, and each get half of what is typed.
            throw UsageError(
                "-i - reads the list from where the keys come from: pipe it in, or type it with --headless")
        }
        if case .dashboard = presentation, !arguments.misc.noConfig {
            settingsFile = SettingsFile.load(environment: environment)
        }
        display = arguments.display.preferences(saved: settingsFile?.settings ?? DisplaySettings()) { environment[$0] }
        do throws(KeySettings.Problem) {
            keyMap = try KeySettings.keyMap(config?.keySettings ?? [])
        } catch {
            throw UsageError("\(config?.path ?? ""):\(error.line): \(error.reason)")
        }
        replay = arguments.display.replay
        if replay == nil {
            options.results.file = presentation.recordsFile(for: options.results, environment: environment)
        } else if case .dashboard = presentation {
            presentation = .dashboard(leavesWhenDone: arguments.display.exitWhenDone)
        }
        if isFedByScript, script?.addsFetches != true {
            throw UsageError("nothing to fetch: give URLs, -i FILE or -i -, or add some in the script (add URL)")
        }
        // Records on the same terminal would break into the line.
        let isTerminalTaken =
            environment.standardOutput == .terminal && (options.results.file == "-" || options.results.speaks)
        redrawsProgress =
            options.results.progress == .auto && environment.hasErrorTerminal && !isTerminalTaken
            && environment["TERM"].map { !$0.isEmpty && $0 != "dumb" } == true
        if !isDryRun, replay == nil { try DistinctFiles.check(self, config: config) }
    }
}

/// Dashboard or not.
enum Presentation: Sendable, Equatable {
    case dashboard(leavesWhenDone: Bool)
    case headless

    /// The dashboard if there is a terminal to draw on and standard output is that terminal, or takes the records, or the
    /// records have a file. Otherwise nobody is looking.
    init(display: DisplayOptions, results: RunOptions.Results, environment: Environment) {
        let output = environment.standardOutput
        let hasFile = results.file != nil && results.file != "-"
        // Asked to write to standard output; on the terminal itself that leaves no room for a dashboard.
        let speaks = results.file == "-" || results.speaks
        let isLookedAt = output == .terminal ? !speaks : output == .redirected || hasFile
        guard !display.headless, environment.isTerminalUsable, isLookedAt else {
            self = .headless
            return
        }
        // Whoever reads the other end of the pipe waits for its end.
        let feedsPipe = output == .redirected && (speaks || !hasFile)
        self = .dashboard(leavesWhenDone: display.exitWhenDone || feedsPipe)
    }

    /// Where records go: to the file that was named, else to standard output unless something else is there.
    func recordsFile(for results: RunOptions.Results, environment: Environment) -> String? {
        if let file = results.file { return file }
        guard !results.speaks else { return nil }
        return self == .headless || environment.standardOutput == .redirected ? "-" : nil
    }
}
