import FetchLoop
import Foundation

/// A program started by a test: its streams, its signals and its end. Everything blocks: use it in a thread of its own.
public final class ChildProcess: Sendable {
    /// Where a standard stream comes from or goes to.
    public enum Stream: Sendable {
        case null
        /// A pipe to or from the test.
        case pipe
        case descriptor(CInt)
        /// The pseudo-terminal that the process is started on.
        case terminal
    }

    /// How a process ended.
    public enum Ending: Equatable, Sendable {
        case exited(CInt)
        case signalled(CInt)
    }

    /// What a finished process left.
    public struct Outcome: Sendable {
        /// How it ended.
        public var ending: Ending
        /// All it wrote to standard output, if that was a pipe.
        public var output: String
        /// All it wrote to standard error, if that was a pipe.
        public var errors: String
    }

    /// The process id.
    public let pid: Int32
    private static let spawning = NSLock()
    /// A program that does not read what it is given must not end the tests.
    private static let brokenPipesAreErrors: Void = { Foundation.signal(SIGPIPE, SIG_IGN) }()
    private let input: Locked<CInt?>
    private let output: PipeReader?
    private let errors: PipeReader?
    private let ending = Locked<Ending?>(nil)

    /// Starts a program, looked up in PATH.
    ///
    /// - Parameter terminal: the slave's path of a `PseudoTerminal`, which becomes the process' controlling terminal.
    public init(
        _ arguments: [String], input: Stream = .null, output: Stream = .pipe, errors: Stream = .pipe,
        environment: [String: String?] = [:], folder: String? = nil, terminal: String? = nil
    ) throws {
        _ = Self.brokenPipesAreErrors
        // One at a time: a pipe made here must not leak into a process started at the same moment (no pipe2 in Swift).
        Self.spawning.lock()
        defer { Self.spawning.unlock() }
        let arguments = folder.map { ["env", "-C", $0] + arguments } ?? arguments
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A session of its own: the first terminal that it opens becomes its controlling one, and no other is. And a
        // shell's signals: no thread of the test's may hand down what it blocks or ignores.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let newSession: Int16 = 0x80  // POSIX_SPAWN_SETSID, which Swift's Glibc module lacks
        posix_spawnattr_setflags(&attributes, newSession | Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var parentEnds: [CInt?] = [nil, nil, nil]
        var childEnds: [CInt] = []
        defer { childEnds.forEach { close($0) } }
        for (number, stream) in [input, output, errors].enumerated() {
            let target = CInt(number)
            switch stream {
            case .null: posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_RDWR, 0)
            case .terminal: posix_spawn_file_actions_addopen(&actions, target, terminal ?? "/dev/null", O_RDWR, 0)
            case .descriptor(let descriptor): posix_spawn_file_actions_adddup2(&actions, descriptor, target)
            case .pipe:
                var ends: [CInt] = [-1, -1]
                guard pipe(&ends) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
                for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
                let child = number == 0 ? ends[0] : ends[1]
                posix_spawn_file_actions_adddup2(&actions, child, target)
                parentEnds[number] = number == 0 ? ends[1] : ends[0]
                childEnds.append(child)
            }
        }

        var variables = ProcessInfo.processInfo.environment
        for (name, value) in environment { variables[name] = value }
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var pid: pid_t = 0
        let status = posix_spawnp(&pid, arguments[0], &actions, &attributes, &argv, &envp)
        guard status == 0 else {
            parentEnds.forEach { if let end = $0 { close(end) } }
            throw POSIXError(.init(rawValue: status) ?? .EIO, userInfo: ["program": arguments[0]])
        }
        self.pid = pid
        self.input = Locked(parentEnds[0])
        self.output = parentEnds[1].map { PipeReader($0) }
        self.errors = parentEnds[2].map { PipeReader($0) }
    }

    deinit {
        closeInput()
        if ending.withLock({ $0 }) == nil {
            kill(pid, SIGKILL)
            var status: CInt = 0
            waitpid(pid, &status, 0)
        }
    }

    /// Runs a program to its end.
    public static func run(
        _ arguments: [String], input: String? = nil, environment: [String: String?] = [:], folder: String? = nil
    ) throws -> Outcome {
        let process = try ChildProcess(
            arguments, input: input == nil ? .null : .pipe, environment: environment, folder: folder)
        if let input { try process.write(input) }
        process.closeInput()
        return try process.wait()
    }

    /// Writes to the process' standard input. What it does not want, having closed it or ended, is dropped.
    public func write(_ text: String) throws {
        guard let descriptor = input.withLock({ $0 }) else { return }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EPIPE { return }
            guard count > 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
            rest = rest.dropFirst(count)
        }
    }

    /// Ends the process' standard input.
    public func closeInput() {
        input.withLock {
            if let descriptor = $0 { close(descriptor) }
            $0 = nil
        }
    }

    /// What it has written to standard output so far.
    public var outputSoFar: String { output?.text ?? "" }
    /// What it has written to standard error so far.
    public var errorsSoFar: String { errors?.text ?? "" }

    /// Sends a signal, unless the process has ended.
    public func signal(_ number: CInt) {
        ending.withLock { if $0 == nil { kill(pid, number) } }
    }

    /// How it ended, or nil while it runs.
    public func poll() -> Ending? {
        ending.withLock { ending in
            if ending != nil { return ending }
            var status: CInt = 0
            guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
            let signal = status & 0x7F
            ending = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
            return ending
        }
    }

    /// Waits for its end and for the last of its output.
    public func wait(limit: Duration = .seconds(120)) throws -> Outcome {
        let ending = try waitUntil(
            "the end of process \(pid)", limit: limit,
            instead: { "output: \(outputSoFar.suffix(2000))\nerrors: \(errorsSoFar.suffix(2000))" }
        ) { poll() }
        return Outcome(ending: ending, output: output?.finish() ?? "", errors: errors?.finish() ?? "")
    }
}

/// Empties a pipe in a thread of its own, so that the writer never waits.
private final class PipeReader: Sendable {
    private let bytes = Locked<[UInt8]>([])
    private let done = DispatchSemaphore(value: 0)

    init(_ descriptor: CInt) {
        Thread.detachNewThread { [self] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { break }
                bytes.withLock { $0.append(contentsOf: buffer[..<count]) }
            }
            close(descriptor)
            done.signal()
        }
    }

    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

    /// Everything, once the last writer has gone. A grandchild that keeps the pipe open is not waited for for ever.
    func finish() -> String {
        _ = done.wait(timeout: .now() + 10)
        done.signal()
        return text
    }
}
