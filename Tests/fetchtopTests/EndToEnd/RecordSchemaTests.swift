import Foundation
import TestSupport
import Testing

@testable import fetchtop

/// docs/records.schema.json says what records look like; here it meets records of real runs.
@Suite struct RecordSchemaTests {
    private static let docs = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs")

    private func schema() throws -> JSONSchema {
        try JSONSchema(String(contentsOf: Self.docs.appending(path: "records.schema.json"), encoding: .utf8))
    }

    /// Runs fetchtop and holds every line that it writes against the schema.
    private func records(_ arguments: [String], folder: TemporaryFolder) throws -> [JSONValue] {
        let schema = try schema()
        let run = try Executable.run(["--headless", "--summary", "json"] + arguments, folder: folder.path)
        let lines = (run.output + run.errors).split(separator: "\n")
        return try lines.map { line in
            let record = try JSONValue(line)
            #expect(schema.complaints(about: record) == [], "\(line)")
            return record
        }
    }

    private func words(_ records: [JSONValue], _ name: String) -> Set<String> {
        Set(
            records.compactMap {
                if case .string(let word)? = $0[name] { word } else { nil }
            })
    }

    @Test func soIsWhatWasGivenUpInTheQueue() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let all = try records(
                ["--events", "-j", "1", "--queue-timeout", "0.2", "\(origin.url)/delay/700", "\(origin.url)/bytes/1"],
                folder: TemporaryFolder())
            let waited = try #require(
                all.first { $0["fail_phase"] == .string("queue") && $0["type"] == .string("result") })
            #expect(
                waited["started_at"] == .null && waited["attempts"] == .array([]) && waited["attempt"] == .integer(0))
            #expect(waited["errormsg"] == .string("waited 0.2 s for a slot (--queue-timeout)"))
            #expect(waited["wait_slot"] == waited["time_queue"] && waited["wait_slot"] != .null)
        }
    }

    @Test func everyKindOfEndIsRecordedAsTheSchemaSays() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let paths = [
                "bytes/10", "status/404", "status/503?retry-after=0", "reset", "hangup-body/100", "redirect/2",
                "gzip/100",
                "bad-gzip", "echo", "empty", "flaky/a/1", "headers", "not-http", "redirect-loop", "etag/x",
                "early-hints",
            ]
            let urls = paths.map { "\(origin.url)/\($0)" } + ["http://127.0.0.1:1/", "http://name.invalid/"]
            let all = try records(
                urls + ["--events", "--include-headers", "--compressed", "--retry", "1", "--retry-delay", "0.01"],
                folder: folder)
            #expect(words(all, "type") == ["result", "event", "summary"])
            #expect(words(all.filter { $0["type"] == .string("result") }, "state") == ["ok", "http_error", "failed"])
            #expect(
                words(all, "event") == [
                    "added", "started", "phase", "head", "attempt_finished", "backing_off", "requeued",
                ])
            #expect(words(all, "fail_phase").isSuperset(of: ["connect", "dns", "response", "body"]))
            #expect(all.count { $0["type"] == .string("result") } == urls.count)
            #expect(all.contains { $0["headers"]?["content-type"] != nil })
        }
    }

    @Test func savedSkippedResumedAndUnchangedBodiesAreRecordedAsTheSchemaSays() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let save = ["-O", "-R", "--etag-store", "tags", "\(origin.url)/bytes/[1-3]", "--results"]
            let digest = "sha-256=" + Checksum.Kind.sha256.hexadecimalDigestOfNothing
            try folder.write(
                #"{"url":"\#(origin.url)/bytes/0","id":"i","tag":"t","output":"empty","checksum":"\#(digest)"}"#
                    + "\n" + #"{"url":"\#(origin.url)/bytes/5","output":"wrong","checksum":"\#(digest)"}"# + "\n"
                    + #"{"url":"\#(origin.url)/cut-once/k/400000","output":"cut"}"# + "\n",
                to: "list")
            _ = try records(save + ["first"], folder: folder)
            _ = try records(save + ["second"], folder: folder)
            _ = try records(
                ["-i", "list", "--skip-existing", "-C", "-", "--retry-delay", "0.01", "--results", "third"],
                folder: folder)
            _ = try records(["-i", "list", "--skip-existing", "--results", "fourth"], folder: folder)
            let schema = try schema()
            let all = try ["first", "second", "third", "fourth"].map { name in
                try folder.read(name).split(separator: "\n").map { line in
                    let record = try JSONValue(line)
                    #expect(schema.complaints(about: record, by: "result") == [], "\(line)")
                    return record
                }
            }
            #expect(words(all[0], "state") == ["ok"])
            #expect(words(all[1], "state") == ["not_modified"])
            #expect(words(all[2], "state") == ["ok", "failed"])
            #expect(all[2].contains { $0["resumed_from"] == .integer(200_000) })
            #expect(words(all[2], "sha256").count == 1)
            #expect(words(all[3], "state") == ["skipped", "failed"])
        }
    }

    @Test func theSchemaAndTheDocumentNameEveryMemberInOrder() throws {
        let described = try Set(schema().properties(of: "result"))
        #expect(ResultRecord.memberNames.filter { !described.contains($0) } == [])
        let document = try String(contentsOf: Self.docs.appending(path: "records.md"), encoding: .utf8)
        let columns = ResultRecord.memberNames.filter { $0 != "attempts" && $0 != "headers" }
        let list = try #require(document.split(separator: "```").first { $0.contains("v,type,id,key,") })
        let documented = list.replacing("\n", with: "").split(separator: ",").map(String.init)
        #expect(documented.filter { columns.contains($0) } == columns)
    }

    @Test func csvHasTheColumnsOfTheDocument() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let run = try Executable.run(
                ["--headless", "--summary", "none", "--results-format", "csv", "\(origin.url)/bytes/[1-2]"])
            let heading = try #require(run.output.split(separator: "\n").first)
            let columns = ResultRecord.memberNames.filter { $0 != "attempts" && $0 != "headers" }
            #expect(heading.split(separator: ",").map(String.init) == columns)
        }
    }

    @Test func theValidatorFindsWhatIsWrong() throws {
        let schema = try schema()
        func complaints(_ text: String) throws -> [String] {
            try schema.complaints(about: JSONValue(text), by: "event")
        }
        let fine =
            #"{"v":1,"type":"event","event":"added","at":"2026-01-02T03:04:05.678901Z","fetch":0,"id":null,"url":"u","#
            + #""state":"queued"}"#
        #expect(try complaints(fine) == [])
        #expect(try complaints(fine.replacing("\"added\"", with: "\"lost\"")).count == 1)
        #expect(try complaints(fine.replacing("05.678901", with: "05")).count == 1)
        #expect(try complaints(fine.replacing(":0,", with: ":0.5,")).count == 1)
        #expect(try complaints(fine.replacing("\"fetch\":0", with: "\"fetches\":0")).count == 2)
        #expect(try complaints(fine.replacing(":1,", with: ":true,")).count == 1)
    }
}

extension Checksum.Kind {
    fileprivate var hexadecimalDigestOfNothing: String {
        var hasher = makeHasher()
        return hasher.finishHexadecimal()
    }
}
