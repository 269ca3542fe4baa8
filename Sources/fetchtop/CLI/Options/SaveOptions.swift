internal import ArgumentParser

/// What becomes of the bodies.
struct SaveOptions: ParsableArguments {
    @Option(
        parsing: .unconditional, help: ArgumentHelp("Refuse bodies larger than this: 100k, 2M.", valueName: "size"),
        transform: SizeValue.parse)
    var maxFilesize: Int64?

    func apply(to options: inout RunOptions) {
        options.save.maxFileSize = maxFilesize == 0 ? nil : maxFilesize
    }
}
