/// aria2's input file: a URL a line, and below it indented `name=value` options for that URL.
///
/// Options that have no counterpart here are warned about by name. A job is complete only when the next URL (or the end)
/// is seen, so a slow producer's last URL waits for it.
struct Aria2Lines: LineFormat {
    private let rules: InputRules
    private var pending: Pending?

    fileprivate struct Pending {
        var line: Int
        var url: String
        var draft: JobDraft
        var directory: String?
        var fileName: String?
        var error: JobError?
    }

    init(rules: InputRules) {
        self.rules = rules
    }

    mutating func read(_ line: ArraySlice<UInt8>, number: Int, into batch: inout InputBatch) {
        guard !line.isInsignificant else { return }
        if line.first?.isBlank == true {
            readOption(line.trimmingBlanks, number: number, into: &batch)
        } else {
            finish(into: &batch)
            readURL(line, number: number, into: &batch)
        }
    }

    mutating func finish(into batch: inout InputBatch) {
        guard var job = pending.take() else { return }
        do throws(JobError) {
            if let error = job.error { throw error }
            if let output = try job.output() { try job.draft.setOutput(output) }
            batch.jobs.append(try job.draft.job())
        } catch {
            batch.complain(job.line, error.description)
        }
    }

    /// True if `line` can only be an option of this format.
    static func isOptionLine(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.first?.isBlank == true else { return false }
        let text = line.trimmingBlanks
        let name = text.prefix { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") }
        return !name.isEmpty && text.dropFirst(name.count).first == UInt8(ascii: "=")
    }

    // MARK: Lines

    private mutating func readURL(_ line: ArraySlice<UInt8>, number: Int, into batch: inout InputBatch) {
        // A line may list mirrors of one file, separated by tabs.
        let urls = line.split(separator: UInt8(ascii: "\t")).map(\.trimmingBlanks).filter { !$0.isEmpty }
        guard let url = urls.first?.validated else { return batch.complain(number, "malformed URL: not UTF-8") }
        if urls.count > 1 {
            batch.complain(number, "mirrors are not supported: only the first URL is fetched", severity: .warning)
        }
        var job = Pending(line: number, url: url, draft: JobDraft(line: number, rules: rules))
        do throws(JobError) {
            try job.draft.setURL(url)
        } catch {
            job.error = error
        }
        pending = job
    }

    private mutating func readOption(_ text: ArraySlice<UInt8>, number: Int, into batch: inout InputBatch) {
        guard pending != nil else { return batch.complain(number, "an option before the first URL") }
        guard let option = text.validated else { return batch.complain(number, "not UTF-8") }
        guard let equals = option.firstIndex(of: "=") else {
            return batch.complain(number, "not an option: '\(HeaderValue.quotable(option))'; write name=value")
        }
        let name = String(option[..<equals])
        let value = String(option[option.index(after: equals)...])
        do throws(JobError) {
            let isKnown = try pending?.apply(name, value) ?? true
            if !isKnown { batch.complain(number, "aria2's option '\(name)' is not supported", severity: .warning) }
        } catch {
            // The URL must not be fetched without what it asked for; it is reported under the line of the option.
            batch.complain(number, error.description)
            pending = nil
        }
    }
}

extension Aria2Lines.Pending {
    /// - Returns: false if the option has no counterpart here.
    fileprivate mutating func apply(_ name: String, _ value: String) throws(JobError) -> Bool {
        switch name {
        case "out": fileName = value
        case "dir": directory = value
        case "header": try draft.addHeader(value)
        case "checksum": try draft.setChecksum(value)
        case "referer": try draft.set(\.referer, value)
        case "user-agent": try draft.set(\.userAgent, value)
        case "gid": try draft.setID(value)
        case "max-tries":
            guard let tries = Int(value), tries > 0 else {
                throw JobError("max-tries=\(value) is not a number of tries")
            }
            try draft.setRetries(tries - 1)
        default: return false
        }
        return true
    }

    fileprivate func output() throws(JobError) -> String? {
        guard let directory else { return fileName }
        guard let name = fileName ?? RemoteName.of(url) else {
            throw JobError("dir=\(directory) without out=, and the URL names no file")
        }
        return directory.hasSuffix("/") ? directory + name : directory + "/" + name
    }
}
