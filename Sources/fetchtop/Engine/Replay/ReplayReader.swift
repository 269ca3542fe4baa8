/// Turns the bytes of a results file into records and complaints.
struct ReplayReader: Sendable {
    let name: String
    private var found = Lines()
    private var lineNumber = 0
    private var lines = LineSplitter()

    init(name: String) { self.name = name }

    /// What became of some lines.
    struct Lines: Sendable {
        var records: [ReplayRecord] = []
        var problems: [InputProblem] = []
    }

    /// Reads the next stretch of the file, and gives what became complete.
    mutating func feed(_ chunk: [UInt8]) -> Lines {
        lines.append(chunk)
        while let line = lines.next() { read(line) }
        defer { found = Lines() }
        return found
    }

    /// Reads what is left at the end.
    mutating func finish() -> Lines {
        let last = lines.takeRest()
        if !last.isEmpty { read(last) }
        defer { found = Lines() }
        return found
    }

    private mutating func read(_ line: ArraySlice<UInt8>) {
        lineNumber += 1
        guard !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) else { return }
        do {
            if let record = try ReplayRecord(line) { found.records.append(record) }
        } catch let error as JSONError {
            complain(error.description)
        } catch let error as ReplayError {
            complain(error.message)
        } catch {
            complain("\(error)")
        }
    }

    private mutating func complain(_ message: String) {
        found.problems.append(InputProblem(source: name, line: lineNumber, message: message))
    }
}
