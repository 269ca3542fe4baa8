/// The plainest format: a URL a line. Blanks around it, empty lines and `#` comments do not count. URLs are taken as
/// they are, without globs, as curl takes those of a file.
struct URLLines: LineFormat {
    mutating func read(_ line: ArraySlice<UInt8>, number: Int, into batch: inout InputBatch) {
        guard !line.isInsignificant else { return }
        let text = line.trimmingBlanks
        if let problem = URLCheck.problem(in: text.span) { return batch.complain(number, problem.description) }
        guard let url = text.validated else { return batch.complain(number, "malformed URL: not UTF-8") }
        batch.jobs.append(FetchJob(url: url))
    }
}
