/// Turns the bytes of a results file into records and complaints.
struct ReplayReader {
    let name: String
    private(set) var records: [ReplayRecord] = []
    private(set) var problems: [InputProblem] = []
    private var lineNumber = 0
    private var partial: [UInt8] = []

    init(name: String) { self.name = name }

    mutating func feed(_ chunk: [UInt8]) {
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
    }

    mutating func finish() {
        if !partial.isEmpty { read(partial[...]) }
        partial = []
    }

    private mutating func read(_ line: ArraySlice<UInt8>) {
        lineNumber += 1
        guard !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) else { return }
        do {
            if let record = try ReplayRecord(line) { records.append(record) }
        } catch let error as JSONError {
            complain(error.description)
        } catch let error as ReplayError {
            complain(error.message)
        } catch {
            complain("\(error)")
        }
    }

    private mutating func complain(_ message: String) {
        problems.append(InputProblem(source: name, line: lineNumber, message: message))
    }
}
