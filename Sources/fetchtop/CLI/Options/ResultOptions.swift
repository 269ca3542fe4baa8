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

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How records are written.", valueName: ChoiceValue<RunOptions.Results.Format>.names),
        transform: ChoiceValue.parse)
    var resultsFormat: RunOptions.Results.Format?

    @Flag(help: "Also record what happens on the way: starts, answers, retries.")
    var events = false

    @Option(
        name: [.customShort("w", allowingJoined: true), .long], parsing: .unconditional,
        help: ArgumentHelp(
            "Write this for each finished fetch, with variables such as %{http_code} and %{url}; @file reads it.",
            valueName: "format"))
    var writeOut: String?

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
        if resume, resultsFormat == .csv { throw UsageError("--resume: results that are to be resumed must be NDJSON") }
        if events, resultsFormat == .csv { throw UsageError("--events: they are written as NDJSON only") }
        options.results.format = resultsFormat ?? .ndjson
        options.results.includesEvents = events
        options.results.writeOut = try parsedWriteOut()
        if let accept { options.accept = accept }
        options.results.file = results
        options.results.includesHeaders = includeHeaders
        options.results.resumes = resume
        if let saveFailed { try ArgumentFile.requireWritable(saveFailed, option: "--save-failed", isReplaced: false) }
        options.results.failedList = saveFailed
        if let summary { options.results.summary = summary }
        if let progress { options.results.progress = progress }
    }

    private func parsedWriteOut() throws(UsageError) -> WriteOut? {
        guard var format = writeOut else { return nil }
        if results == "-" { throw UsageError("--write-out and --results - both go to standard output") }
        if format.first == "@" {
            let bytes = try ArgumentFile.read(String(format.dropFirst()), option: "--write-out")
            guard let text = bytes[...].validated else { throw UsageError("--write-out '\(format)': not UTF-8") }
            format = text
        }
        do throws(ValueError) {
            return try WriteOut(parsing: format)
        } catch {
            throw UsageError("--write-out: \(error)")
        }
    }
}
