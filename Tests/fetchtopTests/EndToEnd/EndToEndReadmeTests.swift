import Foundation
import TestSupport
import Testing

/// What the README shows is what happens: its commands are run in their order, and what they print is compared with what
/// stands below them, all but lengths of time and rates.
@Suite struct EndToEndReadmeTests {
    private struct Step {
        var command: String
        var output: [String] = []
    }

    /// The blocks marked `console`: commands behind a dollar sign, what they print below.
    private func steps() throws -> [Step] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
        let text = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        var steps: [Step] = []
        var isInside = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isInside = line == "```console"
            } else if isInside, line.hasPrefix("$ ") {
                steps.append(Step(command: String(line.dropFirst(2))))
            } else if isInside, steps.last?.command.hasSuffix("\\") == true {
                steps[steps.count - 1].command += "\n\(line)"
            } else if isInside {
                steps[steps.count - 1].output.append(String(line))
            }
        }
        return steps
    }

    private static func normalised(_ line: some StringProtocol) -> String {
        String(line).replacing(#/[0-9.]+[BKMG]?\/s\b/#, with: "<rate>").replacing(
            #/\b[0-9.]+(us|ms|s)\b/#, with: "<time>")
    }

    @Test func theCommonestJobsPrintWhatTheReadmeShows() async throws {
        try await onFreshThread {
            let steps = try steps()
            #expect(steps.count >= 10)
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            try FileManager.default.createDirectory(atPath: folder["bin"], withIntermediateDirectories: false)
            try FileManager.default.createSymbolicLink(
                atPath: folder["bin/fetchtop"], withDestinationPath: Executable.path)
            let path = "\(folder["bin"]):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
            for step in steps {
                let command = step.command.replacing("http://127.0.0.1:8080", with: origin.url)
                let run = try ChildProcess.run(
                    ["bash", "-c", "exec 2>&1; \(command)"],
                    environment: [
                        "PATH": path, "XDG_CONFIG_HOME": "/nonexistent", "FETCHTOP_CONFIG": nil, "LC_ALL": "C.UTF-8",
                    ],
                    folder: folder.path)
                let printed = run.output.replacing("127.0.0.1:\(origin.port)", with: "127.0.0.1:8080")
                let lines = printed.split(separator: "\n", omittingEmptySubsequences: true)
                #expect(
                    lines.map(Self.normalised) == step.output.filter { !$0.isEmpty }.map(Self.normalised),
                    "\(step.command)\n\(printed)")
            }
        }
    }
}
