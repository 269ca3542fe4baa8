import FetchLoop
import Foundation
import TestSupport
import Testing

@testable import DemoServer

/// The origin over real sockets; what it says is tested in OriginRoutesTests.
@Suite struct OriginTests {
    @Test func answersPipelinedRequestsInOrder() async throws {
        let server = try OriginServer()
        try await onFreshThread {
            let client = try TCPClient(port: server.port)
            try client.send("GET /delay/20/3 HTTP/1.1\r\n\r\nGET /bytes/16 HTTP/1.1\r\nConnection: close\r\n\r\n")
            let text = try client.receive()
            #expect(text.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
            #expect(text.hasSuffix("\r\n\r\n000000000000000\n"))
        }
    }

    @Test func finishesTheReplyForAClientThatHasFinishedSending() async throws {
        let server = try OriginServer()
        try await onFreshThread {
            let client = try TCPClient(port: server.port)
            try client.send("GET /delay/20/16 HTTP/1.1\r\n\r\n")
            client.finishSending()
            #expect(try client.receive().hasSuffix("000000000000000\n"))
        }
    }

    @Test func aLargeBodyWaitsForASlowReader() async throws {
        let server = try OriginServer()
        try await onFreshThread {
            let client = try TCPClient(port: server.port, receiveBuffer: 4096)
            try client.send("GET /until-close/3000000 HTTP/1.1\r\n\r\n")
            let text = try client.receive()
            let body = Array(text.utf8.drop { $0 != UInt8(ascii: "\r") }.suffix(3_000_000))
            #expect(body == DemoBody.bytes(0..<3_000_000))
        }
    }

    @Test(arguments: ["/reset", "/reset-head", "/reset-body"]) func resets(path: String) async throws {
        let server = try OriginServer()
        try await onFreshThread {
            let client = try TCPClient(port: server.port)
            try client.send("GET \(path) HTTP/1.1\r\n\r\n")
            #expect { try client.receive() } throws: { ($0 as? SystemError)?.code == 104 }
        }
    }

    @Test(arguments: [
        ("/hangup", ""), ("/stall/10", ""), ("/stall-body/10", "\n000000000002032\n"),
        ("/chunked-cut/20", "\r\n\r\n14\r\n000000000000000\n0000\r\n"),
    ]) func hangsUpAfterWhatItSent(path: String, ending: String) async throws {
        let server = try OriginServer()
        try await onFreshThread {
            let client = try TCPClient(port: server.port)
            try client.send("GET \(path) HTTP/1.1\r\n\r\n")
            let text = try client.receive()
            #expect(ending.isEmpty ? text.isEmpty : text.hasSuffix(ending))
        }
    }

    @Test func tellsAWaitingClientToGoOn() async throws {
        let server = try OriginServer()
        try await onFreshThread {
            let client = try TCPClient(port: server.port)
            try client.send(
                "POST /upload HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\nConnection: close\r\n\r\n")
            #expect(try client.receive(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            try client.send("hello")
            #expect(try client.receive().hasSuffix("{\"received\":5}\n"))
        }
    }

    @Test func answersEarlyWithoutReadingTheBody() async throws {
        let server = try OriginServer()
        try await onFreshThread {
            let client = try TCPClient(port: server.port)
            try client.send("POST /early/413 HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5000000\r\n\r\n")
            let text = try client.receive()
            #expect(text.hasPrefix("HTTP/1.1 413 ") && text.hasSuffix("no thanks\n"))
        }
    }

    @Test func theAnswerReachesAClientThatIsStillSending() async throws {
        let server = try OriginServer()
        try await onFreshThread {
            let client = try TCPClient(port: server.port)
            try client.send("POST /early/413 HTTP/1.1\r\nContent-Length: 5000000\r\n\r\n")
            for _ in 0..<50 { try client.send([UInt8](repeating: 0, count: 10_000)) }
            #expect(try client.receive().hasSuffix("no thanks\n"))
        }
    }

    @Test func refusesWhatIsNotARequest() async throws {
        let server = try OriginServer()
        try await onFreshThread {
            let client = try TCPClient(port: server.port)
            try client.send("SSH-2.0-x\r\n\r\n")
            #expect(try client.receive().hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        }
    }

    @Test func chunksCarryTheirLengths() async throws {
        let server = try OriginServer()
        try await onFreshThread {
            let client = try TCPClient(port: server.port)
            try client.send("GET /chunked/20/16 HTTP/1.1\r\nConnection: close\r\n\r\n")
            #expect(try client.receive().hasSuffix("\r\n\r\n10\r\n000000000000000\n\r\n4\r\n0000\r\n0\r\n\r\n"))
        }
    }

    @Test func dripsBytesOneByOne() async throws {
        let server = try OriginServer()
        try await onFreshThread {
            let client = try TCPClient(port: server.port)
            try client.send("GET /drip/16/1 HTTP/1.1\r\nConnection: close\r\n\r\n")
            #expect(try client.receive().hasSuffix("\r\n\r\n000000000000000\n"))
        }
    }

    @Test func forgetsAStalledClientThatWentAway() async throws {
        let server = try OriginServer()
        try await onFreshThread {
            do {
                let stalled = try TCPClient(port: server.port)
                try stalled.send("GET /stall HTTP/1.1\r\n\r\n")
            }
            try waitUntil("one open connection") {
                let client = try TCPClient(port: server.port)
                try client.send("GET /stats HTTP/1.1\r\nConnection: close\r\n\r\n")
                return try client.receive().contains("\"connections_open\":1,")
            }
        }
    }
}
