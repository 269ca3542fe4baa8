/// Turns the bytes of a list, as they arrive, into jobs and complaints.
///
/// Feed it chunks of any size; each call gives what became complete. It never reads anything itself, so the same code
/// serves a file, a pipe and a test.
struct ListParser {
    private let fileName: String?
    private let rules: InputRules
    private var format: (any LineFormat)?
    private var lineNumber = 0
    private var lines = LineSplitter()
    private var skipsToLineEnd = false
    /// A line that was read stands for more jobs than were given.
    private(set) var isMoreDue = false

    /// A producer that never ends its line must not fill the memory.
    static let maxLineLength = 16 << 20

    /// - Parameters:
    ///   - format: nil to find it out from the first lines.
    ///   - fileName: helps to find it out.
    init(format: InputFormat?, fileName: String? = nil, rules: InputRules = InputRules()) {
        self.fileName = fileName
        self.rules = rules
        self.format = format.map { Self.lineFormat($0, rules) }
    }

    /// Jobs in a batch that one line stands for; what is more comes with `more`.
    static let mostDue = 1_000

    /// What a call before has left over; nil when there is nothing.
    mutating func more() -> InputBatch? {
        guard isMoreDue else { return nil }
        var batch = InputBatch()
        addDue(to: &batch)
        return batch
    }

    private mutating func addDue(to batch: inout InputBatch) {
        isMoreDue = format?.addDue(to: &batch, upTo: Self.mostDue) ?? false
    }

    /// Reads the next stretch of input.
    mutating func feed(_ chunk: [UInt8]) -> InputBatch {
        var batch = InputBatch()
        lines.append(chunk)
        while let line = lines.next() {
            if format == nil { chooseFormat(lookingAt: line + [UInt8(ascii: "\n")] + lines.rest.prefix(65_536)) }
            readLine(line, into: &batch)
        }
        addDue(to: &batch)
        if lines.rest.count > Self.maxLineLength {
            if !skipsToLineEnd { batch.complain(lineNumber + 1, "longer than \(Self.maxLineLength >> 20) MiB") }
            skipsToLineEnd = true
            _ = lines.takeRest()
        }
        return batch
    }

    /// Reads what is left at the end of the input: the last line may lack its newline.
    mutating func finish() -> InputBatch {
        var batch = InputBatch()
        let last = lines.takeRest()
        if !last.isEmpty {
            if format == nil { chooseFormat(lookingAt: last.prefix(65_536)) }
            readLine(last, into: &batch)
        }
        format?.finish(into: &batch)
        addDue(to: &batch)
        return batch
    }

    // MARK: Lines

    private mutating func readLine(_ line: ArraySlice<UInt8>, into batch: inout InputBatch) {
        lineNumber += 1
        if skipsToLineEnd {
            skipsToLineEnd = false
            return
        }
        var line = line
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        if lineNumber == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        format?.read(line, number: lineNumber, into: &batch)
    }

    private mutating func chooseFormat(lookingAt head: ArraySlice<UInt8>) {
        var head = head
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { head.removeFirst(3) }
        format = Self.lineFormat(.detect(fileName: fileName, head: head), rules)
    }

    private static func lineFormat(_ format: InputFormat, _ rules: InputRules) -> any LineFormat {
        switch format {
        case .urls: URLLines()
        case .ndjson: NDJSONLines(rules: rules)
        case .aria2: Aria2Lines(rules: rules)
        case .curl: CurlConfigLines(rules: rules)
        case .vegeta: VegetaLines(rules: rules)
        }
    }
}
