import Foundation
import TestSupport
import Testing

@testable import fetchtop

/// What servers may send, made of everything that ever took over a terminal or moved a column.
private struct HostileSource {
    var random: SeededGenerator

    private static let pieces: [[UInt8]] = [
        [0x1B], [0x1B, 0x5B, 0x32, 0x4A], Array("\u{1B}]52;c;aGk=\u{7}".utf8), Array("\u{1B}]0;t\u{1B}\\".utf8),
        Array("\u{1B}P+q\u{1B}\\".utf8), Array("\u{1B}[?1049l".utf8), [0x9B], [0xC2, 0x9B], [0x90], [0x85], [0x7F], [0],
        Array("\u{202E}".utf8), Array("\u{2066}".utf8), Array("\u{200B}".utf8), Array("\u{200D}".utf8),
        Array("\u{FEFF}".utf8), Array("\u{3164}".utf8), Array("\u{115F}\u{1160}".utf8), Array("\u{E0041}".utf8),
        Array("\u{FE0F}".utf8), Array("\u{1F468}\u{200D}\u{1F469}".utf8), Array("\u{1F3FD}".utf8), Array("日本".utf8),
        Array("e\u{301}\u{302}\u{303}".utf8), Array("\u{301}".utf8), Array("\u{AD}".utf8), Array("\u{2028}".utf8),
        Array("한글".utf8), Array("\u{1100}\u{1161}".utf8), Array("\u{5D0}\u{5D1}".utf8), Array("\u{FF21}".utf8),
        Array("\u{1FAE8}".utf8), Array("\u{378}".utf8), [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xF4, 0x90, 0x80, 0x80],
        [0xE2, 0x82], [0xFF, 0xFE], Array("\t".utf8), Array("\r".utf8), Array("\n".utf8), Array("%1B%00".utf8),
        Array("plain text ".utf8), Array("/a/b?c=d&".utf8), Array("token=0123456789abcdef0123456789abcdef&".utf8),
    ]

    mutating func bytes(upTo count: Int) -> [UInt8] {
        var result: [UInt8] = []
        for _ in 0..<Int.random(in: 0...count, using: &random) {
            if Int.random(in: 0..<4, using: &random) == 0 {
                result.append(UInt8.random(in: 0...255, using: &random))
            } else {
                result += Self.pieces.randomElement(using: &random) ?? []
            }
        }
        return result
    }

    mutating func text(upTo count: Int) -> String { String(decoding: bytes(upTo: count), as: UTF8.self) }

    mutating func lines(_ count: Int) -> [UInt8] {
        Array("HTTP/1.1 200 ".utf8) + bytes(upTo: 6) + [13, 10]
            + (0..<count).flatMap { _ in bytes(upTo: 4) + [UInt8(ascii: ":")] + bytes(upTo: 30) + [13, 10] }
    }

    mutating func chance(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }

    /// A run in which every text that can come from outside is hostile.
    mutating func run() -> (store: FetchStore, index: RunIndex, previews: [FetchID: BodyPreview]) {
        let store = FetchStore(clock: RunClock(startedAtUnixNanoseconds: 1_700_000_000_000_000_000))
        let index = RunIndex()
        store.addObserver(index)
        var previews: [FetchID: BodyPreview] = [:]
        for number in 0..<30 {
            var job = FetchJob(url: "http://h\(number % 4)\(text(upTo: 2))/\(text(upTo: 12))")
            if chance(3) { job.values.method = text(upTo: 3) }
            let id = store.add(job, at: .at(0))
            if chance(5) { continue }
            store.apply(.started(attempt: 1), to: id, at: 10)
            if chance(5) { continue }
            let head = ResponseHead(status: Int.random(in: 0...700, using: &random), rawHeaders: lines(4))
            store.apply(.head(head), to: id, at: 20)
            store.apply(.received(Int.random(in: 0...9_000, using: &random)), to: id, at: 30)
            previews[id] = BodyPreview(bytes: bytes(upTo: 400), isCut: chance(2))
            if chance(5) { continue }
            store.apply(.attemptFinished(attempt(head.status)), to: id, at: 40)
            store.apply(.saved(SavedBody(fileName: text(upTo: 5))), to: id, at: 41)
            if chance(6) {
                store.apply(.backingOff(until: .at(5_000)), to: id, at: 45)
            } else {
                store.apply(
                    .finished(FetchState.allCases.filter(\.isFinished).randomElement(using: &random)!), to: id, at: 50)
            }
        }
        for _ in 0..<5 { index.log.append(.text(DisplayText(sanitising: bytes(upTo: 20))), .warning, at: .at(60)) }
        return (store, index, previews)
    }

