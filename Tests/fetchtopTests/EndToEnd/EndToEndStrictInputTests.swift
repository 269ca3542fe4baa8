import TestSupport
import Testing

/// `--strict-input`: the list ends with the line before the first bad one, and all before it is fetched.
@Suite struct EndToEndStrictInputTests {
    @Test func whatStandsBeforeTheBadLineIsFetchedAndNothingAfterIt() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let folder = try TemporaryFolder()
            // The bad line stands in the first chunk of reading, and in a later one.
            for good in [3, 2_500] {
                let before = (1...good).map { "\(origin.url)/bytes/1?n=\($0)" }
                let lines = before + ["htp://bad", "\(origin.url)/bytes/1?n=after", "htp://worse"]
                let list = try folder.write(lines.joined(separator: "\n") + "\n", to: "list")
                for input in [["-i", list], ["--dedupe", "-i", list]] {
                    let run = try Executable.run(
                        ["--headless", "--strict-input", "--parallel-max-host", "50", "--summary", "none"] + input)
                    #expect(run.ending == .exited(3), "\(run.errors)")
                    #expect(try Record.results(in: run.output).map(\.url).sorted() == before.sorted())
                    #expect(
                        run.errors
                            == "fetchtop: \(list):\(good + 1): unsupported scheme 'htp' (only http and https)\n")
                }
            }
        }
    }

    @Test func aPipedListEndsThereAsWell() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let list = "\(origin.url)/bytes/1\n\(origin.url)/bytes/2\nhttp://\n\(origin.url)/bytes/3\n"
            let run = try Executable.run(["--headless", "--strict-input", "-i", "-"], input: list)
            #expect(run.ending == .exited(3))
            #expect(try Record.results(in: run.output).compactMap(\.sizeDownload).sorted() == [1, 2])
            let dry = try Executable.run(["--dry-run", "--strict-input", "-i", "-"], input: list)
            #expect(dry.ending == .exited(3))
            #expect(dry.output.split(separator: "\n").count == 2)
        }
    }

    @Test func withoutItTheRunGoesOn() async throws {
        try await onFreshThread {
            let origin = try OriginServer()
            let list = "\(origin.url)/bytes/1\nhttp://\n\(origin.url)/bytes/3\n"
            let run = try Executable.run(["--headless", "-i", "-"], input: list)
            #expect(run.ending == .exited(1))
            #expect(try Record.results(in: run.output).compactMap(\.sizeDownload).sorted() == [1, 3])
        }
    }
}
