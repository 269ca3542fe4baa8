/// Records as comma-separated values (RFC 4180, but lines end in a plain line feed): a heading, then a line a fetch.
///
/// The columns are the record's members, except those that are lists. Unknown is empty, never zero.
struct CSVRecord {
    private var hasHeading: Bool
    private let isForTerminal: Bool

    /// - Parameter hasHeading: The heading is there already, in a file that is added to.
    init(hasHeading: Bool = false, isForTerminal: Bool = false) {
        self.hasHeading = hasHeading
        self.isForTerminal = isForTerminal
    }

    mutating func write(_ line: RecordLine, to buffer: inout [UInt8]) {
        let columns = line.members.filter { !Self.lists.contains($0.name) }
        if !hasHeading {
            hasHeading = true
            buffer += columns.map(\.name).joined(separator: ",").utf8
            buffer.append(UInt8(ascii: "\n"))
        }
        for (index, column) in columns.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            switch column.value {
            case .null: break
            case .literal(let text), .nested(let text): buffer += text.utf8
            case .text(let text):
                Self.append(isForTerminal ? DisplayText(sanitising: text, cap: .max).string : text, to: &buffer)
            }
        }
        buffer.append(UInt8(ascii: "\n"))
    }

    /// Members whose values do not fit into a cell.
    private static let lists: Set<String> = ["attempts", "headers"]

    private static func append(_ text: String, to buffer: inout [UInt8]) {
        let needsQuotes = text.utf8.contains { $0 == 0x22 || $0 == 0x2c || $0 == 0x0a || $0 == 0x0d }
        guard needsQuotes else {
            buffer += text.utf8
            return
        }
        buffer.append(0x22)
        for byte in text.utf8 {
            if byte == 0x22 { buffer.append(0x22) }
            buffer.append(byte)
        }
        buffer.append(0x22)
    }
}
