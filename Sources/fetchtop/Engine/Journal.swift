import FetchLoop

/// Knows which jobs of a run are which, and which of them an earlier run has finished: the results file is the journal.
final class Journal {
    /// What an earlier run recorded.
    @safe @exclusivity(unchecked) private var done: IdentitySet
    /// Contents that occurred once; the rare others are counted.
    @safe @exclusivity(unchecked) private var seen = IdentitySet()
    @safe @exclusivity(unchecked) private var repeated = OccurrenceCounts()
    /// Jobs that were left out because they are done.
    private(set) var resumedCount = 0

    /// How many failures an earlier run recorded.
    let earlierFailureCount: Int

    init(done: IdentitySet = IdentitySet(), earlierFailureCount: Int = 0) {
        self.done = done
        self.earlierFailureCount = earlierFailureCount
    }

    /// Takes note of a job of the input; nil if an earlier run has its result.
    ///
    /// - Returns: which one it is of those with the same content, from 1.
    func admit(_ job: FetchJob) -> UInt32? {
        let identity = JobIdentity(job)
        let number = seen.insert(identity.rawValue) ? 1 : repeated.next(identity.rawValue)
        guard !done.isEmpty, done.remove(identity.occurrence(number).rawValue) else { return number }
        resumedCount += 1
        return nil
    }

    /// Remembers the number that `admit` gave to the job that became this fetch.
    func note(_ number: UInt32, for id: FetchID) {
        if number > 1 { repeated.note(number, for: id) }
    }

    /// The identity of a fetch, for its record.
    func identity(of fetch: Fetch, in store: FetchStore) -> JobIdentity {
        JobIdentity(url: store.urlBytes(of: fetch.id), values: fetch.extras?.values).occurrence(
            repeated.number(of: fetch.id))
    }
}

// MARK: - Reading the results of an earlier run

extension Journal {
    /// What a results file holds.
    struct Contents {
        var done = IdentitySet()
        /// Up to the end of the last whole line; a crash may have torn one.
        var wholeLength: Int64 = 0
        var totalLength: Int64 = 0
        /// The jobs whose last record is a failure.
        var failed: Set<UInt64> = []
        /// Whole lines that we wrote, and whole lines that we did not.
        var ownLines = 0
        var strangeLines = 0
        /// What follows the last whole line begins as our lines do.
        var isTornLineOurs = false

        /// It is no results file: nothing in it is ours.
        var isForeign: Bool { totalLength > 0 && ownLines == 0 && (strangeLines > 0 || !isTornLineOurs) }
    }

    /// Reads a results file. Blocks; a gigabyte takes a few seconds.
    ///
    /// - Throws: `SystemError` when it cannot be read.
    static func read(_ file: OpenFile) throws(SystemError) -> Contents {
        var contents = Contents()
        var lines = LineSplitter()
        while true {
            let chunk = try file.read(upTo: 1 << 20)
            if chunk.isEmpty {
                contents.isTornLineOurs = zip(lines.rest, lineStart).allSatisfy(==) && !lines.rest.isEmpty
                return contents
            }
            contents.totalLength += Int64(chunk.count)
            lines.append(chunk)
            while let line = lines.next() { note(line, &contents) }
            contents.wholeLength = contents.totalLength - Int64(lines.rest.count)
        }
    }

    /// What every line of ours begins with.
    private static let lineStart = Array("{\"v\":1,\"type\":\"".utf8)

    /// The key is found by its text, not by parsing: in a string the quotation marks would be escaped.
    private static func note(_ line: ArraySlice<UInt8>, _ contents: inout Contents) {
        guard line.starts(with: lineStart) else { return contents.strangeLines += 1 }
        contents.ownLines += 1
        guard let start = find(Array(",\"key\":\"".utf8), in: line), start + 16 <= line.endIndex,
            let identity = JobIdentity(hexadecimal: line[start..<start + 16])
        else { return }
        contents.done.insert(identity.rawValue)
        guard let state = find(Array(",\"state\":\"".utf8), in: line) else { return }
        // It was not fetched.
        if line[state...].starts(with: FetchState.cancelled.word.utf8) { _ = contents.done.remove(identity.rawValue) }
        let isFailure = [FetchState.httpError, .failed].contains { line[state...].starts(with: $0.word.utf8) }
        if isFailure { contents.failed.insert(identity.rawValue) } else { contents.failed.remove(identity.rawValue) }
    }

    /// Where the text after the first occurrence of `mark` begins.
    private static func find(_ mark: [UInt8], in line: ArraySlice<UInt8>) -> Int? {
        let bytes = line.span
        guard bytes.count >= mark.count else { return nil }
        var start = 0
        while start <= bytes.count - mark.count {
            var length = 0
            while length < mark.count, bytes[start + length] == mark[length] { length += 1 }
            if length == mark.count { return line.startIndex + start + length }
            start += 1
        }
        return nil
    }
}
