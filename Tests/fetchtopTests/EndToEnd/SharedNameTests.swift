import Foundation
import TestSupport
import Testing

/// Runs that save under one name at the same time: one of them writes, the others are refused, and nothing is mixed.
@Suite struct SharedNameTests {
    /// Sends 600,000 times the letter in the path, the last third of `/a` when the flag is set; `/x` breaks there.
    private func server(_ flag: Flag) throws -> ScriptedServer {
        try ScriptedServer { request in
            let letter = request.utf8.dropFirst("GET /".utf8.count).first!
            func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: letter, count: count) }
            let head = "HTTP/1.1 200 OK\r\nETag: \"\(letter)\"\r\nContent-Length: 600000\r\n\r\n".utf8
            if request.hasPrefix("GET /a ") { return .held(head + bytes(400_000), until: flag, then: bytes(200_000)) }
            return .send(head + bytes(600_000))
        }
    }

    private func start(_ words: [String], in folder: TemporaryFolder) throws -> ChildProcess {
        try Executable.start(["--headless", "--summary", "none", "--retry", "0"] + words, folder: folder.path)
    }

    private func isGathered(_ folder: TemporaryFolder, _ name: String) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: folder[name])[.size] as? Int).flatMap { $0 } ?? 0 > 0
    }

    @Test(arguments: [[], ["-C", "-"], ["--no-clobber"]])
    func theSecondIsRefusedAndTheFirstIsWhole(options: [String]) async throws {
        try await onFreshThread {
            let flag = Flag()
            let server = try server(flag)
            let folder = try TemporaryFolder()
            let first = try start(options + ["-o", "one", "\(server.url)/a"], in: folder)
            try waitUntil("the first to write", instead: { first.errorsSoFar }) { isGathered(folder, "one.part") }
            for words in [options, [], ["-C", "-"], ["--no-clobber"]] {
                let second = OptionRun(
                    try start(words + ["-o", "one", "\(server.url)/b"], in: folder).wait(), in: folder)
                #expect(second.exitCode == 4)
                #expect(second.strings("errormsg") == ["cannot write 'one': another run is writing it"])
                #expect(second.strings("state") == ["failed"])
                #expect(isGathered(folder, "one.part") && first.poll() == nil)
            }
            flag.set()
            let outcome = OptionRun(try first.wait(), in: folder)
            #expect(outcome.exitCode == 0 && outcome.strings("state") == ["ok"])
            #expect(try folder.read("one") == String(repeating: "a", count: 600_000))
            #expect(try outcome.files() == ["one"])
        }
    }

    /// Small bodies are opened, written and put in their place in one go.
    @Test func ofManyAtOnceEachLeavesAWholeFileOrSaysThatItDidNot() async throws {
        try await onFreshThread {
            let flag = Flag()
            flag.set()
            let server = try server(flag)
            let folder = try TemporaryFolder()
            for _ in 0..<4 {
                let runs = try ["b", "c", "d", "e", "f"].map {
                    try start(["-o", "one", "\(server.url)/\($0)?[1-3]", "--results", "-"], in: folder)
                }
                for run in runs {
                    let outcome = OptionRun(try run.wait(), in: folder)
                    #expect(outcome.records.count == 3)
                    for message in outcome.strings("errormsg") {
                        #expect(
                            message.hasPrefix("cannot write 'one") && message.hasSuffix("': another run is writing it"))
                    }
                }
                let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
                #expect(!names.contains { $0.contains(".part") }, "\(names)")
                for name in names {
                    let text = try folder.read(name)
                    #expect(text.utf8.count == 600_000 && Set(text.utf8).count == 1, "\(name)")
                }
            }
        }
    }

    @Test func whatARefusedRunLeavesCanBeGoneOnWith() async throws {
        try await onFreshThread {
            let flag = Flag()
            let server = try server(flag)
            let folder = try TemporaryFolder()
            let first = try start(["-C", "-", "-o", "one", "\(server.url)/a"], in: folder)
            try waitUntil("the first to write", instead: { first.errorsSoFar }) { isGathered(folder, "one.part") }
            // It is told at once, and not when its server sends the rest.
            let second = OptionRun(
                try start(["-C", "-", "-o", "one", "\(server.url)/a"], in: folder).wait(), in: folder)
            #expect(second.strings("errormsg") == ["cannot write 'one': another run is writing it"])
            first.signal(SIGKILL)
            _ = try first.wait()
            #expect(isGathered(folder, "one.part") && isGathered(folder, "one.part.version"))
            // Its lock went with it.
            let next = OptionRun(try start(["-o", "one", "\(server.url)/b"], in: folder).wait(), in: folder)
            #expect(next.exitCode == 0)
            #expect(try folder.read("one") == String(repeating: "b", count: 600_000))
            #expect(try next.files() == ["one"])
        }
    }
}
