internal import ArgumentParser

/// About fetchtop itself.
struct MiscOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Read long options from this file (default: $FETCHTOP_CONFIG, else ~/.config/fetchtop/config).",
            valueName: "file"))
    var config: String?

    @Flag(help: "Read no configuration file.")
    var noConfig = false

    @Flag(name: [.customShort("V"), .long], help: "Print the versions and what libcurl can do.")
    var version = false
}
