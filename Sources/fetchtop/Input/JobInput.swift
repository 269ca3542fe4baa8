/// One place jobs come from, in the order of the command line.
enum JobInput: Sendable, Equatable {
    /// A URL argument, expanded as it goes.
    case glob(URLGlob)
    /// A list: a path, or "-" for standard input. A format of nil is to be found out.
    case list(path: String, format: InputFormat?)
}
