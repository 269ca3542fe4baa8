internal import ArgumentParser
internal import FetchLoop

/// The command line as it was typed: one property for each group of options. `--help` is generated from it.
struct CommandLineArguments: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetchtop",
        abstract: "htop for fetches: runs long lists of HTTP requests, shows every one, and loses none.",
        usage: "fetchtop [options] <url> ...\nfetchtop [options] -i <file|->\nfetchtop --demo",
        discussion: """
            Where curl, aria2 or wget has an option for it, its name and meaning are theirs. Times are seconds, or have \
            a unit: 500ms, 90s, 5m, 2h. Sizes take k, M, G.

            Exit codes: 0 all ok, 1 a fetch failed, 2 usage, 3 input, 4 cannot write, 5 a gate tripped, 7 unfinished, \
            129/130/143 a second HUP, INT, TERM.

            Completion in a shell: fetchtop --generate-completion-script bash|zsh|fish
            """)

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Concurrency") var concurrency: ConcurrencyOptions
    @OptionGroup(title: "Rate") var rate: RateOptions
    @OptionGroup(title: "Order") var order: OrderOptions
    @OptionGroup(title: "Retries") var retry: RetryOptions
    @OptionGroup(title: "Time") var time: TimeOptions
    @OptionGroup(title: "Request") var request: RequestOptionGroup
    @OptionGroup(title: "Body") var body: RequestBodyOptions
    @OptionGroup(title: "Network") var network: NetworkOptions
    @OptionGroup(title: "TLS") var tls: TLSOptions
    @OptionGroup(title: "Safety") var safety: SafetyOptions
    @OptionGroup(title: "Save") var save: SaveOptions
    @OptionGroup(title: "Results") var results: ResultOptions
    @OptionGroup(title: "Gates") var gates: GateOptions
    @OptionGroup(title: "Load and watch") var load: LoadOptions
    @OptionGroup(title: "Display") var display: DisplayOptions
    @OptionGroup(title: "Miscellaneous") var misc: MiscOptions

    /// What the options say about the run.
    func runOptions(environment: Environment, library: CurlFeatures) throws(UsageError) -> RunOptions {
        var options = RunOptions()
        options.save.trustsInput = input.trustInput
        concurrency.apply(to: &options)
        rate.apply(to: &options)
        order.apply(to: &options)
        retry.apply(to: &options)
        time.apply(to: &options)
        try request.apply(to: &options)
        try body.apply(to: &options.request)
        try network.apply(to: &options, library: library)
        try tls.apply(to: &options, environment: environment)
        try safety.apply(to: &options.request)
        try save.apply(to: &options)
        try results.apply(to: &options)
        options.results.sharesOutputWithBodies = save.outputs.contains { FileSystem.standardStream($0) == 1 }
        if options.results.sharesOutputWithBodies, options.results.file == "-" {
            throw UsageError("-o - and --results - both go to standard output")
        }
        gates.apply(to: &options)
        misc.apply(to: &options)
        try load.apply(
            to: &options, hasHostLimit: concurrency.parallelMaxHost != nil, hasRetries: retry.retry != nil)
        return options
    }

    /// Where the jobs come from.
    ///
    /// - Throws: `UsageError` for a URL argument that is malformed, and if there is nothing at all to fetch.
    func inputs() throws(UsageError) -> [JobInput] {
        var inputs: [JobInput] = []
        if display.replay != nil {
            try refuseWithReplay()
            return []
        }
        // One -o names the bodies of all; of several, each belongs to the URL at its place, as with curl.
        let outputs = save.output.count > 1 ? save.outputs : []
        if !outputs.isEmpty, outputs.count != input.urls.count || !input.inputFile.isEmpty || input.demo {
            let what = !input.inputFile.isEmpty || input.demo ? "a list" : "\(input.urls.count) URLs"
            throw UsageError("\(outputs.count) -o for \(what): give one for each URL, or one template for all")
        }
        for (index, text) in input.urls.enumerated() {
            // `fetchtop urls.txt`: a file that is there is meant, rather than a host of that name.
            if !text.contains("://"), ArgumentFile.isRegular(text) {
                guard outputs.isEmpty else { throw UsageError("-o '\(outputs[index])' for '\(text)', which is a list") }
                inputs.append(.list(path: text, format: inputFormat))
            } else {
                let glob = try ArgumentURL.parse(text, globs: !input.globoff)
                let output = outputs.isEmpty ? nil : outputs[index]
                do throws(GlobError) {
                    if let template = output ?? save.outputs.first {
                        _ = try glob.expansion(at: 0).substituted(into: template)
                    }
                } catch {
                    throw UsageError(
                        "'-o \(output ?? save.output[0])' for '\(Secrets.masked(url: text))': \(error)")
                }
                inputs.append(.glob(glob, output: output))
            }
        }
        guard input.inputFile.filter({ $0 == "-" }).count < 2 else {
            throw UsageError("-i - twice: standard input can be read once")
        }
        for path in input.inputFile { inputs.append(.list(path: path, format: inputFormat)) }
        guard !inputs.isEmpty || input.demo || display.script != nil && !input.dryRun else {
            throw UsageError("nothing to fetch: give URLs, -i FILE, -i - or --demo (see fetchtop --help)")
        }
        return inputs
    }

    /// A replay fetches nothing and records nothing.
    private func refuseWithReplay() throws(UsageError) {
        let others: [(String, Bool)] = [
            ("URLs", !input.urls.isEmpty), ("-i", !input.inputFile.isEmpty), ("--demo", input.demo),
            ("--dry-run", input.dryRun), ("--results", results.results != nil), ("--resume", results.resume),
            ("--write-out", results.writeOut != nil), ("--save-failed", results.saveFailed != nil),
            ("-n", load.requests != nil),
            ("-z", load.duration != nil), ("--every", load.every != nil),
        ]
        if let other = others.first(where: { $0.1 }) {
            throw UsageError("--replay shows a finished run and fetches nothing: leave out \(other.0)")
        }
    }

    private var inputFormat: InputFormat? {
        switch input.inputFormat {
        case .auto: nil
        case .given(let format): format
        }
    }
}
