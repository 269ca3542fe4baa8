internal import ArgumentParser

/// When a run counts as failed (exit code 5), or is given up.
struct GateOptions: ParsableArguments {
    @Flag(help: "Give up at the first failure.")
    var failEarly = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Start nothing new after more failures than this: 20, 1.5% (of what is done, at least of 100 or a shorter list).",
            valueName: "n|p%"),
        transform: RunOptions.Gates.Limit.parse)
    var maxFailures: RunOptions.Gates.Limit?

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Fail if this is true at the end: 'failed>1%', 'p99>2s', 'code_5xx>0'.", valueName: "condition"),
        transform: Self.parseCondition)
    var failIf: [RunCondition] = []

    func apply(to options: inout RunOptions) {
        options.gates.failsEarly = failEarly
        options.gates.maxFailures = maxFailures
        options.gates.conditions = failIf
    }

    @Sendable private static func parseCondition(_ text: String) throws(ValueError) -> RunCondition {
        do throws(ConditionError) {
            return try RunCondition(text)
        } catch {
            throw ValueError(error.description)
        }
    }
}
