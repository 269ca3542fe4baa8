import Foundation
import TestSupport
import Testing

/// `./fetchtop`, with a `swift` that only pretends: when it builds, when it does not, and what it leaves alone.
@Suite struct EndToEndScriptTests {
    /// A copy of the script in a project of its own, and a `swift` that counts its calls.
    private struct Project {
        let folder: TemporaryFolder
        var buildCount: Int { (try? folder.read("builds").count { $0 == "\n" }) ?? 0 }

        init(buildStatus: Int = 0) throws {
            folder = try TemporaryFolder()
            let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
                .path
            for name in ["Sources", "Scripts", "bin"] {
                try FileManager.default.createDirectory(atPath: folder[name], withIntermediateDirectories: false)
            }
            try write("fetchtop", String(contentsOfFile: root + "/fetchtop", encoding: .utf8))
            try program("Scripts/install", "exit 0")
            try folder.write("", to: "Package.swift")
            try folder.write("", to: "Sources/a.swift")
            try program(
                "bin/swift",
                """
                echo built >>"\(folder.path)/builds"
                echo noise; read -r stolen && exit 9
                [ \(buildStatus) = 0 ] || exit \(buildStatus)
                mkdir -p "\(folder.path)/.build/release"
                printf '#!/bin/sh\\necho "run: $*"; cat\\n' >"\(folder.path)/.build/release/fetchtop"
                chmod +x "\(folder.path)/.build/release/fetchtop"
                """)
        }

        /// Written by another process: while this one holds a file open for writing, a program started at the same
        /// moment by another test inherits that, and running the file fails with "Text file busy".
        private func write(_ name: String, _ text: String) throws {
            _ = try ChildProcess.run(["sh", "-c", "cat >\"$0\" && chmod 755 \"$0\"", folder[name]], input: text)
        }

        private func program(_ name: String, _ body: String) throws { try write(name, "#!/bin/sh\n\(body)\n") }

        func run(_ arguments: String..., path: String? = nil) throws -> ChildProcess.Outcome {
            try ChildProcess.run(
                [folder["fetchtop"]] + arguments, input: "input",
                environment: ["PATH": path ?? "\(folder["bin"]):/usr/bin:/bin"],
                folder: "/")
        }

        /// Makes a source newer than anything written so far.
        func touch(_ name: String) throws {
            try FileManager.default.setAttributes(
                [.modificationDate: Date.now.addingTimeInterval(10)], ofItemAtPath: folder[name])
        }
    }

    @Test func buildsOnceAndAgainOnlyAfterAChange() async throws {
        try await onFreshThread {
            let project = try Project()
            for _ in 0..<2 {
                let run = try project.run("a b", "--c")
                #expect(run.ending == .exited(0) && run.output == "run: a b --c\ninput", "\(run.errors)")
                #expect(project.buildCount == 1)
            }
            #expect(try project.run().errors == "")
            for (number, name) in ["Sources/a.swift", "Package.swift"].enumerated() {
                try project.touch(name)
                _ = try project.run()
                #expect(project.buildCount == number + 2)
                try FileManager.default.setAttributes(
                    [.modificationDate: Date.distantPast], ofItemAtPath: project.folder[name])
            }
        }
    }

    @Test func worksThroughASymbolicLink() async throws {
        try await onFreshThread {
            let project = try Project()
            let link = project.folder["bin/link"]
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: project.folder["fetchtop"])
            let path = "\(project.folder["bin"]):/usr/bin:/bin"
            let run = try ChildProcess.run([link, "x"], environment: ["PATH": path])
            #expect(run.output == "run: x\n", "\(run.errors)")
        }
    }

    @Test func afterAFailedBuildNothingRunsAndTheNextCallBuildsAgain() async throws {
        try await onFreshThread {
            let project = try Project(buildStatus: 1)
            for number in 1...2 {
                let run = try project.run()
                #expect(run.ending == .exited(1) && run.output == "")
                #expect(project.buildCount == number)
            }
        }
    }

    @Test func withoutAToolchainOneLineSaysWhereToGetOne() async throws {
        try await onFreshThread {
            let project = try Project()
            let run = try project.run(path: "/usr/bin:/bin")
            #expect(run.ending == .exited(2) && run.output == "")
            #expect(run.errors.hasPrefix("fetchtop: no Swift toolchain") && run.errors.contains("swift.org/install"))
            #expect(run.errors.count { $0 == "\n" } == 1)
        }
    }
}
