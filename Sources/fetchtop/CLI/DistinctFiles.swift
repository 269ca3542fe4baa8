import Glibc

/// Refuses a run that would write over what it reads, or write two things into one file: what it names is looked at before
/// anything is opened.
struct DistinctFiles {
    private var uses: [(name: String, identity: FileIdentity, isWritten: Bool)] = []

    /// - Throws: `UsageError` that names both options.
    static func check(_ plan: RunPlan, config: ConfigFile?) throws(UsageError) {
        var files = DistinctFiles()
        let (options, request) = (plan.options, plan.options.request)
        for case .list(let path, _) in plan.inputs {
            try files.reads(path, as: path == "-" ? "standard input" : "the list")
        }
        try files.reads(plan.script?.name, as: "--script")
        try files.reads(config?.path, as: "the configuration")
        try files.reads(request.netrcFile, as: "--netrc-file")
        try files.reads(request.caFile, as: "--cacert")
        try files.reads(request.clientCertificate, as: "--cert")
        try files.reads(request.clientKey, as: "--key")
        if options.results.speaks { try files.add("standard output", FileIdentity(descriptor: STDOUT_FILENO), true) }
        try files.writes(options.results.file, as: "--results")
        try files.writes(options.results.failedList, as: "--save-failed")
        try files.writes(options.results.logFile, as: "--log")
        try files.writes(options.save.etagStore, as: "--etag-store")
        try files.writes(request.hstsFile, as: "--hsts")
        try files.writes(request.altSvcFile, as: "--alt-svc")
        try files.writes(request.cookieJar, as: "--cookie-jar")
        // Cookies may be read from where they are written at the end, as with curl.
        for path in request.cookieFiles where request.cookieJar.flatMap(FileIdentity.init) != FileIdentity(path: path) {
            try files.reads(path, as: "--cookie")
        }
        // Bodies among themselves are numbered.
        for path in outputs(plan) { try files.checked("-o '\(path)'", FileIdentity(path: path), true) }
    }

    /// Where `-o` puts bodies, as far as that is certain.
    private static func outputs(_ plan: RunPlan) -> [String] {
        var names = [plan.options.save.template]
        for case .glob(_, let output) in plan.inputs { names.append(output) }
        let directory = plan.options.save.directory
        return names.compactMap(\.self).filter { !$0.contains("#") }.map { name in
            directory.map { name.hasPrefix("/") ? name : "\($0)/\(name)" } ?? name
        }
    }

    private mutating func reads(_ path: String?, as option: String) throws(UsageError) {
        try add(path, option, isWritten: false)
    }

    private mutating func writes(_ path: String?, as option: String) throws(UsageError) {
        try add(path, option, isWritten: true)
    }

    private mutating func add(_ path: String?, _ option: String, isWritten: Bool) throws(UsageError) {
        guard let path, !path.isEmpty else { return }
        guard path != "-" else {
            return try add(
                isWritten ? "\(option) -" : option,
                FileIdentity(descriptor: isWritten ? STDOUT_FILENO : STDIN_FILENO), isWritten)
        }
        try add("\(option) '\(path)'", FileIdentity(path: path), isWritten)
    }

    private mutating func add(_ name: String, _ identity: FileIdentity?, _ isWritten: Bool) throws(UsageError) {
        try checked(name, identity, isWritten)
        if let identity { uses.append((name, identity, isWritten)) }
    }

    private func checked(_ name: String, _ identity: FileIdentity?, _ isWritten: Bool) throws(UsageError) {
        guard let other = uses.first(where: { $0.identity == identity && ($0.isWritten || isWritten) }) else { return }
        let loss = other.isWritten ? "" : ", which would be lost"
        throw UsageError("\(name) is the same file as \(other.name)\(loss)")
    }
}
