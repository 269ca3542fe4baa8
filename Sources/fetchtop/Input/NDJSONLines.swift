/// A JSON object a line: `{"url":"https://a.example/x","id":"x1","output":"x.html","priority":5}`.
///
/// Keys are curl's long option names in snake case; null means not given. An unknown key is an error and not ignored: a
/// misspelt `prioritiy` would otherwise be found out a hundred thousand fetches later.
struct NDJSONLines: LineFormat {
    private let rules: InputRules

    init(rules: InputRules) {
        self.rules = rules
    }

    mutating func read(_ line: ArraySlice<UInt8>, number: Int, into batch: inout InputBatch) {
        guard !line.isInsignificant else { return }
        do {
            batch.jobs.append(try job(from: line, number: number))
        } catch {
            batch.complain(number, "\(error)")
        }
    }

    private func job(from line: ArraySlice<UInt8>, number: Int) throws -> FetchJob {
        var reader = JSONReader(line)
        var draft = JobDraft(line: number, rules: rules)
        try reader.readObject { key, value in
            guard !value.readNull() else { return }
            try Self.readMember(key, &value, into: &draft)
        }
        try reader.finish()
        return try draft.job()
    }

    private static func readMember(_ key: String, _ value: inout JSONReader, into draft: inout JobDraft) throws {
        switch key {
        case "url": try draft.setURL(value.readString())
        case "id": try draft.setID(value.nextKind() == .number ? String(value.readInteger()) : value.readString())
        case "method", "request": try draft.setMethod(value.readString())
        case "headers", "header": try readHeaders(&value, into: &draft)
        case "data": try draft.setFormBody(Array(value.readString().utf8))
        case "data_base64": try draft.setBody(readBase64(&value))
        case "json": try draft.setJSONBody(Array(value.readRaw()))
        case "output": try draft.setOutput(value.readString())
        case "priority": try draft.setPriority(value.readInteger())
        case "tag": try draft.setTag(value.readString())
        case "max_time": try draft.setMaxTime(seconds: value.readNumber())
        case "retry": try draft.setRetries(value.readInteger())
        case "checksum": try draft.setChecksum(value.readString())
        case "referer": try draft.set(\.referer, value.readString())
        case "user_agent": try draft.set(\.userAgent, value.readString())
        case "range": try draft.set(\.range, value.readString())
        case "cookie": try draft.set(\.cookie, value.readString())
        default: throw JobError("unknown key '\(key)'")
        }
    }

    /// Headers are an object of strings, or of arrays of strings for repeated ones; or an array of `Name: value`.
    private static func readHeaders(_ value: inout JSONReader, into draft: inout JobDraft) throws {
        if try value.nextKind() == .array {
            return try value.readArray { element in try draft.addHeader(element.readString()) }
        }
        try value.readObject { name, value in
            if try value.nextKind() == .array {
                try value.readArray { element in try draft.addHeader(name: name, value: element.readString()) }
            } else {
                try draft.addHeader(name: name, value: value.readString())
            }
        }
    }

    private static func readBase64(_ value: inout JSONReader) throws -> [UInt8] {
        guard let bytes = try Base64.decode(value.readString()) else { throw JobError("data_base64 is not base64") }
        return bytes
    }
}
