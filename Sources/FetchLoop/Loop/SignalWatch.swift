/// A registration for a POSIX signal. Made by ``EventLoop/onSignal(_:_:)``.
public final class SignalWatch {
    /// The signal's number.
    public let signal: CInt
    /// Gone with the watch's end, as that of a `Watch`.
    private(set) var handler: (() throws -> Void)?
    // Not weak, for speed (see LoopTimer); a loop that goes detaches its watches first.
    private unowned let loop: EventLoop
    private var isActive = true

    init(signal: CInt, loop: EventLoop, handler: @escaping () throws -> Void) {
        self.signal = signal
        self.loop = loop
        self.handler = handler
    }

    /// Ends the registration; after the last one for a signal, its earlier disposition is back.
    public func cancel() {
        guard isActive else { return }
        loop.requireThread("SignalWatch.cancel")
        isActive = false
        loop.removeSignalWatch(self)
        handler = nil
    }

    func detach() { isActive = false }

    func dropHandler() { handler = nil }
}
