import Foundation
import TestSupport
import Testing

/// Disks that are full, slow or closed to us, and transfers that break: one fetch pays for it, never the run.
@Suite struct DownloadFailureTests {
    private func run(_ words: [String], folder: TemporaryFolder) throws -> OptionRun {
        OptionRun(try ChildProcess.run(words, environment: ["FETCHTOP_CONFIG": nil], folder: folder.path), in: folder)
    }

    private let fetchtop = [Executable.path, "--headless", "--no-config", "--summary", "none", "--retry", "1"]

    @Test func aBodyBeyondTheFileSizeLimitFailsAloneAndLeavesNoFile() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let run = try run(
                ["bash", "-c", "ulimit -f 100 && exec \"$@\"", "bash"] + fetchtop
                    + ["-O", "--output-dir", "d", "\(origin.url)/bytes/{10,900000,20,30}"], folder: folder)
            #expect(run.exitCode == 4)
            #expect(run.records.count == 4)
            let failed = try #require(run.records.first { $0["state"] == .string("failed") })
            #expect(failed["url"] == .string("\(origin.url)/bytes/900000"))
            #expect(failed["fail_phase"] == .string("write") && failed["exitcode"] == .integer(23))
            #expect(failed["errormsg"] == .string("cannot write 'd/900000': File too large"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder["d"]).sorted() == ["10", "20", "30"])
        }
    }

    /// In a mount namespace of its own, where the machine lets us have one.
    private static let hasNamespaces =
        (try? ChildProcess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"]).ending) == .exited(0)

    @Test(.enabled(if: hasNamespaces)) func aFullDiskFailsWhatDoesNotFitAndSavesWhatDoes() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            try FileManager.default.createDirectory(atPath: folder["d"], withIntermediateDirectories: false)
            let script = "mount -t tmpfs -o size=64k none d && \"$@\"; code=$?; ls d >names; exit $code"
            let run = try run(
                ["unshare", "-m", "sh", "-c", script, "sh"] + fetchtop
                    + ["-j", "1", "-O", "--output-dir", "d", "\(origin.url)/bytes/{10,400000,20000,30}"], folder: folder
            )
            #expect(run.exitCode == 4)
            #expect(run.strings("state") == ["ok", "failed", "ok", "ok"])
            #expect(run.strings("errormsg") == ["cannot write 'd/400000': No space left on device"])
            #expect(try folder.read("names") == "10\n20000\n30\n")
        }
    }

    @Test(.enabled(if: hasNamespaces)) func whatIsLeftToGoOnWithAfterAFullDiskIsNeverEmpty() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            try FileManager.default.createDirectory(atPath: folder["d"], withIntermediateDirectories: false)
            func names(filling: String, path: String) throws -> [String] {
                let script = "mount -t tmpfs -o size=64k none d && { \(filling); \"$@\"; ls -A d >names; }"
                let run = try run(
                    ["unshare", "-m", "sh", "-c", script, "sh"] + fetchtop
                        + ["-C", "-", "-O", "--output-dir", "d", "\(origin.url)/\(path)"], folder: folder)
                #expect(run.strings("state") == ["failed"])
                return try folder.read("names").split(separator: "\n").map(String.init)
            }
            let full = "head -c 100000 /dev/zero >d/full"
            #expect(try names(filling: "\(full) 2>&-", path: "etag/x") == ["full"])
            #expect(try names(filling: "\(full) 2>&-", path: "bytes/400000") == ["full"])
            #expect(try names(filling: ":", path: "bytes/400000").contains("400000.part"))
        }
    }

    @Test(.enabled(if: hasNamespaces)) func aDirectoryThatCannotBeWrittenFailsItsFetchesOnly() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            for name in ["d", "e"] {
                try FileManager.default.createDirectory(atPath: folder[name], withIntermediateDirectories: false)
            }
            let script = "mount -t tmpfs -o ro none d && exec \"$@\""
            let run = try run(
                ["unshare", "-m", "sh", "-c", script, "sh"] + fetchtop
                    + ["-o", "d/a", "\(origin.url)/bytes/5", "-o", "e/b", "\(origin.url)/bytes/6"], folder: folder)
            #expect(run.exitCode == 4)
            #expect(run.strings("errormsg") == ["cannot write 'd/a': Read-only file system"])
            #expect(try folder.read("e/b").utf8.count == 6)
        }
    }

    /// Dates that no file system keeps are left alone, or kept as near as it can; the body is saved all the same.
    @Test(arguments: [
        "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 1601 00:00:00 GMT",
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 31 Feb 2026 23:59:60 GMT",
    ])
    func aDateOfAnyYearIsSurvived(date: String) async throws {
        try await onFreshThread {
            let server = try ScriptedServer { _ in
                .text(
                    "HTTP/1.1 200 OK\r\nLast-Modified: \(date)\r\nRetry-After: \(date)\r\nContent-Length: 2\r\n\r\nok")
            }
            let folder = try TemporaryFolder()
            let run = try run(fetchtop + ["-R", "-o", "f", "\(server.url)/x"], folder: folder)
            #expect(run.exitCode == 0 && run.strings("state") == ["ok"])
            #expect(try folder.read("f") == "ok")
            let modified = try FileManager.default.attributesOfItem(atPath: folder["f"])[.modificationDate] as? Date
            if date.contains("1970") { #expect(modified == Date(timeIntervalSince1970: 0)) }
        }
    }

    @Test func aFileThatHangsHoldsUpOnlyItsOwnFetch() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            // Nobody reads it, so whoever opens it to write hangs there, as on a network disk that is gone.
            #expect(try ChildProcess.run(["mkfifo", folder["stuck.part"]]).ending == .exited(0))
            let process = try ChildProcess(
                fetchtop + [
                    "-o", "stuck", "\(origin.url)/bytes/3000000", "-o", "#1", "\(origin.url)/bytes/[1-200]",
                ], environment: ["FETCHTOP_CONFIG": nil], folder: folder.path)
            try waitUntil("the other files", instead: { process.errorsSoFar }) {
                process.outputSoFar.count { $0 == "\n" } == 200
            }
            #expect(process.poll() == nil)
            // A reader comes, and it turns out to be no file.
            let reader = FileHandle(forReadingAtPath: folder["stuck.part"])
            let outcome = try process.wait()
            withExtendedLifetime(reader) {}
            let run = OptionRun(outcome, in: folder)
            #expect(run.strings("errormsg") == ["cannot write 'stuck': Invalid argument"])
            #expect(run.exitCode == 4)
        }
    }

    @Test func aTransferThatStallsGoesOnAtItsLastByte() async throws {
        try await onFreshThread {
            let server = try ScriptedServer { request in
                request.contains("Range: bytes=5-")
                    ? .text(
                        "HTTP/1.1 206 Partial Content\r\nETag: \"v\"\r\nContent-Range: bytes 5-9/10\r\n"
                            + "Content-Length: 5\r\n\r\nworld")
                    : .text("HTTP/1.1 200 OK\r\nETag: \"v\"\r\nContent-Length: 10\r\n\r\nhello")
            }
            let folder = try TemporaryFolder()
            let run = try run(
                fetchtop + ["-Y", "1", "-y", "1", "--retry-delay", "0.01", "-o", "both", "\(server.url)/x"],
                folder: folder)
            #expect(run.exitCode == 0)
            #expect(try folder.read("both") == "helloworld")
            #expect(run.integers("resumed_from") == [5])
            #expect(server.requests.count == 2)
            #expect(server.requests.last?.contains("If-Range: \"v\"") == true)
            #expect(try run.files() == ["both"])
        }
    }

    @Test func aBodyThatChangedMeanwhileIsFetchedFromItsBeginning() async throws {
        try await onFreshThread {
            let server = try ScriptedServer { request in
                request.contains("If-Range:")
                    ? .text("HTTP/1.1 200 OK\r\nETag: \"w\"\r\nContent-Length: 3\r\n\r\nnew")
                    : .last(Array("HTTP/1.1 200 OK\r\nETag: \"v\"\r\nContent-Length: 10\r\n\r\nhello".utf8))
            }
            let folder = try TemporaryFolder()
            let run = try run(fetchtop + ["--retry-delay", "0.01", "-o", "one", "\(server.url)/x"], folder: folder)
            #expect(run.exitCode == 0)
            #expect(try folder.read("one") == "new")
            #expect(run.first["resumed_from"] == .null)
        }
    }
}
