import Foundation
import TestSupport
import Testing

@testable import fetchtop

/// What is recorded of a fetch that somebody cancelled: what is known, nothing else, and no failure.
@Suite struct CancelledRecordTests {
    private func run(
        _ script: String, _ words: [String], in folder: TemporaryFolder
    ) throws -> (run: OptionRun, summary: JSONValue) {
        try folder.write(script, to: "s.fts")
        let run = OptionRun(
            try Executable.run(
                ["--headless", "--summary", "json", "--script", "s.fts"] + words, folder: folder.path), in: folder)
        let summary = try #require(run.errors.split(separator: "\n").compactMap { try? JSONValue($0) }.last)
        let docs = URL(filePath: #filePath).appending(path: "../../../../docs/records.schema.json").standardized
        let schema = try JSONSchema(String(contentsOf: docs, encoding: .utf8))
        for record in run.records + [summary] { #expect(schema.complaints(about: record) == [], "\(record)") }
        return (run, summary)
    }

    @Test func ofATransferThatWasCutOffTheHeadIsKnownAndNoCode() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let (run, summary) = try run(
                "wait bytes>0\ncancel #1\nwait idle\n", ["\(origin.url)/stall-body/50"], in: folder)
            let record = run.first
            #expect(record["state"] == .string("cancelled") && record["http_code"] == .integer(200))
            for name in ["exitcode", "errormsg", "num_connects", "num_redirects", "size_header", "size_request"] {
                #expect(record[name] == .null, "\(name)")
            }
            #expect(record["size_download"] != .integer(0) && record["attempt"] == .integer(1))
            #expect(summary["errors"] == .object([:]) && summary["exitcode"] == .object([:]))
            #expect(summary["state"]?["cancelled"] == .integer(1) && summary["state"]?["failed"] == .integer(0))
            // It is not fetched, so not all is well, and a later run takes it up.
            #expect(run.exitCode == 7 && summary["exit_code"] == .integer(7))
        }
    }

    @Test func aFailureThatWasToBeTriedAgainIsNoneOfACancelledFetch() async throws {
        try await onFreshThread {
            let folder = try TemporaryFolder()
            for words in [
                ["http://127.0.0.1:1/"], ["--retry-all-errors", "-o", "/proc/nothing/x", "http://127.0.0.1:1/"],
            ] {
                let (run, summary) = try run(
                    "wait backoff>0\ncancel #1\nwait idle\n",
                    ["--retry-connrefused", "--retry", "3", "--retry-delay", "3600"] + words, in: folder)
                #expect(run.strings("state") == ["cancelled"])
                #expect(summary["errors"] == .object([:]) && run.exitCode == 7)
            }
        }
    }

    @Test func whatWasCancelledIsTakenUpByResume() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let words = ["-j", "1", "--results", "r", "\(origin.url)/bytes/[1-3]"]
            _ = try run("pause-all\nwait total>=3\ncancel #2\nresume-all\nwait idle\n", words, in: folder)
            #expect(try Record.results(in: folder.read("r")).map(\.state).sorted() == ["cancelled", "ok", "ok"])
            let again = try Executable.run(
                ["--headless", "--summary", "none", "--resume"] + words, folder: folder.path)
            #expect(again.ending == .exited(0))
            #expect(try Record.results(in: folder.read("r")).map(\.state).sorted() == ["cancelled", "ok", "ok", "ok"])
        }
    }
}
