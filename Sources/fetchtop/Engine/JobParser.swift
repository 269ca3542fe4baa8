/// Turns the lines of a list into jobs; one kind for each `--input-format`.
///
/// A source feeds it line by line as the input arrives, so that fetching starts while a producer still writes. A parser
/// may keep state between lines (aria2's option lines, curl's config blocks); `finish` hands out what is pending.
protocol JobParser {
    /// Reads one line, without its line feed and counted from 1, and emits the jobs that are complete with it.
    ///
    /// - Throws: `InputProblem` for a bad line. The next line may be given all the same.
    mutating func parse(
        line: ArraySlice<UInt8>, number: Int, emit: (FetchJob) -> Void
    ) throws(InputProblem)

    /// Called once, after the last line.
    mutating func finish(emit: (FetchJob) -> Void) throws(InputProblem)
}

/// What is wrong with a piece of input, said so that its author finds it.
struct InputProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's name as given, "standard input", or "argument".
    var source: String?
    /// Counted from 1.
    var line: Int?
    var message: String

    var description: String {
        switch (source, line) {
        case (let source?, let line?): "\(source):\(line): \(message)"
        case (let source?, nil): "\(source): \(message)"
        case (nil, let line?): "line \(line): \(message)"
        case (nil, nil): message
        }
    }
}
