import Foundation
import TestSupport
import Testing

/// `--max-connections` as the servers see it.
@Suite struct EndToEndConnectionTests {
    @Test func anOriginSeesNoMoreConnectionsThanAllowedThoughIdleOnesStay() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let witness = try TCPClient(port: origin.port)
            // Thirty names for one server: thirty pools of idle connections, were they not counted.
            let urls = "http://h[1-30].test:\(origin.port)/delay/5?[1-4]"
            let run = try Executable.run([
                "--headless", "-j", "20", "--max-connections", "3", "--resolve", "*:\(origin.port):127.0.0.1",
                "--order", "host-fair", urls,
            ])
            #expect(run.ending == .exited(0), "\(run.errors)")
            #expect(try Record.results(in: run.output).count == 120)
            try witness.send("GET /stats HTTP/1.1\r\nHost: h\r\n\r\n")
            let stats = try witness.receive(until: "}")
            // The witness itself is one more.
            #expect(stats.contains("\"connections_most\":4,"), "\(stats)")
        }
    }

    @Test func http2TransfersShareTheOneConnectionThereIs() async throws {
        try await onFreshThread {
            let nginx = try NginxServer(files: ["a": "a"])
            let run = try Executable.run([
                "--headless", "-j", "20", "--parallel-max-host", "20", "--max-connections", "1", "--cacert",
                nginx.certificateAuthority, "-w", "%{num_connects} %{http_version}\\n", "\(nginx.secureURL)/a?[1-60]",
            ])
            #expect(run.ending == .exited(0), "\(run.errors)")
            let lines = run.output.split(separator: "\n")
            #expect(lines.count == 60 && lines.count { $0 == "1 2" } == 1 && lines.count { $0 == "0 2" } == 59)
        }
    }
}
