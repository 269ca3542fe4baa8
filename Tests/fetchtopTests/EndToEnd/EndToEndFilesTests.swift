import Foundation
import TestSupport
import Testing

@testable import fetchtop

/// Files that are there already: none is lost because an option names it.
@Suite struct EndToEndFilesTests {
    private func run(
        _ arguments: [String], input: String? = nil, in folder: TemporaryFolder
    ) throws -> ChildProcess.Outcome {
        try Executable.run(
            ["--headless", "--retry", "0", "--summary", "none"] + arguments, input: input, folder: folder.path)
    }

    private func kind(_ path: String) throws -> FileAttributeType? {
        try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    }

    // MARK: - What is no file

    @Test func bodiesForAPipeAreWrittenIntoIt() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            mkfifo(folder["pipe"], 0o600)
            let reader = try ChildProcess(["wc", "-c", folder["pipe"]])
            let outcome = try run(
                ["--results", "out", "-o", "pipe", "\(origin.url)/bytes/5?[1-3]", "\(origin.url)/bytes/700000"],
                in: folder)
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
            #expect(try reader.wait().output.hasPrefix("700015 "))
            // A pipe is no file, so it is of type "unknown" here.
            #expect(try kind(folder["pipe"]) == .typeUnknown)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["out", "pipe"])
        }
    }

    @Test func aFullDeviceStaysADeviceAndTheFetchFails() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            // By a link, so that a mistake costs the machine nothing.
            try FileManager.default.createSymbolicLink(
                atPath: folder["full"], withDestinationPath: "/dev/full")
            try folder.write("mine", to: "full.part")
            let outcome = try run(["--results", "out", "-o", "full", "\(origin.url)/bytes/10"], in: folder)
            #expect(outcome.ending == .exited(4))
            #expect(try folder.read("out").contains("cannot write 'full': No space left on device"))
            #expect(try kind(folder["full"]) == .typeSymbolicLink)
            #expect(try folder.read("full.part") == "mine")
        }
    }

    @Test func aDashIsStandardOutput() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            // By a link of the test's own: a mistake must not cost the machine its standard output.
            try FileManager.default.createSymbolicLink(atPath: folder["link"], withDestinationPath: "/proc/self/fd/1")
            for name in ["-", "link"] {
                let outcome = try run(["-o", name, "-w", "<%{size_download}>", "\(origin.url)/bytes/5"], in: folder)
                #expect(outcome.ending == .exited(0), "\(outcome.errors)")
                #expect(outcome.output.utf8.count == 8 && outcome.output.hasSuffix("<5>"), "\(outcome.output)")
            }
            let bodies = try run(["--results", "out", "-o", "-", "\(origin.url)/bytes/5?[1-2]"], in: folder)
            #expect(bodies.output.utf8.count == 10)
            #expect(try Record.results(in: folder.read("out")).count == 2)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["link", "out"])
            #expect(try kind(folder["link"]) == .typeSymbolicLink)
            #expect(FileSystem.standardStream("/dev/stdout") == 1 && FileSystem.standardStream("/dev/stderr") == 2)
            let both = try run(["--results", "-", "-o", "-", "\(origin.url)/bytes/5"], in: folder)
            #expect(both.ending == .exited(2))
            #expect(both.errors == "fetchtop: -o - and --results - both go to standard output\n")
            let list = try run(["-i", "-"], input: #"{"url":"http://127.0.0.1:1/","output":"-"}"#, in: folder)
            #expect(list.errors.contains("output '-'"), "\(list.errors)")
        }
    }

    // MARK: - One file with two meanings

    @Test func noOptionMayWriteTheListOrWhatAnotherOptionWrites() async throws {
        try await onFreshThread {
            let folder = try TemporaryFolder()
            let list = "http://127.0.0.1:1/a\nhttp://127.0.0.1:1/b\n"
            try folder.write(list, to: "list")
            try FileManager.default.createSymbolicLink(atPath: folder["link"], withDestinationPath: folder["list"])
            try FileManager.default.linkItem(atPath: folder["list"], toPath: folder["hard"])
            let options = ["--results", "--save-failed", "--log", "--etag-store", "--cookie-jar", "--hsts", "-o"]
            for (option, file) in options.map({ ($0, "list") }) + [
                ("--results", "link"), ("--results", "hard"), ("--results", "./list"), ("--log", folder["list"]),
            ] {
                for arguments in [["-i", "list"], ["list"]] {
                    let outcome = try run(arguments + [option, file], in: folder)
                    #expect(outcome.ending == .exited(2), "\(option) \(file)")
                    #expect(
                        outcome.errors == "fetchtop: \(option) '\(file)' is the same file as the list 'list', "
                            + "which would be lost\n")
                }
                #expect(try folder.read("list") == list)
            }
            for pair in [["--results", "new", "--log", "./new"], ["--etag-store", "new", "--save-failed", "new"]] {
                let outcome = try run(["-i", "list"] + pair, in: folder)
                #expect(outcome.ending == .exited(2), "\(pair)")
                #expect(outcome.errors.contains("is the same file as"), "\(outcome.errors)")
                #expect(!FileManager.default.fileExists(atPath: folder["new"]))
            }
            // Many may write to the same device, and cookies are read from where they are kept.
            try folder.write("# Netscape HTTP Cookie File\n", to: "jar")
            let fine = try run(
                ["-i", "list", "--results", "/dev/null", "--log", "/dev/null", "-b", "jar", "-c", "jar"], in: folder)
            #expect(fine.ending == .exited(1), "\(fine.errors)")
        }
    }

    @Test func aFileThatCannotBeWrittenIsOneOfExitCodeFour() async throws {
        try await onFreshThread {
            let folder = try TemporaryFolder()
            for option in ["--etag-store", "--cookie-jar", "--results", "--log", "--save-failed"] {
                let outcome = try run([option, "none/x", "http://127.0.0.1:1/"], in: folder)
                #expect(outcome.ending == .exited(4), "\(option)")
                #expect(outcome.errors.contains("cannot write "), "\(outcome.errors)")
                #expect(outcome.errors.hasSuffix("'none/x': No such file or directory\n"), "\(outcome.errors)")
                #expect(!outcome.errors.contains("cannot read"))
            }
        }
    }

    // MARK: - Results of an earlier run

    @Test func resumingAtWhatIsNoResultsFileChangesNothing() async throws {
        try await onFreshThread {
            let folder = try TemporaryFolder()
            for text in ["my diary without newline", "http://127.0.0.1:1/\n", "a,b\n1,2\n", "{\"url\":\"x\"}\n{"] {
                try folder.write(text, to: "diary")
                let outcome = try run(["--results", "diary", "--resume", "http://127.0.0.1:1/a"], in: folder)
                #expect(outcome.ending == .exited(4))
                #expect(
                    outcome.errors == "fetchtop: cannot write results to 'diary': it has no records that --resume "
                        + "could go on with, and is left as it is\n")
                #expect(try folder.read("diary") == text)
            }
        }
    }

    @Test func whatIsNoRecordAmongRecordsIsCountedAndTornOnesAreCutOff() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let urls = "\(origin.url)/bytes/1?[1-3]"
            #expect(try run(["-j", "1", "--results", "out", urls], in: folder).ending == .exited(0))
            let whole = try folder.read("out")
            let lines = whole.split(separator: "\n").map(String.init)
            try folder.write(lines[0] + "\nrubbish\n\u{0}\n" + lines[1] + "\n" + lines[2].prefix(50), to: "out")
            let outcome = try run(["--results", "out", "--resume", urls], in: folder)
            #expect(outcome.ending == .exited(0))
            #expect(
                outcome.errors == "fetchtop: 'out': 2 lines that are no records of fetchtop's passed over\n",
                "\(outcome.errors)")
            #expect(try Record.results(in: folder.read("out")).count == 3)
            // The first line may be the torn one.
            for length in [1, 12, 50] {
                try folder.write(String(whole.prefix(length)), to: "out")
                let first = try run(["--results", "out", "--resume", urls], in: folder)
                #expect(first.ending == .exited(0) && first.errors == "", "\(first.errors)")
                #expect(try Record.results(in: folder.read("out")).count == 3)
            }
            try folder.write(lines[0] + "\n\u{0}\u{0}\u{0}", to: "out")
            let zeros = try run(["--results", "out", "--resume", urls], in: folder)
            #expect(zeros.errors == "fetchtop: 'out': 3 bytes at its end that are no record cut off\n")
            #expect(try Record.results(in: folder.read("out")).count == 3)
        }
    }

    @Test func resultsAreReplacedOnlyByARunThatHasSomethingToFetchAndItSaysSo() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let url = "\(origin.url)/bytes/1"
            #expect(try run(["--results", "out", "--save-failed", "failed", "\(url)?[1-9]"], in: folder).errors == "")
            let earlier = try folder.read("out")
            try folder.write("http://127.0.0.1:1/\n", to: "failed")
            let nothing = try run(["--results", "out", "--save-failed", "failed", "-i", "-"], input: "", in: folder)
            #expect(nothing.ending == .exited(3))
            #expect(try folder.read("out") == earlier)
            #expect(try folder.read("failed") == "http://127.0.0.1:1/\n")
            let second = try run(["--results", "out", "--save-failed", "failed", url], in: folder)
            #expect(second.ending == .exited(0))
            #expect(
                second.errors.hasPrefix("fetchtop: 'out': ")
                    && second.errors.hasSuffix(" of an earlier run replaced (--resume would have gone on with them)\n"),
                "\(second.errors)")
            #expect(try Record.results(in: folder.read("out")).count == 1)
            #expect(try folder.read("failed") == "")
        }
    }

    @Test func whatHoldsPasswordsIsItsOwnersAloneEvenIfItIsThereAlready() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            for isThere in [false, true] {
                let folder = try TemporaryFolder()
                if isThere {
                    for name in ["failed", "jar"] {
                        try folder.write("", to: name)
                        chmod(folder[name], 0o644)
                    }
                }
                let url = origin.url.replacingOccurrences(of: "://", with: "://me:SECRET@")
                let outcome = try run(
                    ["--save-failed", "failed", "-c", "jar", "\(url)/status/404", "\(origin.url)/cookies/a/1"],
                    in: folder)
                #expect(outcome.ending == .exited(1), "\(outcome.errors)")
                #expect(try folder.read("failed").contains("me:SECRET@"))
                #expect(try folder.read("jar").contains("\ta\t1"))
                for name in ["failed", "jar"] {
                    let attributes = try FileManager.default.attributesOfItem(atPath: folder[name])
                    #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name) \(isThere)")
                }
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["failed", "jar"])
            }
        }
    }

    @Test func aFailureThatALaterRecordRepairsIsNone() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            let url = "\(origin.url)/bytes/1"
            #expect(try run(["--results", "out", url], in: folder).ending == .exited(0))
            let good = try folder.read("out")
            let bad = good.replacingOccurrences(of: #""state":"ok""#, with: #""state":"failed""#)
            for (text, code) in [(bad, 1), (bad + good, 0), (good + bad, 1)] as [(String, CInt)] {
                try folder.write(text, to: "out")
                #expect(try run(["--results", "out", "--resume", url], in: folder).ending == .exited(code))
            }
        }
    }
}
