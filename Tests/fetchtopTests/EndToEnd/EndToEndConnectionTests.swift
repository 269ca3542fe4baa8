import Foundation
import TestSupport
import Testing

/// `--max-connections` as the servers see it.
@Suite struct EndToEndConnectionTests {
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
