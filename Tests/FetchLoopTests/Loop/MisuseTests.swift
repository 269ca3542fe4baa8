import TestSupport
import Testing

@testable import FetchLoop

/// What a program does wrong by itself ends it, with a message that says what, in an optimised build, too.
@Suite struct MisuseTests {
    enum Misuse: String, CaseIterable, Codable {
        case noPeriod = "a period must be longer than nothing"
        case jitter = "a jitter is a share of the period, from 0 to 1"
        case capacity = "a queue's capacity must not be negative"
        case permits = "the number of permits must not be negative"
        case readLimit = "TCPConnection.read needs room for a byte at least"
        case lineLimit = "TCPConnection.readLine cannot read a line of less than nothing"

        func commit() async throws {
            let misuse = self
            try await withLoop { loop in
                switch misuse {
                case .noPeriod:  // Nothing, in nanoseconds.
                    loop.every(Duration(secondsComponent: 0, attosecondsComponent: 1)) {}
                case .jitter: loop.every(.seconds(1), jitter: -0.1) {}
                case .capacity: _ = AsyncQueue<Int>(on: loop, capacity: -1)
                case .permits: _ = AsyncSemaphore(on: loop, permits: -1)
                case .readLimit, .lineLimit:
                    let listener = try TCPListener(on: loop)
                    let connection = try await TCPConnection(to: "127.0.0.1", port: listener.port, on: loop)
                    if misuse == .readLimit {
                        _ = try await connection.read(limit: 0)
                    } else {
                        _ = try await connection.readLine(limit: -1)
                    }
                }
            }
        }
    }

    @Test(arguments: Misuse.allCases)
    func endsTheProcessWithAMessage(misuse: Misuse) async throws {
        let ending = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [misuse] in
            try await misuse.commit()
        }
        let message = String(decoding: ending?.standardErrorContent ?? [], as: UTF8.self)
        #expect(message.contains("FetchLoop: \(misuse.rawValue)"))
    }
}
