/// A result record taken apart again, for the forms that are not NDJSON: they are made from the same record, so that a
/// value has one name and one meaning in all of them.
struct RecordLine {
    enum Value: Equatable {
        case null
        case text(String)
        /// A number or a truth value, as JSON spells it.
        case literal(String)
        /// An array or an object, as JSON spells it.
        case nested(String)
    }

    private(set) var members: [(name: String, value: Value)] = []

    /// - Throws: `JSONError` for what is no JSON object.
    init(_ json: ArraySlice<UInt8>) throws {
        var reader = JSONReader(json)
        var members: [(name: String, value: Value)] = []
        members.reserveCapacity(56)
        try reader.readObject { name, value in
            switch try value.nextKind() {
            case .null:
                _ = value.readNull()
                members.append((name, .null))
            case .string: members.append((name, .text(try value.readString())))
            case .number, .bool: members.append((name, .literal(String(decoding: try value.readRaw(), as: UTF8.self))))
            case .array, .object: members.append((name, .nested(String(decoding: try value.readRaw(), as: UTF8.self))))
            }
        }
        try reader.finish()
        self.members = members
    }

    /// Takes apart what `ResultRecord` has written: JSON whatever servers send, as `JSONRecord` sees to it. To leave a line
    /// out without a word would be worse than to stop.
    init(written json: ArraySlice<UInt8>) {
        do {
            try self.init(json)
        } catch {
            preconditionFailure("a record of our own is no JSON: \(error)")
        }
    }

    subscript(name: String) -> Value? { members.first { $0.name == name }?.value }
}

/// Writes each finished fetch in a form made from its record.
final class RecordLineWriter: FetchObserver {
    /// Appends what is to be written of a fetch; `json` is the record as NDJSON, with its line feed.
    typealias Write = (_ line: RecordLine, _ json: ArraySlice<UInt8>, _ id: FetchID) -> Void

    private let record: ResultRecord
    private let write: Write
    private var json = JSONRecord()

    init(record: ResultRecord, write: @escaping Write) {
        self.record = record
        self.write = write
    }

    func store(_ store: FetchStore, didApply event: FetchEvent) {
        guard case .finished = event.kind else { return }
        record.write(store[event.id], in: store, to: &json)
        var bytes: [UInt8] = []
        json.move(to: &bytes)
        write(RecordLine(written: bytes[...]), bytes[...], event.id)
    }
}
