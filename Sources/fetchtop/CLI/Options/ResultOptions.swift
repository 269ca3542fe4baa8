internal import ArgumentParser

/// What counts as success, and what is written about the fetches.
struct ResultOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Statuses that are successes (default: 200..399).", valueName: "codes"),
        transform: StatusSet.parse)
    var accept: StatusSet?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Write a record for each finished fetch (NDJSON).", valueName: "file|-"))
    var results: String?

    @Flag(help: "Fetch only what --results FILE does not have yet, and add to it.")
    var resume = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Write the jobs that failed, as a list that -i reads.", valueName: "file"))
    var saveFailed: String?

    @Flag(help: "Put the response's headers into the records.")
    var includeHeaders = false

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

    func apply(to options: inout RunOptions) throws(UsageError) {
        guard !resume || results != nil && results != "-" else {
            throw UsageError("--resume needs --results FILE: that is where it reads what is done")
        }
        if let accept { options.accept = accept }
        options.results.file = results
        options.results.includesHeaders = includeHeaders
        options.results.resumes = resume
        options.results.failedList = saveFailed
        if let summary { options.results.summary = summary }
        if let progress { options.results.progress = progress }
    }
}
