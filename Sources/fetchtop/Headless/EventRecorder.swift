/// Writes what happens to fetches on their way (`--events`): a line of type `event` for each change of a fetch's state, with
/// that state, and for what explains it. With the result records, whose `state` is the end, every state that a fetch was in
/// can be told from the file alone. What changes no state and is too frequent to be of use, the pieces of bodies, is left out.
final class EventRecorder: FetchObserver {
    private let output: RecordOutput
    private var json = JSONRecord()
    /// What the file says of each fetch so far.
    private var states: [FetchState] = []

    init(output: RecordOutput) {
        self.output = output
    }

    func store(_ store: FetchStore, didApply event: FetchEvent) {
        let state = store[event.id].state
        let hasChanged = note(state, of: event.id)
        guard let name = Self.name(of: event.kind, hasChanged: hasChanged) else { return }
        json.beginObject()
        json.member("v", 1)
        json.member("type", "event")
        json.member("event", name)
        json.key("at")
        json.time(unixNanoseconds: store.clock.unixNanoseconds(of: event.at))
        json.member("fetch", Int(event.id.rawValue))
        json.member("id", store[event.id].extras?.values.id)
        json.key("url")
        json.url(store.urlBytes(of: event.id))
        json.member("state", state.word)
        writeDetails(event, store)
        json.endObject()
        json.endLine()
        output.append { json.move(to: &$0) }
    }

    private func note(_ state: FetchState, of id: FetchID) -> Bool {
        while states.count <= id.index { states.append(.queued) }
        guard states[id.index] != state else { return false }
        states[id.index] = state
        return true
    }

    private static func name(of kind: FetchEvent.Kind, hasChanged: Bool) -> String? {
        switch kind {
        case .added: "added"
        case .started: "started"
        case .intended: "intended"
        case .phase: hasChanged ? "phase" : nil
        case .head: "head"
        case .saved: "saved"
        case .attemptFinished: "attempt_finished"
        case .backingOff: "backing_off"
        case .requeued: "requeued"
        case .checkedAgain: "checked_again"
        case .paused: "paused"
        case .prioritised: "prioritised"
        // Its record tells the end; a replay is not recorded.
        case .finished, .received, .sent, .waited: nil
        }
    }

    private func writeDetails(_ event: FetchEvent, _ store: FetchStore) {
        switch event.kind {
        case .added(let job): json.member("repetition", job.repetition == 0 ? nil : Int(job.repetition))
        case .started(let attempt): json.member("attempt", attempt)
        case .intended(let moment):
            json.key("intended_at")
            json.time(unixNanoseconds: store.clock.unixNanoseconds(of: moment))
        case .head(let head): json.member("http_code", head.status)
        case .saved(let body): json.member("filename_effective", body.fileName)
        case .attemptFinished(let attempt):
            json.member("attempt", attempt.number)
            json.member("http_code", attempt.record.statusCode == 0 ? nil : attempt.record.statusCode)
            json.member("errormsg", attempt.failure?.message)
            json.member("fail_phase", attempt.failure?.phase.rawValue)
        case .backingOff(let until):
            json.key("until")
            json.time(unixNanoseconds: store.clock.unixNanoseconds(of: until))
        case .checkedAgain(let round): json.member("repetition", Int(round))
        case .prioritised(let priority): json.member("priority", Int(priority))
        default: break
        }
    }
}
