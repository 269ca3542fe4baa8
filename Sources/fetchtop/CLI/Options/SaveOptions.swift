internal import ArgumentParser

/// What becomes of the bodies.
struct SaveOptions: ParsableArguments {
    @Flag(name: [.customShort("O"), .long], help: "Save each body under its URL's last path segment.")
    var remoteName = false

    @Flag(
        name: [.customShort("J"), .long],
        help: "With -O: take the name the server proposes, made safe; never over a file.")
    var remoteHeaderName = false

    @Option(
        name: [.customShort("o", allowingJoined: true), .long], parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Save under this name; #1 and #<name> are what a glob became, - is stdout. Several: one for each URL.",
            valueName: "file"))
    var output: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Save into this directory, which is made if need be.", valueName: "dir"))
    var outputDir: String?

    @Option(
        name: [.customShort("C", allowingJoined: true), .long], parsing: .unconditional,
        help: ArgumentHelp("Go on with partial downloads, if they are still of the same version: -C -.", valueName: "-")
    )
    var continueAt: String?

    @Flag(help: "Leave out what is there already.")
    var skipExisting = false

    @Flag(help: "Never overwrite a file: number the new one.")
    var noClobber = false

    @Flag(name: [.customShort("R"), .long], help: "Give files the server's time of change.")
    var remoteTime = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Remember entity tags in this file, and fetch only what has changed since.", valueName: "file"))
    var etagStore: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Whether a file is on the disk before it has its name (default: on).",
            valueName: ChoiceValue<RunOptions.Save.SyncPolicy>.names),
        transform: ChoiceValue.parse)
    var fsyncPolicy: RunOptions.Save.SyncPolicy?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("What every body must hash to: sha-256=HEX.", valueName: "type=hex"))
    var checksum: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Refuse bodies larger than this: 100k, 2M.", valueName: "size"),
        transform: SizeValue.parse)
    var maxFilesize: Int64?

    /// The names of `-o`; curl's `-` is a file of the system's.
    var outputs: [String] { output.map { $0 == "-" ? "/dev/stdout" : $0 } }

    func apply(to options: inout RunOptions) throws(UsageError) {
        if remoteName && !output.isEmpty { throw UsageError("-O and -o name the same files: give one of them") }
        if remoteHeaderName && !remoteName { throw UsageError("-J needs -O") }
        if let continueAt, continueAt != "-" {
            throw UsageError("'-C \(continueAt)': only '-C -' can be done for many files")
        }
        if remoteName { options.save.naming = .remoteName(contentDisposition: remoteHeaderName) }
        if let output = outputs.first { options.save.naming = .template(output) }
        options.save.directory = outputDir
        options.save.resumes = continueAt != nil
        options.save.skipsExisting = skipExisting
        options.save.noClobber = noClobber
        options.save.keepsRemoteTime = remoteTime
        if let etagStore { try ArgumentFile.requireWritable(etagStore, option: "--etag-store") }
        options.save.etagStore = etagStore
        if let fsyncPolicy { options.save.syncPolicy = fsyncPolicy }
        if let checksum {
            do throws(InvalidChecksum) { _ = try Checksum(parsing: checksum) } catch {
                throw UsageError("'--checksum \(checksum)': \(error.message)")
            }
            options.save.checksum = checksum
        }
        options.save.maxFileSize = maxFilesize == 0 ? nil : maxFilesize
    }
}
