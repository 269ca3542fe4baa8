/// vegeta's targets: `METHOD URL`, then header lines, then optionally `@file` with the body, targets separated by empty
/// lines; or one JSON object a line, with the body in base64.
struct VegetaLines: LineFormat {
    private let rules: InputRules
    private var draft: JobDraft?
    private var startLine = 0

    init(rules: InputRules) {
        self.rules = rules
    }

    mutating func read(_ line: ArraySlice<UInt8>, number: Int, into batch: inout InputBatch) {
        let text = line.trimmingBlanks
        guard !text.isEmpty else { return finish(into: &batch) }
        guard text.first != UInt8(ascii: "#") else { return }
        do {
            if text.first == UInt8(ascii: "{") {
                finish(into: &batch)
                batch.jobs.append(try jsonTarget(text, number: number))
            } else if let word = Self.method(of: text) {
                finish(into: &batch)
                startLine = number
                draft = JobDraft(line: number, rules: rules)
                try readTarget(text, method: word)
            } else {
                try readDetail(text)
            }
        } catch {
            batch.complain(number, "\(error)")
            // Further lines of this target are about a job that will not be.
            draft = nil
        }
    }

    mutating func finish(into batch: inout InputBatch) {
        guard let draft = draft.take() else { return }
        do throws(JobError) {
            batch.jobs.append(try draft.job())
        } catch {
            batch.complain(startLine, error.description)
        }
    }

    // MARK: HTTP form

    /// The first word of a line that starts a target: upper case letters, then a space.
    private static func method(of line: ArraySlice<UInt8>) -> String? {
        let word = line.prefix { $0.isASCIILetter && $0 < UInt8(ascii: "a") }
        guard !word.isEmpty, line.dropFirst(word.count).first?.isBlank == true else { return nil }
        return String(decoding: word, as: UTF8.self)
    }

    private mutating func readTarget(_ line: ArraySlice<UInt8>, method: String) throws(JobError) {
        guard let url = line.dropFirst(method.utf8.count).trimmingBlanks.validated else { throw JobError("not UTF-8") }
        try draft?.setURL(url)
        if method != "GET" { try draft?.setMethod(method) }
    }

    private mutating func readDetail(_ line: ArraySlice<UInt8>) throws {
        guard draft != nil else { throw JobError("expected METHOD URL") }
        guard let text = line.validated else { throw JobError("not UTF-8") }
        guard text.first == "@" else { return try draft!.addHeader(text) }
        guard rules.isTrusted else { throw JobError("body file '\(text)': reading files needs --trust-input") }
        draft?.setBody(try FileBytes.read(String(text.dropFirst())))
    }

    // MARK: JSON form

    private func jsonTarget(_ line: ArraySlice<UInt8>, number: Int) throws -> FetchJob {
        var reader = JSONReader(line)
        var draft = JobDraft(line: number, rules: rules)
        try reader.readObject { key, value in
            guard !value.readNull() else { return }
            switch key {
            case "url": try draft.setURL(value.readString())
            case "method": try draft.setMethod(value.readString())
            case "body":
                guard let body = try Base64.decode(value.readString()) else { throw JobError("body is not base64") }
                draft.setBody(body)
            case "header":
                try value.readObject { name, values in
                    try values.readArray { element in try draft.addHeader(name: name, value: element.readString()) }
                }
            default: throw JobError("unknown key '\(key)' of a vegeta target")
            }
        }
        try reader.finish()
        return try draft.job()
    }
}
