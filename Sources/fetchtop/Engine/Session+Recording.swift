import FetchLoop

/// How what happens in a run gets into its outputs.
extension Session {
    /// Writes the result records, and the events if they were asked for.
    func record(to output: RecordOutput) {
        var record = ResultRecord()
        record.includesHeaders = options.results.includesHeaders
        record.journal = journal
        switch options.results.format {
        case .ndjson:
            if options.results.includesEvents { store.addObserver(EventRecorder(output: output)) }
            store.addObserver(ResultRecorder(output: output, format: record))
        case .csv:
            var csv = CSVRecord(isForTerminal: output.isTerminal)
            store.addObserver(
                RecordLineWriter(record: record) { line, _, _ in output.append { csv.write(line, to: &$0) } })
        }
    }

    /// Empties the results of an earlier run when there is something to fetch, and says so.
    func replace(_ earlier: ResultsFile.Replaced, say: @escaping (DisplayText) -> Void) {
        beforeFirstJob = { [weak self] in
            do throws(SystemError) {
                say(DisplayText(sanitising: try earlier.empty()))
            } catch {
                self?.outputFailed(OutputProblem(name: "results to '\(earlier.path)'", error: error, isVital: true))
            }
        }
    }

    /// Writes the log to a file as well, each line with its time of day.
    func writeLog(to output: RecordOutput) {
        outputs.log = output
        log?.sinks.append { [store] moment, text in
            let nanoseconds = store.clock.unixNanoseconds(of: moment)
            let time = CivilDate.text(ofUnixSeconds: nanoseconds / 1_000_000_000)
            let thousandths = String(1_000 + nanoseconds / 1_000_000 % 1_000).dropFirst()
            output.append { $0 += "\(time).\(thousandths)Z \(text.string)\n".utf8 }
        }
    }

    /// Writes what `--write-out` says of each finished fetch.
    func writeOut(_ format: WriteOut, to output: RecordOutput, errors: @escaping ([UInt8]) -> Void) {
        outputs.writeOut = output
        var record = ResultRecord()
        record.includesHeaders = format.needsHeaders || options.results.includesHeaders
        let isForTerminal = output.isTerminal
        store.addObserver(
            RecordLineWriter(record: record) { line, json, id in
                var complaints: [UInt8] = []
                output.append {
                    format.write(line, json: json, id: id, isForTerminal: isForTerminal, to: &$0, &complaints)
                }
                if !complaints.isEmpty { errors(complaints) }
            })
    }

    /// Writes the jobs that failed when the run ends (`--save-failed`).
    func saveFailed(to path: String) {
        outputs.failedList = FailedList(loop: loop, store: store, path: path)
    }
}
