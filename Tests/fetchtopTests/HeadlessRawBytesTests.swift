import FetchLoop
import Foundation
import TestSupport
import Testing

@testable import fetchtop

/// What servers send is bytes, not text: whatever they are, a record is JSON, and no form of it leaves a fetch out.
@Suite struct HeadlessRawBytesTests {
    private static func header(_ name: String, _ value: [UInt8]) -> [UInt8] {
        Array("\(name): ".utf8) + value + Array("\r\n".utf8)
    }

    /// A finished fetch whose server sent these bytes in every header.
    private static func store(_ values: [[UInt8]]) -> FetchStore {
        let store = FetchStore(clock: RunClock(startedAtUnixNanoseconds: 0))
        for value in values {
            let id = store.add(FetchJob(url: "http://h/\(store.count)"), at: .start)
            store.apply(.started(attempt: 1), to: id, at: 0)
            var raw = Array("HTTP/1.1 200 OK\r\n".utf8)
            for name in ["ETag", "Last-Modified", "Content-Type", "X-Any"] { raw += header(name, value) }
            store.apply(.head(ResponseHead(status: 200, rawHeaders: raw + Array("\r\n".utf8))), to: id, at: 1)
            store.apply(.attemptFinished(attempt(status: 200)), to: id, at: 2)
            store.apply(.finished(.succeeded), to: id, at: 2)
        }
        return store
    }

    /// Bytes as headers can have them: no line ends.
    private static func randomValues(_ count: Int) -> [[UInt8]] {
        var random = SeededGenerator(seed: 7)
        return (0..<count).map { _ in
            (0..<Int.random(in: 0...24, using: &random)).map { _ in
                let byte = UInt8.random(in: Bool.random(using: &random) ? 0x80...0xFF : 0...0xFF, using: &random)
                return byte == 0x0A || byte == 0x0D ? 0x2E : byte
            }
        }
    }

    @Test func whateverBytesComeEveryFormHasEveryFetch() throws {
        let values =
            randomValuesAtEdges
            + Self.randomValues(seedCount(3_000))
        let store = Self.store(values)
        var format = ResultRecord()
        format.includesHeaders = true
        let writeOut = try WriteOut(parsing: "%{url} %header{x-any}\\n")
        var csv = CSVRecord()
        var (table, written, errors): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
        for (index, value) in values.enumerated() {
            let id = FetchID(index: index)
            var json = JSONRecord()
            format.write(store[id], in: store, to: &json)
            let bytes = json.bytes
            let record = try #require(
                try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any], "\(value)")
            // As Swift repairs it, and as whoever reads the file does.
            let text = String(decoding: Self.trimmed(value), as: UTF8.self)
            #expect(record["etag"] as? String == text, "\(value)")
            #expect(record["last_modified"] as? String == text, "\(value)")
            let line = try RecordLine(bytes[...])
            csv.write(line, to: &table)
            writeOut.write(line, json: bytes[...], id: id, to: &written, &errors)
            let replayed = try #require(try ReplayRecord(bytes.dropLast()))
            #expect(replayed.url == "http://h/\(index)")
        }
        #expect(String(validating: table, as: UTF8.self)?.count { $0 == "\n" } == values.count + 1)
        let lines = written.split(separator: UInt8(ascii: "\n")).map { $0.prefix { $0 != UInt8(ascii: " ") } }
        #expect(lines.map { String(decoding: $0, as: UTF8.self) } == (0..<values.count).map { "http://h/\($0)" })
    }

    private static func trimmed(_ value: [UInt8]) -> ArraySlice<UInt8> {
        let blanks: Set<UInt8> = [0x20, 0x09]
        var value = value[...].drop { blanks.contains($0) }
        while let last = value.last, blanks.contains(last) { value.removeLast() }
        return value
    }

    /// Cut and overlong sequences, surrogates, beyond the last code point, C1 controls, plain text around them.
    private var randomValuesAtEdges: [[UInt8]] {
        [
            [0xFF, 0xFE], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xC0, 0xAF], [0xE0, 0x80, 0x80],
            [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xC2, 0x9B],
            [0xC2, 0x41], [0x80, 0xC2, 0x80], [0xE2, 0x82, 0xAC], [0xF0, 0x9F, 0x98, 0x80], [0xF4, 0x8F, 0xBF, 0xBF],
            Array("\"plain \\ text\" of some length".utf8) + [0xE2, 0x28, 0xA1] + Array(" and more of it".utf8),
        ]
    }

    @Test func aServersBytesLoseNoLineOfARun() async throws {
        try await onFreshThread {
            let server = try ScriptedServer { _ in
                let head = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nETag: \"".utf8
                return .send(Array(head) + [0xFF, 0xFE] + Array("\"\r\n\r\nx".utf8))
            }
            let urls = ["\(server.url)/a", "\(server.url)/b"]
            let folder = try TemporaryFolder()
            let plain = OptionRun(
                try Executable.run(["--headless", "--results", "r.ndjson"] + urls, folder: folder.path), in: folder)
            #expect(plain.exitCode == 0)
            let bytes = try Data(contentsOf: URL(filePath: folder["r.ndjson"]))
            #expect(String(validating: bytes, as: UTF8.self) != nil)
            let csv = try Executable.run(["--headless", "--results-format", "csv"] + urls)
            #expect(csv.output.split(separator: "\n").count == 3)
            let written = try Executable.run(["--headless", "-w", "%{url}\\n"] + urls)
            #expect(Set(written.output.split(separator: "\n").map(String.init)) == Set(urls))
            let replay = try Executable.run(
                ["--headless", "--replay", "r.ndjson", "--summary", "text"], folder: folder.path)
            #expect(replay.ending == .exited(0) && replay.errors.contains("2 fetches"), "\(replay.errors)")
        }
    }
}