    private mutating func attempt(_ status: Int) -> Attempt {
        var record = TransferRecord()
        record.statusCode = status
        record.httpVersion = text(upTo: 2)
        record.contentType = text(upTo: 4)
        record.remoteIP = text(upTo: 3)
        record.effectiveURL = text(upTo: 9)
        let redirects = Int.random(in: 0...4, using: &random)
        record.redirectCount = redirects
        record.redirects = (0..<redirects).map { _ in RedirectHop(status: 302, location: text(upTo: 9)) }
        record.tls = TLSRecord(
            version: text(upTo: 2), cipher: text(upTo: 2), applicationProtocol: text(upTo: 2),
            certificates: [
                TLSRecord.Certificate(
                    subject: text(upTo: 8), issuer: text(upTo: 8), serialNumber: text(upTo: 8),
                    alternativeNames: text(upTo: 30), validFrom: .random(in: 0...4_000_000_000, using: &random),
                    validUntil: .random(in: 0...4_000_000_000, using: &random))
            ])
        record.times.total = .milliseconds(30)
        let failure = FetchFailure(
            kind: FailureKind.allCases.randomElement(using: &random)!,
            phase: FailPhase.allCases.randomElement(using: &random)!, exitCode: 7, message: text(upTo: 12))
        return Attempt(
            number: 1, startedAt: .at(10), finishedAt: .at(40), failure: chance(2) ? failure : nil, record: record)
    }
}

extension CursesScreenTests {
    /// Rounds with a seed each; `FETCHTOP_FUZZ=5000` makes as many, and a failure names its round.
    @Test func whateverServersSayTheWireAndTheColumnsStayClean() throws {
        let rounds = Int(ProcessInfo.processInfo.environment["FETCHTOP_FUZZ"] ?? "") ?? 12
        let screen = try CursesScreen(
            terminals: ["xterm-256color"], preferences: DisplayPreferences(), size: Size(columns: 80, rows: 24))
        var list = EscapeAllowList()
        for round in 0..<rounds {
            var source = HostileSource(random: SeededGenerator(seed: UInt64(round)))
            let (store, index, previews) = source.run()
            let engine = ControlRecorder()
            engine.previews = previews
            let controller = Controller(store: store, index: index, control: engine) { .at(1_000) }
            let frames = SceneMaker(controller: controller) { RunFigures() }
            for _ in 0..<14 {
                controller.state.overlay = .none
                let commands: [Command] = [
                    .view(ViewName.allCases.randomElement(using: &source.random) ?? .fetches), .view(.fetches), .open,
                    .details(DetailsTab.allCases.randomElement(using: &source.random) ?? .body), .move(.down),
                    .reveal, .yank(.curl), .cancel(.chosen), .group, .scrollColumns(3), .scrollDetails(5), .find(nil),
                ]
                for _ in 0..<3 { _ = controller.perform(commands.randomElement(using: &source.random) ?? .open) }
                let size = Size(
                    columns: .random(in: 1...(source.chance(2) ? 60 : 220), using: &source.random),
                    rows: .random(in: 1...60, using: &source.random))
                let grid = render(frames.scene(for: size), size, Capabilities())
                expectWidthsAddUp(grid)
                screen.resize(to: size)
                do { try list.check(screen.paint(grid)) } catch {
                    Issue.record("round \(round): \(error.bytes) on the wire")
                    list = EscapeAllowList()
                }
                #expect(list.isAtRest, "round \(round)")
            }
        }
    }

    /// Characters that never pass the gate are left out: they are drawn as escapes.
    @Test func ourWidthsAreTheCLibrarysForAllOfUnicode() throws {
        #expect(setlocale(LC_CTYPE, "C.UTF-8") != nil)
        var disagreements: [UInt32: String] = [:]
        var undrawable = 0
        for value in UInt32(0x20)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value), value < 0x7F || value >= 0xA0, !Sanitiser.isHidden(scalar) else {
                continue
            }
            let (ours, theirs) = (CharacterWidth.columns(of: scalar), Int(wcwidth(Int32(value))))
            if theirs < 0 {
                // Newer than the C library's Unicode: the painter draws a question mark in its place.
                undrawable += 1
            } else if ours != theirs {
                disagreements[value] = "\(ours) for \(theirs)"
            }
        }
        // A sign of Ahom that newer versions of Unicode count among the spacing marks: the painter draws a question
        // mark, which takes the column that layout reserved.
        #expect(disagreements.allSatisfy { (0x11710...0x1171F).contains($0.key) && $0.value == "1 for 0" })
        #expect(undrawable < 20_000)
    }
}

@_silgen_name("wcwidth") private func wcwidth(_ character: Int32) -> Int32
