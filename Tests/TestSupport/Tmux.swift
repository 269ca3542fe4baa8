import Foundation

/// A terminal that a test drives by keys and reads as text: a shell in tmux, on a socket of its own.
///
/// Blocks: use it in a thread of the test's own.
public final class Tmux: Sendable {
    private let folder: TemporaryFolder

    /// What the shell's prompt looks like.
    public static let prompt = "ready>"

    /// Starts a shell in a terminal of that size and waits for its prompt.
    public init(width: Int = 200, height: Int = 50, environment: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        try folder.write(
            """
            set -g default-terminal screen-256color
            set -g status off
            set -g escape-time 0
            set -g history-limit 5000

            """, to: "tmux.conf")
        // Neither the configuration nor the setup of whoever runs the tests, and a place where not even root can keep one.
        let variables = [
            "PS1": Self.prompt + " ", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": "/dev/null/none",
            "XDG_STATE_HOME": "/dev/null/none",
        ].merging(environment) { $1 }
        try command(
            ["new-session", "-d", "-x", "\(width)", "-y", "\(height)"]
                + variables.flatMap { ["-e", "\($0)=\($1)"] } + ["bash", "--norc", "--noprofile"])
        try wait(for: Self.prompt)
    }

    deinit { _ = try? command(["kill-server"]) }

    /// Presses keys: tmux's names (`Enter`, `C-c`, `F9`, `Up`) or single characters.
    public func press(_ keys: String...) throws {
        try command(["send-keys"] + keys)
    }

    /// Types text as it is.
    public func type(_ text: String) throws {
        try command(["send-keys", "-l", text])
    }

    /// Types a line into the shell.
    public func run(_ line: String) throws {
        try type(line)
        try press("Enter")
    }

    /// Changes the terminal's size; the program gets SIGWINCH.
    public func resize(width: Int, height: Int) throws {
        try command(["resize-window", "-x", "\(width)", "-y", "\(height)"])
    }

    /// Stops the terminal's output, as Ctrl-S or a dead ssh connection does: soon no write to it goes through.
    public func freeze() throws { try setFlow(TCOOFF) }

    /// Lets the output go on, as Ctrl-Q does.
    public func thaw() throws { try setFlow(TCOON) }

    private func setFlow(_ action: Int32) throws {
        let path = try value("#{pane_tty}")
        let terminal = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        defer { close(terminal) }
        guard tcflow(terminal, action) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }

    /// The program of that name that the terminal's shell runs.
    public func foregroundProcess(named name: String) throws -> Int32? {
        let shell = try value("#{pane_pid}")
        let children = try ChildProcess.run(["ps", "-o", "pid=,comm=", "--ppid", shell]).output
        for line in children.split(separator: "\n") {
            let fields = line.split(separator: " ")
            if fields.count == 2, fields[1] == name { return Int32(fields[0]) }
        }
        return nil
    }

    /// What the terminal shows now: one line a row, without trailing blanks.
    ///
    /// A frame reaches tmux in several reads, and between two of them half of it shows. So it is looked at until two
    /// looks agree; what never stands still (a frame between any two looks) is returned as it is.
    public func screen() throws -> String {
        var last = try command(["capture-pane", "-p"])
        for _ in 0..<10 {
            let next = try command(["capture-pane", "-p"])
            if next == last { break }
            last = next
        }
        return last
    }

    /// Waits until the screen satisfies the condition and returns it.
    @discardableResult
    public func wait(
        until what: String, limit: Duration = .seconds(60), _ condition: (String) throws -> Bool
    ) throws -> String {
        var last = ""
        return try waitUntil(what, limit: limit, instead: { "the screen shows:\n\(last)" }) {
            last = try screen()
            return try condition(last) ? last : nil
        }
    }

    /// Waits until the screen shows the text.
    @discardableResult
    public func wait(for text: String, limit: Duration = .seconds(60)) throws -> String {
        try wait(until: "\(text.debugDescription) on the screen", limit: limit) { $0.contains(text) }
    }

    /// What tmux knows of the terminal, as one of its formats: `#{alternate_on}`.
    public func value(_ format: String) throws -> String {
        try command(["display-message", "-p", format]).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @discardableResult
    private func command(_ arguments: [String]) throws -> String {
        let outcome = try ChildProcess.run(
            ["tmux", "-u", "-f", folder["tmux.conf"], "-S", folder["socket"]] + arguments,
            environment: ["TMUX": nil, "LC_ALL": "C.UTF-8"])
        guard outcome.ending == .exited(0) else {
            throw Timeout(description: "tmux \(arguments.joined(separator: " ")): \(outcome.errors)")
        }
        return outcome.output
    }
}
