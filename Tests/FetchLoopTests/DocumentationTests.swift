import Foundation
import Testing

/// What the pages of `FetchLoop.docc` show and name: the code is that of the examples, the output is theirs, every public
/// type is listed, and every test that a page names exists.
@Suite struct DocumentationTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let pages = files(in: "Sources/FetchLoop/FetchLoop.docc", ending: ".md")
    private static let examples = files(in: "Examples", ending: ".swift")

    private static func files(in folder: String, ending suffix: String) -> [String: String] {
        let folder = root.appending(path: folder)
        let paths = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []
        var files: [String: String] = [:]
        for path in paths where path.hasSuffix(suffix) {
            files[path] = try? String(contentsOf: folder.appending(path: path), encoding: .utf8)
        }
        return files
    }

    /// The fenced blocks of that language, without their fences.
    private func blocks(_ language: String, of page: String) -> [String] {
        page.components(separatedBy: "```\(language)\n").dropFirst().map { rest in
            rest.components(separatedBy: "```")[0]
        }
    }

    @Test func codeOnThePagesStandsInAnExample() {
        #expect(Self.pages.count >= 3 && Self.examples.count > 20)
        for (name, page) in Self.pages {
            for block in blocks("swift", of: page) {
                #expect(Self.examples.values.contains { $0.contains(block) }, "\(name) shows other code:\n\(block)")
            }
        }
    }

    @Test func outputOnThePagesIsWhatTheExamplesPrint() throws {
        let command = "$ swift run Examples "
        var shown: Set<String> = []
        for (page, text) in Self.pages {
            for block in blocks("console", of: text) {
                let lines = block.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
                let first = try #require(lines.first)
                #expect(first.hasPrefix(command), "\(page): \(first)")
                let name = String(first.dropFirst(command.count))
                let path = Self.root.appending(path: "Examples/Output/\(name).txt")
                #expect(lines.last.map(String.init) == (try? String(contentsOf: path, encoding: .utf8)), "\(name)")
                shown.insert(name)
            }
        }
        #expect(shown == Set(Self.files(in: "Examples/Output", ending: ".txt").keys.map { String($0.dropLast(4)) }))
    }

    @Test func theLandingPageListsEveryPublicType() throws {
        let landing = try #require(Self.pages["FetchLoop.md"])
        let declaration = #/(?m)^(?:@[\w()]+ )*public (?:final )?(?:class|struct|enum|protocol|actor) (\w+)/#
        var count = 0
        for (path, text) in Self.files(in: "Sources/FetchLoop", ending: ".swift") {
            for match in text.matches(of: declaration) {
                count += 1
                #expect(landing.contains("- ``\(match.1)``"), "\(path)")
            }
        }
        #expect(count > 40)
    }

    /// Whoever calls it must handle the error, and may be cancelled while it waits.
    @Test func everyPublicFunctionSaysWhatItThrowsAndWhatACancellationDoes() {
        var count = 0
        for (path, text) in Self.files(in: "Sources/FetchLoop", ending: ".swift") {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            var documentation = ""
            for (index, line) in lines.enumerated() {
                let words = line.drop { $0 == " " }
                if words.hasPrefix("///") {
                    documentation += words
                } else if line.contains("public "), line.contains(#/ (func \w+|init)\??[(<]/#) {
                    var signature = lines[index...].prefix(8).joined(separator: " ").prefix { $0 != "{" }
                    // What its parameters throw is their affair.
                    while let inner = signature.firstRange(of: #/\([^()]*\)/#) { signature.removeSubrange(inner) }
                    let isToldOf = (
                        errors: documentation.contains("- Throws:"),
                        cancellation: documentation.contains("Cancellation")
                    )
                    #expect(!signature.contains("throws") || isToldOf.errors, "\(path): \(words)")
                    #expect(!signature.contains("async") || isToldOf.cancellation, "\(path): \(words)")
                    count += 1
                    documentation = ""
                } else if !words.hasPrefix("@") {
                    documentation = ""
                }
            }
        }
        #expect(count > 150)
    }

    @Test func everyTestThatAPageNamesExists() throws {
        var tests: Set<String> = []
        for text in Self.files(in: "Tests/FetchLoopTests", ending: ".swift").values {
            for suite in text.components(separatedBy: "@Suite").dropFirst() {
                guard let name = suite.firstMatch(of: #/struct (\w+)/#)?.1 else { continue }
                for match in suite.matches(of: #/@Test[^{}]*?func (\w+)\(/#) { tests.insert("\(name)/\(match.1)") }
            }
        }
        #expect(tests.contains("DocumentationTests/everyTestThatAPageNamesExists"))
        var named: Set<String> = []
        for page in Self.pages.values {
            for match in page.matches(of: #/`(\w+Tests/\w+)`/#) { named.insert(String(match.1)) }
        }
        #expect(named.count > 150)
        #expect(named.subtracting(tests).sorted() == [])
    }

    @Test func everyRowOfTheTableNamesItsTest() throws {
        let page = try #require(Self.pages["ComingFromTornado.md"])
        let rows = page.split(separator: "\n").filter {
            $0.hasPrefix("| ") && !$0.contains("proven by") && !$0.contains("---")
        }
        #expect(rows.count > 90)
        for row in rows { #expect(row.contains("Tests/"), "\(row)") }
    }
}
