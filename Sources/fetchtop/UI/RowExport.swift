import FetchLoop

/// Writes rows of the table to a file: the records of `--results`, of unfinished fetches too.
///
/// A few rows a turn, written by the thread pool, so that a hundred thousand of them hold up neither keys nor fetches. The
/// rows go to a temporary file first: a file that is there already is replaced whole, or not at all.
final class RowExport {
    enum Outcome: Equatable {
        case written(Int)
        /// There is a file of that name, and nobody said that it may go.
        case exists
        case failed(String)
    }

    private let loop: EventLoop
    private let store: FetchStore
    private var ids: ArraySlice<FetchID>
    private let path: String
    private let inUse: [String]
    private let isReplacing: Bool
    private let record: ResultRecord
    private let done: (Outcome) -> Void
    private var csv: CSVRecord?
    private var json = JSONRecord()
    private var file: OpenFile?
    private var temporary = ""
    private var writtenCount = 0

    /// What a turn of the loop has time for.
    private static let rowsPerTurn = 100

    /// - Parameters:
    ///   - path: Ends in `.csv` for CSV; anything else is NDJSON.
    ///   - inUse: Files that the run writes, which nobody may take from under it.
    ///   - done: Told once, on the loop.
    init(
        loop: EventLoop, ids: [FetchID], store: FetchStore, path: String, inUse: [String] = [], isReplacing: Bool,
        record: ResultRecord, done: @escaping (Outcome) -> Void
    ) {
        self.loop = loop
        self.store = store
        self.ids = ids[...]
        self.path = path
        self.inUse = inUse
        self.isReplacing = isReplacing
        self.record = record
        self.done = done
        csv = path.lowercased().hasSuffix(".csv") ? CSVRecord() : nil
    }

    private struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    func start() {
        let (path, inUse, isReplacing) = (path, inUse, isReplacing)
        // What is shown in clear is for whoever looks at this screen.
        let permissions: UInt32 = record.revealsSecrets ? 0o600 : 0o666
        run({ () throws -> (OpenFile, String)? in
            if let identity = FileIdentity(path: path), inUse.contains(where: { FileIdentity(path: $0) == identity }) {
                throw Refusal(description: "the run writes to it")
            }
            if FileSystem.exists(path) {
                switch FileSystem.kind(of: path) {
                case .regular: break
                case .directory: throw Refusal(description: "it is a folder")
                case .other, nil: throw Refusal(description: "it is no regular file")
                }
                guard isReplacing else { return nil }
            }
            return try Self.makeTemporary(besides: path, permissions)
        }) { [self] made in
            guard let (file, name) = made else { return done(.exists) }
            self.file = file
            temporary = name
            writeMore()
        }
    }

    /// A file of a name that is free: one that is there is somebody's.
    private static func makeTemporary(
        besides path: String, _ permissions: UInt32
    ) throws(SystemError) -> (OpenFile, String) {
        var number = 1
        while true {
            let name = path + (number == 1 ? ".new" : ".new-\(number)")
            do throws(SystemError) {
                return (try OpenFile(name, .create, permissions: permissions), name)
            } catch {
                guard error.code == ErrorNumber.exists, number < 100 else { throw error }
                number += 1
            }
        }
    }

    private func writeMore() {
        guard let file else { return }
        guard !ids.isEmpty else { return finish(file) }
        var buffer: [UInt8] = []
        for id in ids.prefix(Self.rowsPerTurn) where store.contains(id) { append(id, to: &buffer) }
        ids = ids.dropFirst(Self.rowsPerTurn)
        let chunk = buffer
        run({ try file.write(chunk) }) { [self] in writeMore() }
    }

    private func append(_ id: FetchID, to buffer: inout [UInt8]) {
        record.write(store[id], in: store, to: &json)
        guard csv != nil else {
            writtenCount += 1
            return json.move(to: &buffer)
        }
        var bytes: [UInt8] = []
        json.move(to: &bytes)
        csv?.write(RecordLine(written: bytes[...]), to: &buffer)
        writtenCount += 1
    }

    private func finish(_ file: OpenFile) {
        let (path, temporary, isReplacing, count) = (path, temporary, isReplacing, writtenCount)
        run({ () throws -> Bool in
            try file.synchronize()
            if isReplacing {
                try FileSystem.move(temporary, to: path)
                return true
            }
            do throws(SystemError) {
                try FileSystem.moveWithoutReplacing(temporary, to: path)
            } catch {
                // Somebody made one in the meantime.
                if FileSystem.exists(path) {
                    FileSystem.remove(temporary)
                    return false
                }
                // A file system without hard links.
                try FileSystem.move(temporary, to: path)
            }
            return true
        }) { [self] isWritten in done(isWritten ? .written(count) : .exists) }
    }

    private func run<Value: Sendable>(_ call: @escaping @Sendable () throws -> Value, then: @escaping (Value) -> Void) {
        _ = loop.runBlocking(name: "export", call).whenDone { [self] future in
            do {
                then(try future.result())
            } catch {
                if file != nil { FileSystem.remove(temporary) }
                done(.failed((error as? SystemError)?.message ?? "\(error)"))
            }
        }
    }
}
