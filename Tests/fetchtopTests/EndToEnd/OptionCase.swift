import Foundation
import TestSupport
import Testing

/// One option, a command line that has it, and what must be seen of it.
struct OptionCase: Sendable, CustomTestStringConvertible {
    /// The long names this case is the test of.
    let names: [String]
    /// Before the URLs; `ORIGIN`, `NGINX`, `SECURE`, `MUTUAL`, `SOCKET`, `CA`, `CERT`, `KEY` and `PROXY` stand for what
    /// the servers of the suite are called.
    let arguments: [String]
    let input: String?
    let environment: [String: String?]
    let check: @Sendable (OptionRun) throws -> Bool

    init(
        _ names: String, _ arguments: [String], input: String? = nil, environment: [String: String?] = [:],
        _ check: @escaping @Sendable (OptionRun) throws -> Bool
    ) {
        self.names = names.split(separator: " ").map(String.init)
        self.arguments = arguments
        self.input = input
        self.environment = environment
        self.check = check
    }

    var testDescription: String { names.joined(separator: " ") + ": " + arguments.joined(separator: " ") }
}

/// What a run of an `OptionCase` left.
struct OptionRun {
    let outcome: ChildProcess.Outcome
    let folder: TemporaryFolder
    /// The records on standard output.
    let records: [JSONValue]

    init(_ outcome: ChildProcess.Outcome, in folder: TemporaryFolder) {
        self.outcome = outcome
        self.folder = folder
        records = outcome.output.split(separator: "\n").compactMap { try? JSONValue($0) }
    }

    var name: String { folder.name }
    var exitCode: CInt? { if case .exited(let code) = outcome.ending { code } else { nil } }
    var output: String { outcome.output }
    var errors: String { outcome.errors }
    var first: JSONValue { records.first ?? .null }

    func strings(_ name: String) -> [String] {
        records.compactMap { if case .string(let text)? = $0[name] { text } else { nil } }
    }

    func integers(_ name: String) -> [Int] {
        records.compactMap { if case .integer(let number)? = $0[name] { number } else { nil } }
    }

    /// The longest of a time.
    func longest(_ name: String) -> Double {
        records.compactMap {
            switch $0[name] {
            case .number(let seconds): seconds
            case .integer(let seconds): Double(seconds)
            default: nil
            }
        }.max() ?? 0
    }

    /// What the origin's `/echo` says of the request, in the file `e`.
    func echo() throws -> String { try folder.read("e") }

    func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }.sorted()
    }

    func size(_ name: String) throws -> Int { try folder.read(name).utf8.count }
}
