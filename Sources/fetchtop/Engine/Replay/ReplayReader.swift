/// Turns the bytes of a results file into records and complaints.
struct ReplayReader: Sendable {
    let name: String
    private var lines = Lines()
    private var lineNumber = 0
    private var partial: [UInt8] = []

    init(name: String) { self.name = name }

    /// What became of some lines.
    struct Lines: Sendable {
        var records: [ReplayRecord] = []
        var problems: [InputProblem] = []
    }

    /// Reads the next stretch of the file, and gives what became complete.
    mutating func feed(_ chunk: [UInt8]) -> Lines {
        var rest = chunk[...]
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            if partial.isEmpty {
                read(rest[..<newline])
            } else {
                let line = partial + rest[..<newline]
                partial = []
                read(line[...])
            }
            rest = rest[(newline + 1)...]
        }
        partial += rest
        defer { lines = Lines() }
        return lines
    }

    /// Reads what is left at the end.
    mutating func finish() -> Lines {
        if !partial.isEmpty { read(partial[...]) }
        partial = []
        defer { lines = Lines() }
        return lines
    }

    private mutating func read(_ line: ArraySlice<UInt8>) {
        lineNumber += 1
        guard !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) else { return }
        do {
            if let record = try ReplayRecord(line) { lines.records.append(record) }
        } catch let error as JSONError {
            complain(error.description)
        } catch let error as ReplayError {
            complain(error.message)
        } catch {
            complain("\(error)")
        }
    }

    private mutating func complain(_ message: String) {
        lines.problems.append(InputProblem(source: name, line: lineNumber, message: message))
    }
}
