import FetchLoop

/// The file that results go to, opened: what it holds is the journal of an earlier run, to be gone on with or replaced.
struct ResultsFile {
    let output: RecordOutput
    var journal: Journal?
    /// What people should know about what is in it.
    private(set) var notes: [String] = []
    /// The records of an earlier run that go when this one has something to fetch; not before.
    private(set) var replaced: Replaced?

    struct Replaced {
        let path: String
        let byteCount: Int64
        let file: OpenFile
    }

    /// Opens the results and, to resume, reads what they hold. Blocks.
    ///
    /// - Throws: `ResultsProblem`; the file is then as it was.
    init(loop: EventLoop, path: String, resumes: Bool) throws(ResultsProblem) {
        do throws(SystemError) {
            if path == "-" {
                let file = OpenFile(borrowing: 1)
                let isRegular = try file.status().kind == .regular
                output = RecordOutput(
                    loop: loop, file: file, synchronizes: isRegular, name: "results to standard output")
                return
            }
            let file = try OpenFile(path, .append)
            let status = try file.status()
            let isRegular = status.kind == .regular
            output = RecordOutput(loop: loop, file: file, synchronizes: isRegular, name: "results to '\(path)'")
            guard isRegular else { return }
            guard file.lock() else { throw SystemError.locked }
            guard resumes else {
                journal = Journal()
                if status.size > 0 { replaced = Replaced(path: path, byteCount: status.size, file: file) }
                return
            }
            let contents = try Journal.read(try OpenFile(path, .read))
            if contents.isForeign { throw SystemError(code: ErrorNumber.invalid, call: "resume") }
            journal = Journal(done: contents.done, earlierFailureCount: contents.failed.count)
            try repair(file, contents, path)
        } catch {
            let reason =
                switch error.call {
                case "flock": "another run is writing it"
                case "resume": "it has no records that --resume could go on with, and is left as it is"
                default: error.message
                }
            throw ResultsProblem(description: "cannot write results to '\(path)': \(reason)")
        }
    }

    /// Cuts off a torn last line, and tells what else is no record.
    private mutating func repair(
        _ file: OpenFile, _ contents: Journal.Contents, _ path: String
    ) throws(SystemError) {
        if contents.strangeLines > 0 {
            let lines = contents.strangeLines == 1 ? "1 line" : "\(contents.strangeLines) lines"
            notes.append("'\(path)': \(lines) that are no records of fetchtop's passed over")
        }
        guard contents.wholeLength < contents.totalLength else { return }
        if !contents.isTornLineOurs {
            let byteCount = contents.totalLength - contents.wholeLength
            notes.append("'\(path)': \(byteCount) bytes at its end that are no record cut off")
        }
        try file.truncate(to: contents.wholeLength)
    }
}

extension ResultsFile.Replaced {
    /// Empties the file.
    ///
    /// - Returns: What to say about it.
    /// - Throws: `SystemError`.
    func empty() throws(SystemError) -> String {
        try file.truncate(to: 0)
        let size = Format.bytes(byteCount)
        let unit = byteCount < 1_024 ? " bytes" : ""
        return "'\(path)': \(size.string)\(unit) of an earlier run replaced (--resume would have gone on with them)"
    }
}

/// Why there can be no results.
struct ResultsProblem: Error, CustomStringConvertible {
    let description: String
}
