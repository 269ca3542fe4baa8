import Testing

@testable import fetchtop

@Suite("Dashboard or headless") struct CLIPresentationTests {
    private func decide(_ arguments: String..., environment: Environment) throws -> (Presentation, String?) {
        guard case .run(let plan) = try Invocation.parse(arguments + ["h"], environment: environment) else {
            throw UsageError("a run was expected")
        }
        return (plan.presentation, plan.options.results.file)
    }

    private func environment(
        terminal: Bool = true, term: String? = "xterm-256color", output: Environment.Output = .terminal
    ) -> Environment {
        Environment(
            variables: term.map { ["TERM": $0] } ?? [:], hasTerminal: terminal, standardOutput: output)
    }

    @Test("On a terminal: the dashboard, which stays, and no records on the screen")
    func terminal() throws {
        #expect(try decide(environment: environment()) == (.dashboard(leavesWhenDone: false), nil))
        #expect(try decide("--exit-when-done", environment: environment()) == (.dashboard(leavesWhenDone: true), nil))
    }

    @Test("Into a pipe: the dashboard on the terminal, records into the pipe, and it leaves at the end")
    func pipe() throws {
        let piped = environment(output: .redirected)
        #expect(try decide(environment: piped) == (.dashboard(leavesWhenDone: true), "-"))
        #expect(try decide("--results", "-", environment: piped) == (.dashboard(leavesWhenDone: true), "-"))
        #expect(try decide("--results", "f", environment: piped) == (.dashboard(leavesWhenDone: false), "f"))
    }

    @Test("The list and the keys cannot both come from the terminal")
    func listFromTheTerminal() throws {
        var environment = environment()
        environment.standardInputIsTerminal = true
        #expect(throws: UsageError.self) { try decide("-i", "-", environment: environment) }
        #expect(try decide("-i", "-", "--headless", environment: environment).0 == .headless)
        #expect(try decide("-i", "f", environment: environment).0 == .dashboard(leavesWhenDone: false))
        environment.standardInputIsTerminal = false
        #expect(try decide("-i", "-", environment: environment).0 == .dashboard(leavesWhenDone: false))
    }

    @Test("Without a terminal, or with one that cannot draw: headless, records on standard output")
    func noTerminal() throws {
        for environment in [
            environment(terminal: false), environment(term: nil), environment(term: ""), environment(term: "dumb"),
            environment(terminal: false, output: .redirected),
        ] {
            #expect(try decide(environment: environment) == (.headless, "-"))
            #expect(try decide("--results", "f", environment: environment) == (.headless, "f"))
        }
    }

    @Test("Standard output to nowhere means nobody looks, unless the records have a file")
    func nowhere() throws {
        #expect(try decide(environment: environment(output: .nowhere)).0 == .headless)
        #expect(
            try decide("--results", "f", environment: environment(output: .nowhere)) == (
                .dashboard(leavesWhenDone: false), "f"
            ))
    }

    @Test("--write-out takes the place of the records on standard output")
    func writeOut() throws {
        #expect(try decide("-w", "x", environment: environment()) == (.headless, nil))
        #expect(try decide("-w", "x", "--results", "f", environment: environment()) == (.headless, "f"))
        #expect(
            try decide("-w", "x", environment: environment(output: .redirected)) == (
                .dashboard(leavesWhenDone: true), nil
            ))
        #expect(try decide("-w", "x", "--headless", environment: environment()) == (.headless, nil))
    }

    @Test("--headless decides")
    func headless() throws {
        #expect(try decide("--headless", environment: environment()) == (.headless, "-"))
        #expect(try decide("--headless", "--results", "f", environment: environment()) == (.headless, "f"))
    }

    @Test("Records asked for on the terminal itself leave no room for a dashboard")
    func recordsOnTerminal() throws {
        #expect(try decide("--results", "-", environment: environment()) == (.headless, "-"))
    }
}
