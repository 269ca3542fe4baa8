/// What a stretch of input turned into: jobs in the order of the lines, and the lines that were none.
struct InputBatch: Sendable {
    var jobs: [FetchJob] = []
    var problems: [InputProblem] = []
    /// How many of the jobs stand before the first line that was none; nil when there was no such line.
    private(set) var jobCountBeforeProblem: Int?

    init() {}

    /// A batch with nothing but complaints.
    init(problems: [InputProblem]) {
        self.problems = problems
        if problems.contains(where: { $0.severity != .warning }) { jobCountBeforeProblem = 0 }
    }

    /// Leaves out the jobs that are not wanted.
    mutating func keepJobs(_ isWanted: (FetchJob) -> Bool) {
        let before = jobCountBeforeProblem.map { end in jobs.prefix(end) } ?? []
        let kept = before.filter(isWanted)
        jobs = kept + jobs.dropFirst(before.count).filter(isWanted)
        if jobCountBeforeProblem != nil { jobCountBeforeProblem = kept.count }
    }

    /// Some of the jobs, from the one with this index on, with the complaints about lines among them.
    func piece(from start: Int, count: Int) -> InputBatch {
        var piece = InputBatch()
        let end = min(jobs.count, start + count)
        piece.jobs = Array(jobs[start..<end])
        let isFirst = start == 0
        let isLast = end == jobs.count
        guard let before = jobCountBeforeProblem else {
            if isFirst { piece.problems = problems }
            return piece
        }
        // All complaints go with the first: what comes after it counts for nothing where input is strict.
        if before >= start, before < end || isLast {
            piece.problems = problems
            piece.jobCountBeforeProblem = before - start
        }
        return piece
    }

    mutating func complain(_ line: Int, _ message: String, severity: InputProblem.Severity = .error) {
        if severity != .warning, jobCountBeforeProblem == nil { jobCountBeforeProblem = jobs.count }
        problems.append(InputProblem(line: line, message: message, severity: severity))
    }
}

/// What is wrong with a piece of input, said so that its author finds it. The run goes on without the line unless input
/// is to be strict.
struct InputProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's name as given, "standard input", or "argument".
    var source: String?
    /// Counted from 1.
    var line: Int?
    var message: String
    var severity = Severity.error

    enum Severity: Hashable, Sendable {
        /// The line gave no job.
        case error
        /// The line gave a job, but not all it asked for.
        case warning
        /// What comes after cannot be read.
        case unreadable
    }

    /// The end of an input that gave no job, though `problemCount` lines were to be one.
    static func nothingToFetch(problemCount: Int) -> InputProblem {
        let reason =
            switch problemCount {
            case 0: "the input is empty"
            case 1: "the input's only line cannot be used"
            default: "none of the input's \(problemCount) lines can be used"
            }
        return InputProblem(message: "there is nothing to fetch: \(reason)", severity: .unreadable)
    }

    var description: String {
        switch (source, line) {
        case (let source?, let line?): "\(source):\(line): \(message)"
        case (let source?, nil): "\(source): \(message)"
        case (nil, let line?): "line \(line): \(message)"
        case (nil, nil): message
        }
    }
}

/// What records of a list may ask for. Whoever writes the list is not always whoever runs it, so by default a record
/// can neither write outside the output directory nor read a file.
struct InputRules: Hashable, Sendable {
    /// `--trust-input`
    var isTrusted = false
    /// `--globoff`, for the formats in which URLs may have globs.
    var expandsGlobs = true
}
