internal import ArgumentParser

/// What is written about the fetches.
struct ResultOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Write a record for each finished fetch (NDJSON).", valueName: "file|-"))
    var results: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The summary at the end, on standard error.", valueName: ChoiceValue<RunOptions.Results.Summary>.names),
        transform: ChoiceValue.parse)
    var summary: RunOptions.Results.Summary?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Progress when there is no dashboard.", valueName: ChoiceValue<RunOptions.Results.Progress>.names),
        transform: ChoiceValue.parse)
    var progress: RunOptions.Results.Progress?

    func apply(to options: inout RunOptions) {
        options.results.file = results
        if let summary { options.results.summary = summary }
        if let progress { options.results.progress = progress }
    }
}
