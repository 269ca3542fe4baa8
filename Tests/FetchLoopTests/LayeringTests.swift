import Foundation
import Testing

/// The rules of ARCHITECTURE.md that a machine can check: who may import what, and words that stand in few places.
@Suite struct LayeringTests {
    private struct SourceFile {
        /// The path below Sources.
        let path: String
        /// The text without comments.
        let code: String

        var imports: [String] {
            code.split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ")
                guard let index = words.firstIndex(of: "import"), index <= 2, index + 1 < words.count else {
                    return nil
                }
                return String(words[index + 1 == words.count - 1 ? index + 1 : words.count - 1])
            }
        }
    }

    private static let sources: [SourceFile] = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let walk = FileManager.default.enumerator(atPath: root.path)
        return (walk?.allObjects as? [String] ?? []).filter { $0.hasSuffix(".swift") }.sorted().compactMap { path in
            guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8) else { return nil }
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                line.range(of: "//").map { line[..<$0.lowerBound] } ?? line
            }
            return SourceFile(path: path, code: lines.joined(separator: "\n"))
        }
    }()

    /// Paths that match the pattern and stand outside the folders given.
    private func files(with pattern: String, outside allowed: [String], in folder: String = "") throws -> [String] {
        let regex = try Regex(pattern)
        return Self.sources.filter { file in
            file.path.hasPrefix(folder) && !allowed.contains { file.path.hasPrefix($0) }
                && file.code.contains(regex)
        }.map(\.path)
    }

    private func importers(of module: String, outside allowed: [String], in folder: String = "") -> [String] {
        Self.sources.filter { file in
            file.path.hasPrefix(folder) && !allowed.contains { file.path.hasPrefix($0) }
                && file.imports.contains(module)
        }.map(\.path)
    }

    @Test func theSourcesAreFound() {
        #expect(Self.sources.count > 60)
        #expect(Self.sources.contains { $0.path == "FetchLoop/Loop/EventLoop.swift" })
    }

    @Test func onlyTheTerminalFolderImportsNcurses() {
        #expect(importers(of: "CNcurses", outside: ["fetchtop/UI/Terminal/"]) == [])
    }

    @Test func onlyTheCurlFolderImportsLibcurl() {
        #expect(importers(of: "CCurl", outside: ["FetchLoop/HTTP/Curl/"]) == [])
    }

    @Test func onlySystemCallsTheKernel() {
        #expect(importers(of: "CSystem", outside: ["FetchLoop/System/"]) == [])
        #expect(importers(of: "Glibc", outside: [], in: "FetchLoop/") == [])
    }

    @Test func theLibraryNeedsNoFoundation() {
        for module in ["Foundation", "FoundationEssentials"] {
            #expect(importers(of: module, outside: [], in: "FetchLoop/") == [])
        }
        #expect(importers(of: "Dispatch", outside: ["FetchLoop/System/"], in: "FetchLoop/") == [])
    }

    @Test func onlyCoroutinesMakesTasks() throws {
        let task = #"\bTask(\.immediate|\.detached)?(<[^>]*>)?\s*(\{|\(executorPreference|\(priority|\(name)"#
        #expect(try files(with: task, outside: ["FetchLoop/Coroutines/Spawn.swift"]) == [])
    }

    @Test func mutexesStandWhereTheyWereDecidedOn() throws {
        let places = ["FetchLoop/Loop/LoopExecutor.swift", "FetchLoop/System/"]
        #expect(
            try files(with: #"\b(Locked|Mutex|NSLock|pthread_mutex_lock|DispatchSemaphore)\b"#, outside: places) == [])
    }

    @Test func handOversBetweenThreadsStandWhereTheyWereDecidedOn() throws {
        let places = [
            "FetchLoop/Loop/LoopExecutor.swift", "FetchLoop/Loop/Suspension.swift", "FetchLoop/System/",
            "FetchLoop/HTTP/",
        ]
        #expect(try files(with: #"@unchecked Sendable"#, outside: places, in: "FetchLoop/") == [])
    }

    @Test func nothingIsLeftForLater() throws {
        #expect(try files(with: #"\bTODO\b|\bFIXME\b|not implemented"#, outside: []) == [])
    }

    /// The types that files of a folder declare for others.
    private func types(declaredIn folder: String) throws -> Set<String> {
        let declaration = try Regex(
            #"(?m)^(?:@\w+(?:\([^)]*\))? )*(?:public |package |final )*(?:class|struct|enum|protocol) (\w+)"#
        )
        var names: Set<String> = []
        for file in Self.sources where file.path.hasPrefix(folder) {
            for match in file.code.matches(of: declaration) {
                guard let name = match.output[1].substring, !file.code[match.range].contains("private") else {
                    continue
                }
                names.insert(String(name))
            }
        }
        return names
    }

    /// Expects that no file of a folder names one of these types.
    private func expectNone(of names: Set<String>, in folder: String) {
        for file in Self.sources where file.path.hasPrefix(folder) {
            let words = Set(file.code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
            #expect(words.intersection(names).sorted() == [], "\(file.path)")
        }
    }

    /// System, Loop, Futures, Coroutines, Sync, TCP, HTTP: a folder's files name no type of a later folder. But the loop
    /// ends blocking calls when it closes, and shows the named futures.
    @Test func eachLayerNamesOnlyThoseBelow() throws {
        let layers = ["System", "Loop", "Futures", "Coroutines", "Sync", "TCP", "HTTP"].map { "FetchLoop/\($0)/" }
        let known: Set<String> = ["NamedFutures", "BlockingCalls"]
        for (index, layer) in layers.enumerated() {
            let later = try layers[(index + 1)...].reduce(into: Set<String>()) {
                $0.formUnion(try types(declaredIn: $1))
            }
            expectNone(of: later.subtracting(try types(declaredIn: layer)).subtracting(known), in: layer)
        }
    }

    /// A run without a screen is made of these folders: none of them names a type of the dashboard or of its commands.
    @Test func theEngineAndItsRecordsKnowNoScreen() throws {
        let screen = try types(declaredIn: "fetchtop/UI/").union(try types(declaredIn: "fetchtop/Control/"))
        #expect(screen.count > 60)
        for folder in ["Model", "System", "Text", "Input", "Engine", "Headless"] {
            let own = try types(declaredIn: "fetchtop/\(folder)/")
            #expect(!own.isEmpty, "\(folder)")
            expectNone(of: screen.subtracting(own), in: "fetchtop/\(folder)/")
        }
    }
}
