import FetchLoop
import Foundation
import TestSupport
import Testing

@testable import fetchtop

/// `w`: rows into files.
@Suite struct RowExportTests {
    /// Writes rows of the sample run and answers what became of it.
    private func export(
        _ name: String, in folder: TemporaryFolder, count: Int = 107, isReplacing: Bool = false,
        isRevealing: Bool = false, inUse: [String] = []
    ) async throws -> RowExport.Outcome {
        let path = folder[name]
        return try await withLoop { loop in
            let run = SampleRun()
            var record = ResultRecord()
            record.revealsSecrets = isRevealing
            let promise = Promise<RowExport.Outcome>(on: loop)
            let ids = (0..<min(count, run.store.count)).map { FetchID(index: $0) }
            RowExport(
                loop: loop, ids: ids, store: run.store, path: path, inUse: inUse, isReplacing: isReplacing,
                record: record
            ) { promise.trySucceed($0) }.start()
            return try await promise.future.value
        }
    }

    @Test func everyRowIsARecordWithItsStateOfNow() async throws {
        let folder = try TemporaryFolder()
        #expect(try await export("rows.ndjson", in: folder) == .written(107))
        let lines = try folder.read("rows.ndjson").split(separator: "\n")
        #expect(lines.count == 107)
        let waiting = try #require(lines.first { $0.contains(#""state":"queued""#) })
        // It has not finished: there is no time at which it did.
        #expect(waiting.contains(#""finished_at":null"#) && waiting.contains(#""http_code":null"#))
        for line in lines { _ = try RecordLine(Array(line.utf8)[...]) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["rows.ndjson"])
    }

    @Test func aNameThatEndsInCSVMakesCSV() async throws {
        let folder = try TemporaryFolder()
        #expect(try await export("rows.CSV", in: folder) == .written(107))
        let lines = try folder.read("rows.CSV").split(separator: "\n")
        #expect(lines.count == 108)
        #expect(lines[0].contains(",url,") && lines[0].contains(",http_code,"))
    }

    @Test func secretsAreMaskedUnlessTheyAreShown() async throws {
        let folder = try TemporaryFolder()
        _ = try await export("masked", in: folder)
        let masked = try folder.read("masked")
        #expect(!masked.contains("user:pass") && !masked.contains("0123456789abcdef"))
        #expect(masked.contains("https://user:***@api.example.com/private") && masked.contains("token=***"))
        _ = try await export("open", in: folder, isRevealing: true)
        #expect(try folder.read("open").contains("user:pass"))
    }

    @Test func aFileThatIsThereIsReplacedOnlyWhenToldTo() async throws {
        let folder = try TemporaryFolder()
        try folder.write("mine", to: "rows")
        #expect(try await export("rows", in: folder) == .exists)
        #expect(try folder.read("rows") == "mine")
        #expect(try await export("rows", in: folder, count: 1, isReplacing: true) == .written(1))
        #expect(try folder.read("rows").hasPrefix("{"))
    }

    @Test func whatCannotBeWrittenIsSaidAndLeavesNothing() async throws {
        let folder = try TemporaryFolder()
        #expect(try await export("no/such/folder", in: folder) == .failed("No such file or directory"))
        // A folder of that name is no file to be replaced.
        for isReplacing in [false, true] {
            #expect(try await export(".", in: folder, isReplacing: isReplacing) == .failed("it is a folder"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
        try FileManager.default.createSymbolicLink(atPath: folder["device"], withDestinationPath: "/dev/null")
        #expect(try await export("device", in: folder, isReplacing: true) == .failed("it is no regular file"))
    }

    /// Replaced, it would still be written to: into a file without a name.
    @Test func whatTheRunWritesIsNotTakenFromUnderIt() async throws {
        let folder = try TemporaryFolder()
        try folder.write("journal", to: "results")
        try FileManager.default.createSymbolicLink(atPath: folder["link"], withDestinationPath: folder["results"])
        for name in ["results", "link", "./results"] {
            let outcome = try await export(
                name, in: folder, isReplacing: true, inUse: [folder["elsewhere"], folder["results"]])
            #expect(outcome == .failed("the run writes to it"))
        }
        #expect(try folder.read("results") == "journal")
    }

    @Test func aFileThatHappensToHaveTheTemporaryNameIsLeftAlone() async throws {
        let folder = try TemporaryFolder()
        try folder.write("mine", to: "rows.new")
        #expect(try await export("rows", in: folder, count: 2) == .written(2))
        #expect(try folder.read("rows.new") == "mine")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["rows", "rows.new"])
    }

    @Test func whatIsShownInClearIsForItsOwnerAlone() async throws {
        let folder = try TemporaryFolder()
        _ = try await export("open", in: folder, isRevealing: true)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder["open"])
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
}

@Suite struct MaskedURLTests {
    @Test(arguments: [
        ("https://u:p@h.example/a?b=c", "https://u:***@h.example/a?b=c"),
        ("https://h/a?token=abc&x=1#f", "https://h/a?token=***&x=1#f"),
        ("http://h/", "http://h/"), ("not a url", "not a url"), ("", ""), ("https://a@b@c/x@y", "https://***@c/x@y"),
        ("h.example/x?password=1", "h.example/x?password=***"),
    ])
    func passwordsAndTokensAreLeftOut(url: String, masked: String) {
        #expect(Secrets.masked(url: url) == masked)
    }
}
