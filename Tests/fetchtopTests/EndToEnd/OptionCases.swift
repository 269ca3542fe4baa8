import Foundation
import TestSupport

extension OptionCase {
    static let all: [OptionCase] = input + scheduling + retries + times + requests + network + saving + results + gates

    // MARK: Input

    private static let input: [OptionCase] = [
        .init("input-file", ["-i", "-"], input: "ORIGIN/bytes/1\nORIGIN/bytes/2\n") { $0.records.count == 2 },
        .init("input-format", ["--dry-run", "-i", "-", "--input-format", "aria2"], input: "http://h/\n out=x\n") {
            $0.output == #"{"url":"http://h/","output":"x"}"# + "\n"
        },
        .init("globoff", ["-g", "--dry-run", "http://h/[1-2]"]) { $0.output == #"{"url":"http://h/[1-2]"}"# + "\n" },
        .init("strict-input", ["--strict-input", "-i", "-"], input: "ORIGIN/bytes/1\nhtp://x\nORIGIN/bytes/2\n") {
            $0.exitCode == 3
        },
        .init("trust-input", ["--trust-input", "-i", "-"], input: #"{"url":"ORIGIN/bytes/3","output":"../up-NAME"}"#) {
            run in
            let path = run.folder.path + "/../up-" + run.name
            defer { try? FileManager.default.removeItem(atPath: path) }
            return FileManager.default.fileExists(atPath: path)
        },
        .init("trust-input", ["-i", "-"], input: #"{"url":"ORIGIN/bytes/3","output":"../up"}"#) {
            $0.exitCode == 3 && $0.records.isEmpty && $0.errors.contains("--trust-input allows it")
        },
        .init("dedupe", ["--dedupe", "--dry-run", "http://h/1", "http://h/1", "http://h/1#x"]) {
            $0.records.count == 1
        },
        .init("dry-run", ["--dry-run", "ORIGIN/bytes/[1-3]"]) { $0.records.count == 3 && $0.first["state"] == nil },
    ]

    // MARK: How many, how fast, in what order

    private static let scheduling: [OptionCase] = [
        .init("parallel-max max-concurrent-downloads", ["-j", "1", "ORIGIN/delay/100?[1-2]"]) {
            $0.longest("wait_slot") > 0.09
        },
        .init("parallel-max-host", ["--parallel-max-host", "1", "ORIGIN/delay/100?[1-2]"]) {
            $0.longest("wait_host") > 0.09
        },
        .init("max-connections", ["--max-connections", "1", "ORIGIN/delay/100?[1-2]"]) {
            $0.longest("wait_slot") > 0.09
        },
        .init("parallel", ["-Z", "ORIGIN/bytes/1"]) { $0.exitCode == 0 },
        .init("rate", ["--rate", "5/s", "ORIGIN/bytes/[1-7]"]) { $0.longest("wait_rate") > 0.15 },
        .init("host-rate", ["--host-rate", "5/s", "ORIGIN/bytes/[1-7]"]) {
            $0.longest("wait_host") + $0.longest("wait_rate") > 0.15
        },
        .init("limit-rate", ["--limit-rate", "20k", "ORIGIN/bytes/40000"]) { $0.longest("time_total") > 0.3 },
        .init("max-overall-download-limit", ["--max-overall-download-limit", "100k", "ORIGIN/bytes/40000?[1-2]"]) {
            $0.longest("time_job") > 0.3
        },
        .init(
            "order", ["--order", "priority", "-j", "1", "-i", "-"],
            input: (1...3).map { #"{"url":"ORIGIN/bytes/\#($0)","priority":\#($0)}"# + "\n" }.joined()
        ) { Array($0.integers("size_download").suffix(2)) == [2, 1] || $0.integers("size_download") == [3, 2, 1] },
    ]

    // MARK: Retries

    private static let retries: [OptionCase] = [
        .init("retry", ["--retry", "3", "--retry-delay", "0.01", "ORIGIN/flaky/r/3"]) {
            $0.integers("num_retries") == [3] && $0.exitCode == 0
        },
        .init("retry-delay", ["--retry", "1", "--retry-delay", "0.125", "ORIGIN/status/503"]) {
            $0.output.contains(#""backoff":0.125000"#)
        },
        .init(
            "retry-max-time", ["--retry", "9", "--retry-delay", "0.2", "--retry-max-time", "0.1", "ORIGIN/status/503"]
        ) {
            ($0.integers("num_retries").first ?? 9) <= 1
        },
        .init(
            "retry-connrefused",
            ["--retry", "1", "--retry-delay", "0.01", "--retry-connrefused", "http://127.0.0.1:1/"]
        ) {
            $0.integers("num_retries") == [1]
        },
        .init("retry-all-errors", ["--retry", "1", "--retry-delay", "0.01", "--retry-all-errors", "ORIGIN/status/404"])
        {
            $0.integers("num_retries") == [1]
        },
        .init(
            "retry-on-http-error",
            ["--retry", "1", "--retry-delay", "0.01", "--retry-on-http-error", "404", "ORIGIN/status/404"]
        ) {
            $0.integers("num_retries") == [1]
        },
        .init("retry-after-max", ["--retry-after-max", "1", "ORIGIN/status/503?retry-after=50"]) {
            $0.integers("num_retries") == [0] && $0.exitCode == 1
        },
    ]

    // MARK: Time

    private static let times: [OptionCase] = [
        .init("max-time", ["-m", "0.2", "--retry", "0", "ORIGIN/stall"]) { $0.integers("exitcode") == [28] },
        .init("speed-limit speed-time", ["-Y", "1000", "-y", "1", "--retry", "0", "ORIGIN/stall-body"]) {
            $0.integers("exitcode") == [28] && $0.strings("fail_phase") == ["body"]
        },
        // The first has the only slot for ever; that the second waited too long ends the run.
        .init("queue-timeout", ["-j", "1", "--queue-timeout", "0.1", "--fail-early", "ORIGIN/stall?[1-2]"]) {
            $0.strings("fail_phase") == ["queue"] && $0.strings("url").allSatisfy { $0.hasSuffix("?2") }
        },
        .init("deadline", ["--deadline", "0.2", "ORIGIN/stall"]) { $0.exitCode == 7 && $0.records.isEmpty },
    ]

    // MARK: Request

    private static let requests: [OptionCase] = [
        .init("request", ["-X", "PUT", "-o", "e", "ORIGIN/echo"]) {
            try $0.echo().contains(#""method":"PUT""#) && $0.strings("method") == ["PUT"]
        },
        .init("head", ["-I", "ORIGIN/bytes/100"]) {
            $0.integers("size_download") == [0] && $0.strings("method") == ["HEAD"]
        },
        .init("header", ["-H", "X-A: b", "-H", "Accept:", "-o", "e", "ORIGIN/echo"]) {
            try $0.echo().contains(#"["X-A","b"]"#) && !$0.echo().contains("Accept")
        },
        .init("user", ["-u", "me:pw", "ORIGIN/basic-auth/me/pw"]) { $0.exitCode == 0 },
        .init("oauth2-bearer", ["--oauth2-bearer", "secret", "ORIGIN/bearer/secret"]) { $0.exitCode == 0 },
        .init("netrc-file", ["--netrc-file", "rc", "ORIGIN/basic-auth/me/pw"]) { $0.exitCode == 0 },
        .init("netrc", ["--netrc", "ORIGIN/basic-auth/me/pw"], environment: ["HOME": "."]) { $0.exitCode == 0 },
        .init("netrc-optional", ["--netrc-optional", "ORIGIN/basic-auth/me/pw"], environment: ["HOME": "."]) {
            $0.exitCode == 0
        },
        .init("user-agent", ["-A", "me/1", "-o", "e", "ORIGIN/echo"]) {
            try $0.echo().contains(#"["User-Agent","me/1"]"#)
        },
        .init("referer", ["-e", "http://r/", "-o", "e", "ORIGIN/echo"]) {
            try $0.echo().contains(#"["Referer","http://r/"]"#)
        },
        .init("referer", ["-e", ";auto", "-o", "e", "ORIGIN/redirect-to?url=/echo"]) {
            try $0.echo().contains(#"["Referer","\#($0.strings("url")[0])"]"#)
        },
        .init("cookie", ["-b", "a=1", "-b", "b=2", "-o", "e", "ORIGIN/echo"]) {
            try $0.echo().contains(#"["Cookie","a=1; b=2"]"#)
        },
        .init("range", ["-r", "2-4", "-o", "e", "ORIGIN/bytes/9"]) {
            try $0.integers("http_code") == [206] && $0.size("e") == 3
        },
        .init("max-redirs", ["--max-redirs", "1", "ORIGIN/redirect/3"]) { $0.integers("exitcode") == [47] },
        .init("max-redirs", ["--max-redirs", "0", "ORIGIN/redirect/3"]) { $0.integers("http_code") == [302] },
        .init("location", ["-L", "ORIGIN/redirect/2"]) { $0.integers("num_redirects") == [2] },
        .init("data data-ascii", ["-d", "a=1", "-d", "@body", "-o", "e", "ORIGIN/echo"]) {
            try $0.echo().contains(#""body":"a=1&onetwo""#) && $0.strings("method") == ["POST"]
        },
        .init("data-binary", ["--data-binary", "@body", "-o", "e", "ORIGIN/echo"]) {
            try $0.echo().contains(#""body":"one\u000atwo""#)
        },
        .init("data-raw", ["--data-raw", "@body", "-o", "e", "ORIGIN/echo"]) {
            try $0.echo().contains(#""body":"@body""#)
        },
        .init("json", ["--json", #"{"a":1}"#, "-o", "e", "ORIGIN/echo"]) {
            try $0.echo().contains(#"["Content-Type","application/json"]"#)
        },
    ]

    // MARK: Network and TLS

    private static let network: [OptionCase] = [
        .init("resolve", ["--resolve", "name.test:PORT:127.0.0.1", "http://name.test:PORT/bytes/1"]) {
            $0.exitCode == 0
        },
        .init("connect-to", ["--connect-to", "::127.0.0.1:PORT", "http://name.test/bytes/1"]) { $0.exitCode == 0 },
        .init("unix-socket", ["--unix-socket", "SOCKET", "http://name.test/a"]) { $0.integers("size_download") == [1] },
        .init("doh-url", ["--doh-url", "https://127.0.0.1:1/q", "--retry", "0", "http://name.test/"]) {
            $0.strings("fail_phase") == ["dns"]
        },
        .init("proxy", ["-x", "PROXY", "http://name.test/bytes/1"]) { $0.integers("size_download") == [2] },
        .init("noproxy", ["-x", "http://127.0.0.1:1", "--noproxy", "127.0.0.1", "ORIGIN/bytes/1"]) { $0.exitCode == 0 },
        .init("interface", ["--interface", "127.0.0.2", "ORIGIN/bytes/1"]) { $0.strings("local_ip") == ["127.0.0.2"] },
        .init("ipv4", ["-4", "http://localhost:PORT/bytes/1"]) { $0.strings("remote_ip") == ["127.0.0.1"] },
        .init("ipv6", ["-6", "--retry", "0", "ORIGIN/bytes/1"]) { $0.strings("state") == ["failed"] },
        .init("http1.1", ["--http1.1", "--cacert", "CA", "SECURE/a"]) { $0.strings("http_version") == ["1.1"] },
        .init("http2 cacert", ["--http2", "--cacert", "CA", "SECURE/a"]) {
            $0.strings("http_version") == ["2"] && $0.integers("ssl_verify_result") == [0]
        },
        .init("http2-prior-knowledge", ["--http2-prior-knowledge", "--retry", "0", "ORIGIN/bytes/1"]) {
            $0.strings("state") == ["failed"]
        },
        .init("http3", ["--http3", "SECURE/a"]) {
            $0.exitCode == 2 && $0.errors.contains("--http3") || $0.exitCode == 1
        },
        .init("compressed", ["--compressed", "-o", "e", "ORIGIN/gzip/1000"]) {
            try $0.size("e") == 1000 && $0.integers("size_download")[0] != 1000
        },
        .init("insecure", ["-k", "SECURE/a"]) { $0.exitCode == 0 },
        .init("cert key", ["--cert", "CERT", "--key", "KEY", "--cacert", "CA", "-o", "e", "MUTUAL/"]) {
            try $0.echo().contains("test client")
        },
        .init(
            "pinnedpubkey",
            ["-k", "--pinnedpubkey", "sha256//" + String(repeating: "A", count: 43) + "=", "--retry", "0", "SECURE/a"]
        ) {
            $0.integers("exitcode") == [90]
        },
        .init("proto", ["--proto", "=https", "ORIGIN/bytes/1"]) { $0.strings("state") == ["failed"] },
        .init("proto-redir", ["--proto-redir", "=https", "ORIGIN/redirect/1"]) { $0.strings("state") == ["failed"] },
        .init("deny-private", ["--deny-private", "ORIGIN/bytes/1"]) { $0.strings("fail_phase") == ["policy"] },
    ]

    // MARK: Files

    private static let saving: [OptionCase] = [
        .init("remote-name", ["-O", "ORIGIN/bytes/7"]) { try $0.size("7") == 7 },
        .init("remote-header-name", ["-O", "-J", "SCRIPTED/x"]) { try $0.files().contains("named.txt") },
        .init("output", ["-o", "a-#1", "ORIGIN/bytes/[5-6]"]) { try $0.size("a-5") == 5 && $0.size("a-6") == 6 },
        .init("output-dir", ["--output-dir", "d/e", "ORIGIN/bytes/5"]) { try $0.size("d/e/5") == 5 },
        .init("continue-at", ["-C", "-", "--retry-delay", "0.01", "-O", "ORIGIN/cut-once/c/1000"]) {
            try $0.integers("resumed_from") == [500] && $0.size("1000") == 1000
        },
        .init("skip-existing", ["--skip-existing", "-o", "body", "ORIGIN/bytes/5"]) {
            try $0.strings("state") == ["skipped"] && $0.folder.read("body") == "one\ntwo"
        },
        .init("no-clobber", ["--no-clobber", "-o", "body", "ORIGIN/bytes/5"]) {
            try $0.folder.read("body") == "one\ntwo" && $0.size("body.1") == 5
        },
        .init("remote-time", ["-R", "-O", "NGINX/a"]) {
            let attributes = try FileManager.default.attributesOfItem(atPath: $0.folder["a"])
            return (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 == 1_000_000_000
        },
        .init("fsync-policy", ["--fsync-policy", "off", "-O", "ORIGIN/bytes/5"]) { try $0.size("5") == 5 },
        .init("checksum", ["--checksum", "md5=00000000000000000000000000000000", "-O", "ORIGIN/bytes/5"]) {
            try $0.strings("state") == ["failed"] && !$0.files().contains("5")
        },
        .init("max-filesize", ["--max-filesize", "1k", "ORIGIN/bytes/2000"]) { $0.integers("exitcode") == [63] },
    ]

    // MARK: Results

    private static let results: [OptionCase] = [
        .init("accept", ["--accept", "404", "ORIGIN/status/404"]) { $0.exitCode == 0 },
        .init("results", ["--results", "out", "ORIGIN/bytes/1"]) {
            try $0.output == "" && $0.folder.read("out").contains(#""state":"ok""#)
        },
        .init("results-format", ["--results-format", "csv", "ORIGIN/bytes/1"]) {
            $0.output.hasPrefix("v,type,id,key,")
        },
        .init("events", ["--events", "ORIGIN/bytes/1"]) { $0.strings("event").contains("started") },
        .init("write-out", ["-w", "%{http_code}\\n", "ORIGIN/bytes/1"]) { $0.output == "200\n" },
        .init("resume", ["--results", "out", "--resume", "ORIGIN/bytes/1"]) {
            try $0.exitCode == 0 && $0.folder.read("out").contains(#""state":"ok""#)
        },
        .init("save-failed", ["--save-failed", "again", "ORIGIN/bytes/1", "ORIGIN/status/404"]) {
            try $0.folder.read("again").split(separator: "\n").count == 1 && $0.folder.read("again").contains("404")
        },
        .init("include-headers", ["--include-headers", "ORIGIN/bytes/1"]) {
            $0.first["headers"]?["content-length"] != nil
        },
        .init("summary", ["--summary", "json", "ORIGIN/bytes/1"]) {
            try JSONValue($0.errors)["fetches"] == .integer(1)
        },
        .init("progress", ["--progress", "none", "--summary", "none", "ORIGIN/bytes/1"]) { $0.errors == "" },
        .init("headless", ["ORIGIN/bytes/1"]) { $0.records.count == 1 },
    ]

    // MARK: Gates and configuration

    private static let gates: [OptionCase] = [
        .init("fail-early", ["--fail-early", "-j", "1", "ORIGIN/status/404", "ORIGIN/bytes/[1-9]"]) {
            $0.exitCode == 5
        },
        .init("max-failures", ["--max-failures", "1", "-j", "1", "ORIGIN/status/404?[1-9]"]) {
            $0.exitCode == 5 && $0.records.count < 9
        },
        .init("fail-if", ["--fail-if", "ok<5", "ORIGIN/bytes/[1-3]"]) { $0.exitCode == 5 },
        .init("config", ["--config", "settings", "ORIGIN/status/404"]) { $0.exitCode == 0 },
        .init("no-config", ["--no-config", "ORIGIN/status/404"], environment: ["FETCHTOP_CONFIG": "settings"]) {
            $0.exitCode == 1
        },
    ]
}
