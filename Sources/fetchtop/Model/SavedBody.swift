/// Where the body of a fetch went.
struct SavedBody: Hashable, Codable, Sendable {
    var fileName: String
    /// The byte at which the download went on, when it was resumed.
    var resumedFrom: Int64?
    /// Lower-case hexadecimal, when a checksum of this kind was asked for.
    var sha256: String?
}
