internal import FetchLoop

/// A command line or configuration that cannot be obeyed: one line that names the option and its value; exit code 2.
struct UsageError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

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
