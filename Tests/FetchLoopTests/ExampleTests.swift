import Foundation
import Testing
import TestSupport

/// The programs of `Examples`, run as a reader would run them.
@Suite struct ExampleTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Examples")
    private static let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "Examples").path

    /// The examples by the files that hold what they say.
    private static let names: [String] = {
        let files = try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "Output").path)
        return (files ?? []).filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
    }()

    @Test(arguments: names) func saysWhatTheDocumentationShows(name: String) async throws {
        let expected = try String(contentsOf: Self.folder.appending(path: "Output/\(name).txt"), encoding: .utf8)
        try await onFreshThread {
            let outcome = try ChildProcess.run([Self.executable, name])
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
            #expect(outcome.output == expected)
        }
    }

    @Test func theListNamesThemAll() async throws {
        try await onFreshThread {
            let list = try ChildProcess.run([Self.executable]).output
            let listed = list.split(separator: "\n").compactMap { $0.split(separator: ":").first.map(String.init) }
            #expect(listed.sorted() == Self.names)
            #expect(Self.names.count > 20)
        }
    }

    @Test func eachStandsInAFileOfItsOwn() throws {
        for name in Self.names {
            let file = name.split(separator: "-").map(\.capitalized).joined()
            let text = try String(contentsOf: Self.folder.appending(path: "\(file).swift"), encoding: .utf8)
            #expect(text.contains("func \(file.prefix(1).lowercased())\(file.dropFirst())("), "\(name)")
        }
    }

    @Test func anUnknownNameIsAnError() async throws {
        try await onFreshThread {
            let outcome = try ChildProcess.run([Self.executable, "no-such"])
            #expect(outcome.ending == .exited(1))
            #expect(outcome.errors.contains("no example no-such"))
        }
    }
}
