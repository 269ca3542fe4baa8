import Foundation

/// A result record as a reader of the NDJSON sees it; the fields are the record's own, in Swift's spelling.
public struct Record: Decodable, Sendable {
    /// As it was given.
    public let url: String
    /// `ok`, `http_error`, `failed` ...
    public let state: String
    /// `GET`, `POST` ...
    public let method: String
    /// The last attempt's number.
    public let attempt: Int
    /// The status.
    public let httpCode: Int?
    /// `1.1`, `2`.
    public let httpVersion: String?
    /// curl's.
    public let exitcode: Int?
    /// curl's.
    public let errormsg: String?
    /// `dns`, `connect`, `tls` ...
    public let failPhase: String?
    /// Body bytes.
    public let sizeDownload: Int?
    /// Attempts after the first.
    public let numRetries: Int?
    /// Redirects followed.
    public let numRedirects: Int?
    /// Seconds from the attempt's start to its end.
    public let timeTotal: Double?
    /// Seconds to the first byte.
    public let timeStarttransfer: Double?

    /// Reads the result records, one a line. A last line without its end, which may be half written, is left out.
    ///
    /// - Throws: `DecodingError` for a line that is none.
    public static func results(in text: String) throws -> [Record] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .filter { $0.contains("\"type\":\"result\"") }
            .map { try decoder.decode(Record.self, from: Data($0.utf8)) }
    }
}
