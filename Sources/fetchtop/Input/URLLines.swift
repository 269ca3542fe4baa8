/// The plainest format: a URL a line. Blanks around it, empty lines and `#` comments do not count. URLs are taken as
/// they are, without globs, as curl takes those of a file.
struct URLLines: LineFormat {
    mutating func read(_ line: ArraySlice<UInt8>, number: Int, into batch: inout InputBatch) {
        guard !line.isInsignificant else { return }
        let text = line.trimmingBlanks
        let problem = URLCheck.problem(in: text.span)
        if let problem, problem != .noScheme { return batch.complain(number, problem.description) }
        guard let url = text.validated else { return batch.complain(number, "malformed URL: not UTF-8") }
        do throws(URLProblem) {
            batch.jobs.append(FetchJob(url: problem == nil ? url : try URLCheck.listed(url)))
        } catch {
            batch.complain(number, error.description)
        }
    }
}
