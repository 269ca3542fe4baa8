internal import CSystem

/// A file descriptor with exactly one owner, closed when the owner goes.
///
/// The corresponding C function is `close`.
struct OwnedDescriptor: ~Copyable {
    let raw: CInt

    init(_ raw: CInt) { self.raw = raw }

    deinit { _ = close(raw) }
}
