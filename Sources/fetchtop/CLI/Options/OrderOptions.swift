internal import ArgumentParser

/// What comes first.
struct OrderOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "As listed (default), hosts in turn, or by the jobs' priority.",
            valueName: ChoiceValue<RunOptions.Order>.names),
        transform: ChoiceValue.parse)
    var order: RunOptions.Order?

    func apply(to options: inout RunOptions) {
        if let order { options.order = order }
    }
}
