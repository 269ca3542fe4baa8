/// Writes what happens to fetches on their way (`--events`): a line of type `event` for each start, head, end of an
/// attempt, wait and request of the user's. What is too frequent to be of use, pieces of bodies and changes of phase,
/// is left out; the end of a fetch is its result record.
final class EventRecorder: FetchObserver {
    private let output: RecordOutput
    private var json = JSONRecord()

    init(output: RecordOutput) {
        self.output = output
    }

    func store(_ store: FetchStore, didApply event: FetchEvent) {
        guard let name = Self.name(of: event.kind) else { return }
        json.beginObject()
        json.member("v", 1)
        json.member("type", "event")
        json.member("event", name)
        json.key("at")
        json.time(unixNanoseconds: store.clock.unixNanoseconds(of: event.at))
        json.member("fetch", Int(event.id.rawValue))
        json.member("id", store[event.id].extras?.values.id)
        json.key("url")
        json.string(store.urlBytes(of: event.id))
        writeDetails(event.kind, store)
        json.endObject()
        json.endLine()
        output.append { json.move(to: &$0) }
    }

    private static func name(of kind: FetchEvent.Kind) -> String? {
        switch kind {
        case .added: "added"
        case .started: "started"
        case .head: "head"
        case .attemptFinished: "attempt_finished"
        case .backingOff: "backing_off"
        case .requeued: "requeued"
        case .paused: "paused"
        case .prioritised: "prioritised"
        default: nil
        }
    }

    private func writeDetails(_ kind: FetchEvent.Kind, _ store: FetchStore) {
        switch kind {
        case .started(let attempt): json.member("attempt", attempt)
        case .head(let head): json.member("http_code", head.status)
        case .attemptFinished(let attempt):
            json.member("attempt", attempt.number)
            json.member("http_code", attempt.record.statusCode == 0 ? nil : attempt.record.statusCode)
            json.member("errormsg", attempt.failure?.message)
            json.member("fail_phase", attempt.failure?.phase.rawValue)
        case .backingOff(let until):
            json.key("until")
            json.time(unixNanoseconds: store.clock.unixNanoseconds(of: until))
        case .prioritised(let priority): json.member("priority", Int(priority))
        default: break
        }
    }
}
