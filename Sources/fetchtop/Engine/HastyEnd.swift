import FetchLoop

/// The way out when whoever takes the results has stopped: who asks for the end twice must not wait for ever.
///
/// From the second time on the results have a moment, and more of it as long as they go on; the third time none.
final class HastyEnd {
    private let session: Session
    private let restore: () -> Void
    private var timer: LoopTimer?
    private var progress: [Int] = []

    private static let moment = Duration.seconds(2)

    /// - Parameter restore: Leaves the terminal as it was.
    init(_ session: Session, restore: @escaping () -> Void = {}) {
        self.session = session
        self.restore = restore
    }

    /// Somebody asked again.
    func hurry() {
        if timer != nil { leave() }
        wait()
    }

    private func wait() {
        progress = session.outputs.progress
        timer = session.loop.after(Self.moment, name: "end") { [self] in
            if session.outputs.progress != progress { wait() } else { leave() }
        }
    }

    private func leave() -> Never {
        restore()
        if session.outputs.backlog > 0 {
            StandardError.complainIfTaken("not all results were written: nobody takes them")
        }
        Process.leave(session.exitStatus.code)
    }
}
