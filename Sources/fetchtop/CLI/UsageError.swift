internal import FetchLoop

/// A command line or configuration that cannot be obeyed: one line that names the option and its value; exit code 2, or 4
/// for a file that cannot be written.
struct UsageError: Error, Equatable, CustomStringConvertible {
    let description: String
    private(set) var exitCode: CInt = 2

    init(_ description: String) { self.description = description }

    /// A file that an option names cannot be written.
    init(option: String, unwritable path: String, reason: String) {
        description = "\(option): cannot write '\(path)': \(reason)"
        exitCode = 4
    }

    init(option: String, value: String, reason: String) {
        description = "\(option) '\(value)': \(reason)"
    }
}

extension CurlFeatures {
    /// Refuses an option that this libcurl was built without, by name and before anything is fetched.
    func require(_ feature: String, for option: String) throws(UsageError) {
        guard features.contains(feature) else {
            throw UsageError("\(option): this libcurl (\(version)) has no \(feature)")
        }
    }
}
