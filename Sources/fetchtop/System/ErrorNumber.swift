import FetchLoop
import Glibc

/// The `errno` values that the program tells apart or gives as a reason of its own.
enum ErrorNumber {
    static let exists = EEXIST
    static let notFound = ENOENT
    static let wouldBlock = EAGAIN
    static let inputOutput = EIO
    static let invalid = EINVAL
    static let isDirectory = EISDIR
    static let cannotSeek = ESPIPE
}

extension SystemError {
    /// Another run has locked the file.
    static let locked = SystemError(code: ErrorNumber.wouldBlock, call: "flock")

    var isLocked: Bool { call == "flock" }

    /// What was gathered of a file is not there any more, or not all of it.
    static let lost = SystemError(code: ErrorNumber.notFound, call: "reopen")

    var isLost: Bool { call == "reopen" }
}
