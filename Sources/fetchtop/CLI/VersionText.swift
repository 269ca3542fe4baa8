internal import FetchLoop

/// What `-V` prints, laid out as `curl -V`.
enum VersionText {
    /// The version of fetchtop.
    static let number = "0.1.0"

    static func text(_ library: CurlFeatures) -> String {
        """
        fetchtop \(number) \(library.description)
        Protocols: \(library.tls == nil ? "http" : "http https")
        Features: \(library.features.joined(separator: " "))
        """
    }
}
