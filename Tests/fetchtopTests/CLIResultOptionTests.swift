import ArgumentParser
import FetchLoop
import TestSupport
import Testing

@testable import fetchtop

@Suite("Options of results and the display") struct CLIResultOptionTests {
    @Test("Results, summary, progress")
    func results() throws {
        #expect(try plan("h", "--results", "out.ndjson").options.results.file == "out.ndjson")
        for word in RunOptions.Results.Summary.allCases {
            #expect(try plan("h", "--summary", word.rawValue).options.results.summary == word)
        }
        for word in RunOptions.Results.Progress.allCases {
            #expect(try plan("h", "--progress=\(word.rawValue)").options.results.progress == word)
        }
        let options = try plan("h", "--accept", "200,404", "--include-headers", "--max-filesize", "2M").options
        #expect(options.accept == StatusSet(200...200, 404...404))
        #expect(options.results.includesHeaders)
        #expect(options.save.maxFileSize == 2 << 20)
        #expect(refusal(ResultOptions.self, "--accept", "2xx")?.contains("'2xx'") == true)
        #expect(refusal(ResultOptions.self, "--summary", "long")?.contains("text|json|none") == true)
        #expect(refusal(ResultOptions.self, "--progress", "bar")?.contains("auto|line|none") == true)
    }

    @Test("Display")
    func display() throws {
        let display = try plan("h", "--fps", "5", "--no-color", "--ascii", "--no-mouse").display
        #expect(display.framesPerSecond == 5)
        #expect(display.noColor && display.ascii && !display.usesMouse && display.settings.theme == .mono)
        #expect(try plan("h").display == DisplayPreferences())
        for value in ["0", "61", "x"] { #expect(refusal(DisplayOptions.self, "--fps", value) != nil) }
        var quiet = Environment.terminal
        quiet.variables["NO_COLOR"] = "1"
        #expect(try plan("h", environment: quiet).display.noColor)
    }

    @Test("Resuming needs a file of results; failures go to another")
    func state() throws {
        let plan = try plan("-i", "list", "--results", "out", "--resume", "--save-failed", "again", "--dedupe")
        #expect(plan.options.results.resumes)
        #expect(plan.options.results.failedList == "again")
        #expect(plan.leavesOutDuplicates)
        #expect(usageError("h", "--resume") == "--resume needs --results FILE: that is where it reads what is done")
    }

    @Test("Other forms of results")
    func forms() throws {
        let results = try plan("h", "--results-format", "csv", "-w", "%{http_code}\\n").options.results
        #expect(results.format == .csv)
        #expect(try results.writeOut == WriteOut(parsing: "%{http_code}\\n"))
        #expect(try plan("h", "--events").options.results.includesEvents)
        try withTemporaryFile("%{url}") { path in
            let results = try plan("h", "--write-out", "@\(path)").options.results
            #expect(try results.writeOut == WriteOut(parsing: "%{url}"))
        }
        #expect(usageError("h", "-w", "%{nonsense}") == "--write-out: unknown variable 'nonsense'")
        #expect(
            usageError("h", "-w", "x", "--results", "-") == "--write-out and --results - both go to standard output")
        #expect(usageError("h", "--events", "--results-format", "csv")?.hasPrefix("--events:") == true)
        #expect(
            usageError("h", "--resume", "--results", "f", "--results-format", "csv")?.hasPrefix("--resume:") == true)
        #expect(refusal(ResultOptions.self, "--results-format", "xml")?.contains("ndjson|csv") == true)
    }

    @Test("Bodies are saved as with curl")
    func save() throws {
        let save = try plan("h", "-O", "-J", "--output-dir", "d", "-C-", "--skip-existing", "--no-clobber", "-R")
            .options.save
        #expect(save.naming == .remoteName(contentDisposition: true))
        #expect(save.directory == "d")
        #expect(save.resumes && save.skipsExisting && save.noClobber && save.keepsRemoteTime)
        #expect(
            try plan("h", "-od/#1.html", "--checksum", "md5=" + String(repeating: "0", count: 32)).options.save.naming
                == .template("d/#1.html"))
        #expect(usageError("h", "-O", "-o", "x")?.contains("give one of them") == true)
        #expect(usageError("h", "-J") == "-J needs -O")
        #expect(usageError("h", "-C", "100")?.contains("only '-C -'") == true)
        #expect(usageError("h", "--checksum", "md5=1")?.contains("--checksum") == true)
    }

    @Test("Gates and the deadline")
    func gates() throws {
        let options = try plan(
            "h", "--fail-early", "--max-failures", "1.5%", "--fail-if", "failed>1%", "--fail-if", "p99 > 2s",
            "--deadline", "1h"
        ).options
        #expect(options.gates.failsEarly)
        #expect(options.gates.maxFailures == .percent(1.5))
        #expect(options.gates.conditions.map(\.description) == ["failed>1%", "p99 > 2s"])
        #expect(options.time.deadline == .seconds(3600))
        #expect(try plan("h", "--max-failures", "3").options.gates.maxFailures == .count(3))
        #expect(refusal(GateOptions.self, "--max-failures", "x")?.contains("'x'") == true)
        #expect(refusal(GateOptions.self, "--fail-if", "bad>1")?.contains("unknown figure 'bad'") == true)
    }
}
