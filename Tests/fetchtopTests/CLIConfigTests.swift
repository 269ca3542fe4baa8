import TestSupport
import Testing

@testable import fetchtop

@Suite("Configuration file") struct CLIConfigTests {
    private func config(_ text: String) throws -> ConfigFile { try ConfigFile(path: "conf", text: Array(text.utf8)) }

    @Test("Settings, comments, flags, quotes, host sections")
    func reads() throws {
        let config = try config(
            "# habits\r\nparallel-max = 20\nno-color\n\n  user-agent = \" a b \"  \nheader=A: b = c\n\n[host \"API.example\"]\nhost-rate = 5/s\n"
        )
        #expect(
            config.settings == [
                .init(line: 2, name: "parallel-max", value: "20"), .init(line: 3, name: "no-color", value: nil),
                .init(line: 5, name: "user-agent", value: " a b "), .init(line: 6, name: "header", value: "A: b = c"),
            ])
        #expect(config.settings.map(\.argument).prefix(2) == ["--parallel-max=20", "--no-color"])
        #expect(config.hostSettings.map(\.host) == ["api.example"])
        #expect(config.hostSettings.map(\.setting.line) == [9])
    }

    @Test(
        "What is wrong is named with its line",
        arguments: [
            ("\n--retry = 1", "conf:2: write options without dashes: 'retry'"),
            ("retry 1", "conf:1: write 'name = value'"),
            ("[hosts]", "conf:1: not a section; write [host \"api.example\"] or [keys]"),
            ("[host api]", "conf:1: not a section; write [host \"api.example\"] or [keys]"),
            ("user-agent = \"a", "conf:1: unclosed quote"),
            ("config = x", "conf:1: 'config' is for the command line only"),
            ("version", "conf:1: 'version' is for the command line only"),
        ])
    func refuses(text: String, message: String) {
        #expect(throws: UsageError(message)) { try config(text) }
    }

    @Test("The command line has the last word, repeatable options add up")
    func precedence() throws {
        try withTemporaryFile("parallel-max = 20\nretry = 7\nheader = A: b\nno-color\n") { path in
            let plan = try plan("h", "--config", path, "-j", "30", "-H", "C: d")
            #expect(plan.options.concurrency.total == 30)
            #expect(plan.options.retry.count == 7)
            #expect(plan.options.request.headers.map(\.name) == ["A", "C"])
            #expect(plan.display.noColor)
            #expect(try fetchtopTests.plan("h", "--config", path, "--no-config").options.retry.count == 2)
        }
    }

    @Test("A host has limits of its own")
    func hosts() throws {
        try withTemporaryFile("[host \"api.example\"]\nparallel-max-host = 2\nhost-rate = 5/s\n") { path in
            let options = try plan("h", "--config", path).options
            #expect(options.concurrency.byHost == ["api.example": 2])
            #expect(options.rate.byHost == ["api.example": .init(count: 5, per: .seconds(1))])
        }
        try withTemporaryFile("[host \"h\"]\nretry = 2\n") { path in
            #expect(
                usageError("h", "--config", path)
                    == "\(path):2: 'retry' cannot be set for a host (only parallel-max-host, host-rate)")
        }
        try withTemporaryFile("[host \"h\"]\nhost-rate = 5\n") { path in
            #expect(usageError("h", "--config", path)?.hasPrefix("\(path):2: a rate per what?") == true)
        }
    }

    @Test("A byte-order mark is no part of the first line")
    func byteOrderMark() throws {
        try withTemporaryFile("\u{FEFF}retry = 7\n") { path in
            let options = try plan("h", "--config", path).options
            #expect(options.retry.count == 7)
        }
        try withTemporaryFile("\u{FEFF}[host \"h\"]\nparallel-max-host = 2\n") { path in
            let options = try plan("h", "--config", path).options
            #expect(options.concurrency.byHost == ["h": 2])
        }
    }

    @Test("A setting that no option takes is named with its line")
    func badSettings() throws {
        try withTemporaryFile("retry = 1\nnonsense-option = 1\n") { path in
            #expect(usageError("h", "--config", path) == "\(path):2: unknown option '--nonsense-option'")
        }
        try withTemporaryFile("user-agent\n") { path in
            #expect(usageError("h", "--config", path) == "\(path):1: missing value for '--user-agent <name>'")
        }
        try withTemporaryFile("retry = x\n") { path in
            #expect(usageError("h", "--config", path)?.hasPrefix("\(path):1: the value 'x' is invalid") == true)
        }
    }

    @Test("Where it is looked for")
    func paths() {
        var environment = Environment()
        #expect(ConfigFile.path(named: nil, environment: environment) == nil)
        environment.variables = ["HOME": "/h"]
        #expect(ConfigFile.path(named: nil, environment: environment)! == ("/h/.config/fetchtop/config", false))
        environment.variables["XDG_CONFIG_HOME"] = "relative"
        #expect(ConfigFile.path(named: nil, environment: environment)! == ("/h/.config/fetchtop/config", false))
        environment.variables["XDG_CONFIG_HOME"] = "/x"
        #expect(ConfigFile.path(named: nil, environment: environment)! == ("/x/fetchtop/config", false))
        environment.variables["FETCHTOP_CONFIG"] = "/f"
        #expect(ConfigFile.path(named: nil, environment: environment)! == ("/f", true))
        #expect(ConfigFile.path(named: "c", environment: environment)! == ("c", true))
    }

    @Test("A file that was named must be there, the user's own need not")
    func missing() throws {
        #expect(
            usageError("h", "--config", "/nonexistent")
                == "configuration: cannot read '/nonexistent': No such file or directory")
        var environment = Environment.terminal
        environment.variables["HOME"] = "/nonexistent"
        #expect(try plan("h", environment: environment).options.retry.count == 2)
        environment.variables["FETCHTOP_CONFIG"] = "/nonexistent"
        #expect(usageError("h", environment: environment) != nil)
        #expect(usageError("h", "--no-config", environment: environment) == nil)
    }
}
