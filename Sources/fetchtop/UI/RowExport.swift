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
    private let count: Int
    private let path: String
    private let isReplacing: Bool
    private let record: ResultRecord
    private let done: (Outcome) -> Void
    private var csv: CSVRecord?
    private var json = JSONRecord()
    private var file: OpenFile?

    /// What a turn of the loop has time for.
    private static let rowsPerTurn = 100

    /// - Parameters:
    ///   - path: Ends in `.csv` for CSV; anything else is NDJSON.
    ///   - done: Told once, on the loop.
    init(
        loop: EventLoop, ids: [FetchID], store: FetchStore, path: String, isReplacing: Bool, record: ResultRecord,
        done: @escaping (Outcome) -> Void
    ) {
        self.loop = loop
        self.store = store
        self.ids = ids[...]
        count = ids.count
        self.path = path
        self.isReplacing = isReplacing
        self.record = record
        self.done = done
        csv = path.lowercased().hasSuffix(".csv") ? CSVRecord() : nil
    }

    private var temporary: String { path + ".new" }

    func start() {
        let (path, temporary, isReplacing) = (path, temporary, isReplacing)
        run({ () throws -> OpenFile? in
            if FileSystem.exists(path) {
                guard isReplacing else { return nil }
                guard FileSystem.size(of: path) != nil else { throw SystemError(code: 22 /* EINVAL */, call: "open") }
            }
            FileSystem.remove(temporary)
            return try OpenFile(temporary, .create)
        }) { [self] file in
            guard let file else { return done(.exists) }
            self.file = file
            writeMore()
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
        guard csv != nil else { return json.move(to: &buffer) }
        var bytes: [UInt8] = []
        json.move(to: &bytes)
        // Our own writer made it, so it is JSON.
        if let line = try? RecordLine(bytes[...]) { csv?.write(line, to: &buffer) }
    }

    private func finish(_ file: OpenFile) {
        let (path, temporary, isReplacing) = (path, temporary, isReplacing)
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
