import Foundation

/// The built `fetchtop`, beside the running tests, or the one that `FETCHTOP_EXECUTABLE` names.
public enum Executable {
    /// Its path.
    public static let path: String = {
        if let path = ProcessInfo.processInfo.environment["FETCHTOP_EXECUTABLE"] { return path }
        let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return tests.deletingLastPathComponent().appending(path: "fetchtop").path
    }()

    /// Starts it with no configuration of the user's.
    public static func start(
        _ arguments: [String], input: ChildProcess.Stream = .null, output: ChildProcess.Stream = .pipe,
        errors: ChildProcess.Stream = .pipe, environment: [String: String?] = [:], folder: String? = nil,
        terminal: String? = nil
    ) throws -> ChildProcess {
        try ChildProcess(
            [path] + arguments, input: input, output: output, errors: errors,
            environment: isolated.merging(environment) { $1 }, folder: folder, terminal: terminal)
    }

    /// Runs it to its end.
    public static func run(
        _ arguments: [String], input: String? = nil, environment: [String: String?] = [:], folder: String? = nil
    ) throws -> ChildProcess.Outcome {
        try ChildProcess.run(
            [path] + arguments, input: input, environment: isolated.merging(environment) { $1 }, folder: folder)
    }

    private static let isolated: [String: String?] = [
        "XDG_CONFIG_HOME": "/nonexistent", "XDG_STATE_HOME": "/nonexistent", "FETCHTOP_CONFIG": nil, "http_proxy": nil,
        "https_proxy": nil,
        "ALL_PROXY": nil, "NO_COLOR": nil, "LC_ALL": "C.UTF-8",
    ]
}
