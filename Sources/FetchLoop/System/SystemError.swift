internal import CSystem

/// A failed system call: which one, and the `errno` it left.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The value of `errno`.
    public let code: CInt
    /// The call that failed, such as `open` or `epoll_ctl`.
    public let call: String

    /// Creates an error from an `errno` value and the name of the call.
    public init(code: CInt, call: String) {
        self.code = code
        self.call = call
    }

    /// The error of the call that just failed on this thread.
    static func last(_ call: String) -> SystemError { SystemError(code: csystem_errno(), call: call) }

    /// `open: No such file or directory`.
    public var description: String { "\(call): \(message)" }

    /// The system's own text for the code. The corresponding C function is `strerror_r`.
    public var message: String {
        var buffer = [CChar](repeating: 0, count: 256)
        return unsafe String(cString: csystem_strerror(code, &buffer, buffer.count))
    }
}

extension SystemError {
    /// What watching answers to a number that is no descriptor.
    static let notADescriptor = SystemError(code: EBADF, call: "watch")
    /// What watching on a closed loop answers.
    static let loopIsClosed = SystemError(code: ESHUTDOWN, call: "watch")
    /// What reading and writing answer after the socket was closed here.
    static let socketIsClosed = SystemError(code: EBADF, call: "socket")
    /// What reading a line answers when there is no end to it.
    static let lineIsTooLong = SystemError(code: EMSGSIZE, call: "recv")
}

/// Runs a system call that returns -1 on failure, again when a signal interrupted it.
///
/// - Throws: `SystemError` with the call's name. `EINTR` is never reported.
@inline(__always)
func valueOrErrno(_ call: StaticString, _ body: () -> CInt) throws(SystemError) -> CInt {
    while true {
        let value = body()
        if value != -1 { return value }
        if csystem_errno() != EINTR { throw SystemError.last("\(call)") }
    }
}
