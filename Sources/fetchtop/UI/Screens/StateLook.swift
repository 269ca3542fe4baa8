/// How a state looks: a letter and a role, never a colour alone.
struct StateLook {
    let letter: DisplayText
    let role: Role
    /// Finished: drawn dimmed once it is old news.
    let isOver: Bool

    init(_ state: FetchState) {
        letter = DisplayText(trusted: String(state.letter), columns: 1)
        isOver = state.isFinished
        role =
            switch state {
            case .queued: .queued
            case .resolving: .dns
            case .connecting: .connect
            case .handshaking: .tls
            case .waiting: .wait
            case .receiving: .receive
            case .uploading: .upload
            case .backoff, .paused: .warn
            case .succeeded: .ok
            case .httpError: .warn
            case .failed: .err
            case .cancelled, .notModified, .skipped: .dim
            }
    }
}
