/// One place jobs come from, in the order of the command line.
enum JobInput: Sendable, Equatable {
    /// A URL argument, expanded as it goes; `output` is the name of its own that `-o` gives it.
    case glob(URLGlob, output: String? = nil)
    /// A list: a path, or "-" for standard input. A format of nil is to be found out.
    case list(path: String, format: InputFormat?)

    var isStandardInput: Bool {
        if case .list(path: "-", _) = self { true } else { false }
    }
}
