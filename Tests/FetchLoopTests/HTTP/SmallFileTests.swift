@testable import FetchLoop
import Foundation
import Testing
import TestSupport

/// The files in which a client remembers, where they cannot be written.
@Suite(.timeLimit(.minutes(5))) struct SmallFileTests {
    @Test func aFileIsReplacedInOneStep() throws {
        let folder = try TemporaryFolder()
        try folder.write("old", to: "file")
        try SmallFile.replace(folder["file"], with: Array("new".utf8))
        #expect(try folder.read("file") == "new")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
    }

    @Test func aFileThatCannotBeReplacedLeavesNothingBehind() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder["file"], withIntermediateDirectories: false)
        let failure = #expect(throws: SystemError.self) {
            try SmallFile.replace(folder["file"], with: Array("new".utf8))
        }
        #expect(failure?.call == "rename")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
    }

    @Test func anAltSvcFileThatCannotBeWrittenIsReported() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "h1 a.test 443 h2 b.test 443 \"20991231 23:59:59\" 0 0\n", to: "alt-svc")
        try await withLoop { loop in
            var messages: [String] = []
            loop.onDiagnostic = { messages.append($0.message) }
            var configuration = AsyncHTTPClient.Configuration()
            configuration.memory.altSvcFile = path
            for _ in 0..<2 {
                AsyncHTTPClient(loop: loop, configuration: configuration).close()
                #expect(messages == [])
                #expect(try folder.read("alt-svc").contains("b.test"))
            }
            let client = AsyncHTTPClient(loop: loop, configuration: configuration)
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            client.close()
            #expect(messages == ["error in writing \(path): rename: Is a directory"])
        }
    }
}
