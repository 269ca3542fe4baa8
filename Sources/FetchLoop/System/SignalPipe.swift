internal import CSystem

/// Delivers POSIX signals to a descriptor: the handler, on whichever thread the kernel chose, writes the number
/// into a pipe.
///
/// Not `signalfd`: that needs the signal blocked in every thread, those of Dispatch's pool included, and blocked
/// masks survive `exec` into child processes. The corresponding C functions are `sigaction` and `pipe2`.
struct SignalPipe: ~Copyable {
    private let ends: Ends
    private var previous: [CInt: sigaction] = [:]

    /// For each signal number the write end of the pipe that wants it, or -1. Allocated once and never freed, since
    /// a handler may read it at any time.
    private static let routes: Routes = Routes()

    /// Never closed, but kept for the next loop: a handler on another thread may have read the number of the write end
    /// just before it was taken out of the table, and the number of a closed one may soon be that of any file.
    private struct Ends {
        let read: CInt
        let write: CInt
    }

    private static let spare = Locked<[Ends]>([])

    @safe private final class Routes: @unchecked Sendable {
        let table: UnsafeMutablePointer<CInt>
        let lock = Locked(())
        init() {
            unsafe table = .allocate(capacity: 65)
            unsafe table.initialize(repeating: -1, count: 65)
        }
    }

    init() throws(SystemError) {
        if let spare = Self.spare.withLock({ $0.popLast() }) {
            ends = spare
            while !take().isEmpty {}  // meant for the loop before
        } else {
            var ends: [CInt] = [-1, -1]
            _ = try valueOrErrno("pipe2") { unsafe pipe2(&ends, O_CLOEXEC | O_NONBLOCK) }
            self.ends = Ends(read: ends[0], write: ends[1])
        }
    }

    deinit {
        let ends = ends
        Self.spare.withLock { $0.append(ends) }
    }

    var descriptor: CInt { ends.read }

    /// Routes a signal here.
    ///
    /// - Throws: `SystemError` with `EBUSY` when another loop of the process has it, `EINVAL` for an unknown number or one
    ///   that cannot be caught.
    mutating func add(_ signal: CInt) throws(SystemError) {
        guard signal > 0 && signal < 65 else { throw SystemError(code: EINVAL, call: "sigaction") }
        let routes = Self.routes
        let end = ends.write
        let taken = routes.lock.withLock { _ in
            guard unsafe routes.table[Int(signal)] == -1 else { return false }
            unsafe routes.table[Int(signal)] = end
            return true
        }
        guard taken else { throw SystemError(code: EBUSY, call: "sigaction") }
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { signal in
            let saved = csystem_errno()
            var byte = UInt8(truncatingIfNeeded: signal)
            _ = unsafe write(SignalPipe.routes.table[Int(signal)], &byte, 1)
            csystem_set_errno(saved)
        }
        action.sa_flags = CInt(SA_RESTART)
        var before = sigaction()
        do throws(SystemError) {
            _ = try valueOrErrno("sigaction") { unsafe sigaction(signal, &action, &before) }
        } catch {
            routes.lock.withLock { _ in unsafe routes.table[Int(signal)] = -1 }
            throw error
        }
        previous[signal] = before
    }

    /// Gives a signal back to whoever had it before.
    mutating func remove(_ signal: CInt) {
        guard var before = previous.removeValue(forKey: signal) else { return }
        unsafe sigaction(signal, &before, nil)
        let routes = Self.routes
        routes.lock.withLock { _ in unsafe routes.table[Int(signal)] = -1 }
    }

    /// The signals that arrived, in order. When the pipe was full a repeated one is missing, as POSIX allows.
    func take() -> [CInt] {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe read(ends.read, &bytes, 256)
        return count > 0 ? bytes[..<count].map { CInt($0) } : []
    }

    mutating func removeAll() {
        for signal in Array(previous.keys) { remove(signal) }
    }
}
