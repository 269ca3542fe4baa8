internal import ArgumentParser

/// About fetchtop itself.
struct MiscOptions: ParsableArguments {
    @Flag(name: [.customShort("V"), .long], help: "Print the versions and what libcurl can do.")
    var version = false
}
