/// Writes the record of every fetch that finishes, in the order in which they do.
final class ResultRecorder: FetchObserver {
    private let output: RecordOutput
    private let format: ResultRecord
    @safe @exclusivity(unchecked) private var json = JSONRecord()

    init(output: RecordOutput, format: ResultRecord) {
        self.output = output
        self.format = format
    }

    func store(_ store: FetchStore, didApply event: FetchEvent) {
        guard case .finished = event.kind else { return }
        format.write(store[event.id], in: store, to: &json)
        output.append { json.move(to: &$0) }
    }
}
