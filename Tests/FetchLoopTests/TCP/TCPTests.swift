import FetchLoop
import Foundation
import Testing
import TestSupport

@Suite struct TCPTests {
    /// A listener whose connections are served by the given body.
    private func serve(
        on loop: EventLoop, _ body: @escaping (TCPConnection) async throws -> Void
    ) throws -> TCPListener {
        let listener = try TCPListener(on: loop)
        loop.spawn {
            for try await connection in listener { loop.spawn { try await body(connection) } }
        }
        return listener
    }

    @Test func whatIsWrittenToAnEchoServerComesBack() async throws {
        try await withLoop { loop in
            let listener = try serve(on: loop) { connection in
                for try await bytes in connection { try await connection.write(bytes) }
            }
            let connection = try await TCPConnection(to: "127.0.0.1", port: listener.port, on: loop)
            try await connection.write("one\r\ntwo\nthree")
            connection.finishWriting()
            #expect(try await connection.readLine() == "one")
            #expect(try await connection.readLine() == "two")
            #expect(try await connection.readLine() == "three")
            #expect(try await connection.readLine() == nil)
        }
    }

    @Test func aWriterWaitsForASlowReaderAndTheReaderForHim() async throws {
        try await withLoop { loop in
            let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0) }
            let listener = try serve(on: loop) { connection in
                try await connection.write(body)
                connection.finishWriting()
            }
            let connection = try await TCPConnection(to: "127.0.0.1", port: listener.port, on: loop)
            var received: [UInt8] = []
            for try await bytes in connection { received += bytes }
            #expect(received == body)
        }
    }

    @Test func bothDirectionsWaitAtOnce() async throws {
        try await withLoop { loop in
            let listener = try serve(on: loop) { connection in
                for try await bytes in connection { try await connection.write(bytes) }
                connection.finishWriting()
            }
            let connection = try await TCPConnection(to: "127.0.0.1", port: listener.port, on: loop)
            let body = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
            let (received, _) = try await loop.gather(
                {
                    var received: [UInt8] = []
                    for try await bytes in connection { received += bytes }
                    return received
                },
                {
                    try await connection.write(body)
                    connection.finishWriting()
                })
            #expect(received == body)
        }
    }

    @Test func aReadMayTakeLessThanIsThere() async throws {
        try await withLoop { loop in
            let listener = try serve(on: loop) { connection in
                try await connection.write("line\n0123456789")
                connection.finishWriting()
            }
            let connection = try await TCPConnection(to: "127.0.0.1", port: listener.port, on: loop)
            #expect(try await connection.readLine() == "line")
            var pieces: [UInt8] = []
            while let piece = try await connection.read(limit: 4) {
                #expect(piece.count <= 4)
                pieces += piece
            }
            #expect(pieces == Array("0123456789".utf8))
        }
    }

    @Test func aCancelledReadLosesNothing() async throws {
        try await withLoop { loop in
            let more = AsyncEvent(on: loop)
            let listener = try serve(on: loop) { connection in
                try await connection.write("half ")
                try await more.wait()
                try await connection.write("whole\n")
            }
            let connection = try await TCPConnection(to: "127.0.0.1", port: listener.port, on: loop)
            await #expect(throws: TimeoutError.self) {
                try await loop.withTimeout(.milliseconds(20)) { try await connection.readLine() }
            }
            more.set()
            #expect(try await connection.readLine() == "half whole")
        }
    }

    @Test func closingFailsWhoeverReads() async throws {
        try await withLoop { loop in
            let listener = try serve(on: loop) { connection in _ = try await connection.read() }
            let connection = try await TCPConnection(to: "127.0.0.1", port: listener.port, on: loop)
            let read = loop.spawn { try await connection.read() }
            await loop.yield()
            connection.close()
            connection.close()
            #expect(connection.isClosed)
            await #expect(throws: SystemError(code: EBADF, call: "socket")) { try await read.value }
            await #expect(throws: SystemError(code: EBADF, call: "socket")) { try await connection.read() }
            await #expect(throws: SystemError(code: EBADF, call: "socket")) { try await connection.write("x") }
        }
    }

    @Test func closingAListenerEndsItsIterationAndFreesThePort() async throws {
        try await withLoop { loop in
            let listener = try TCPListener(on: loop)
            let port = listener.port
            let ended = loop.spawn {
                for try await _ in listener {}
                return true
            }
            await loop.yield()
            listener.close()
            #expect(try await ended.value)
            await #expect(throws: SystemError(code: ECONNREFUSED, call: "connect")) {
                _ = try await TCPConnection(to: "127.0.0.1", port: port, on: loop)
            }
        }
    }

    @Test func aPeerThatHangsUpDoesNotKeepTheLoopAwake() async throws {
        try await withLoop(clock: .virtual) { loop in
            let listener = try TCPListener(on: loop)
            let client = try await TCPConnection(to: "127.0.0.1", port: listener.port, on: loop)
            let server = try await listener.accept()
            let read = loop.spawn { try await client.read(limit: 1) }
            await loop.yield()
            try await server?.write("ab")
            #expect(try await read.value == [97])
            server?.close()
            // The hang-up is seen, wanted by nobody, and not reported again.
            // A virtual clock would not move as long as the loop were awake.
            try await loop.sleep(for: .seconds(1))
            let turns = loop.metrics.turns
            try await loop.sleep(for: .seconds(1))
            #expect(loop.metrics.turns - turns < 20)
            #expect(try await client.read() == [98])
        }
    }

    @Test func aHostThatIsNoAddressIsRefused() async throws {
        try await withLoop { loop in
            await #expect(throws: SystemError(code: EINVAL, call: "inet_pton")) {
                _ = try await TCPConnection(to: "localhost", port: 1, on: loop)
            }
            #expect(throws: SystemError(code: EINVAL, call: "inet_pton")) { _ = try TCPListener(on: loop, host: "x") }
        }
    }

    @Test func aLineWithoutEndIsGivenUp() async throws {
        try await withLoop { loop in
            let listener = try serve(on: loop) { connection in
                while true { try await connection.write(String(repeating: "x", count: 1000)) }
            }
            let connection = try await TCPConnection(to: "127.0.0.1", port: listener.port, on: loop)
            await #expect(throws: SystemError(code: EMSGSIZE, call: "recv")) {
                try await connection.readLine(limit: 10_000)
            }
        }
    }

    /// Also when more than that arrives at once, its end included.
    @Test func aLineHasNoMoreThanTheLimit() async throws {
        try await withLoop { loop in
            let listener = try serve(on: loop) { connection in
                try await connection.write("0123456789\r\n0123456789\n\n01234567890\r\n")
            }
            let connection = try await TCPConnection(to: "127.0.0.1", port: listener.port, on: loop)
            for expected in ["0123456789", "0123456789", ""] {
                let line = try await connection.readLine(limit: 10)
                #expect(line == expected)
            }
            await #expect(throws: SystemError(code: EMSGSIZE, call: "recv")) {
                try await connection.readLine(limit: 10)
            }
            let rest = try await connection.readLine(limit: 11)
            #expect(rest == "01234567890")
        }
    }
}
