import FetchLoop
import Testing
import TestSupport

/// The line-based client of Tornado's `concurrent_test`: its result and its error, as a coroutine and as a future.
@Suite struct CapitalizerTests {
    private struct CapitalizeError: Error, Equatable { let reason: String }

    /// Answers a line with itself in capitals; one that is in capitals already is an error.
    private func startServer(on loop: EventLoop) throws -> TCPListener {
        let listener = try TCPListener(on: loop)
        loop.spawn {
            for try await connection in listener {
                loop.spawn {
                    guard let line = try await connection.readLine() else { return }
                    let capitals = line.uppercased()
                    try await connection.write(capitals == line ? "error\talready capitalized\n" : "ok\t\(capitals)\n")
                }
            }
        }
        return listener
    }

    private static func capitalize(_ line: String, port: UInt16, on loop: EventLoop) async throws -> String {
        let connection = try await TCPConnection(to: "127.0.0.1", port: port, on: loop)
        try await connection.write("\(line)\n")
        let answer = try await connection.readLine()?.split(separator: "\t").map(String.init) ?? []
        guard answer.first == "ok" else { throw CapitalizeError(reason: answer.last ?? "no answer") }
        return answer[1]
    }

    @Test func asACoroutine() async throws {
        try await withLoop { loop in
            let server = try startServer(on: loop)
            #expect(try await Self.capitalize("hello", port: server.port, on: loop) == "HELLO")
            await #expect(throws: CapitalizeError(reason: "already capitalized")) {
                try await Self.capitalize("HELLO", port: server.port, on: loop)
            }
        }
    }

    @Test func asAFuture() async throws {
        try await withLoop { loop in
            let server = try startServer(on: loop)
            let good = loop.spawn { try await Self.capitalize("hello", port: server.port, on: loop) }
            let bad = loop.spawn { try await Self.capitalize("HELLO", port: server.port, on: loop) }
            let callback = AsyncEvent(on: loop)
            good.whenDone { future in
                let capitals = try future.result()
                #expect(capitals == "HELLO")
                callback.set()
            }
            try await callback.wait()
            await #expect(throws: CapitalizeError(reason: "already capitalized")) { try await bad.value }
        }
    }
}
