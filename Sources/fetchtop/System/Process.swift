import Glibc

/// This process.
enum Process {
    /// The corresponding C function is `getpid`.
    static var id: Int32 { getpid() }

    /// Ends it at once, whatever its threads wait for. The corresponding C function is `_exit`.
    static func leave(_ code: Int32) -> Never { _exit(code) }
}
