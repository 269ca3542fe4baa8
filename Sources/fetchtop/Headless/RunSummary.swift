/// The end of a run, said in the form that was asked for (`--summary`).
enum RunSummary {
    static func write(_ session: Session, exitCode: Int32, at now: Moment, to console: Console) {
        switch session.options.results.summary {
        case .none: break
        case .text:
            let resumedCount = session.journal?.resumedCount ?? 0
            for line in SummaryText.lines(session.store, resumedCount: resumedCount, at: now) { console.line(line) }
        case .json:
            var json = JSONRecord()
            SummaryRecord.write(session.store, exitCode: exitCode, at: now, to: &json)
            console.raw(json.bytes)
        }
    }
}
