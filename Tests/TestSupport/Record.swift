import Foundation

/// A result record as a reader of the NDJSON sees it.
public struct Record: Decodable, Sendable {
    /// The record's fields that tests look at; named as in the record.
    public let type: String
    public let url: String
    public let state: String
    public let attempt: Int
    public let http_code: Int?
    public let http_version: String?
    public let exitcode: Int?
    public let errormsg: String?
    public let fail_phase: String?
    public let size_download: Int?
    public let num_retries: Int?
    public let num_redirects: Int?
    public let time_total: Double?
    public let time_starttransfer: Double?
    public let time_appconnect: Double?

    /// Reads records, one a line. A last line without its end, which may be half written, is left out.
    ///
    /// - Throws: `DecodingError` for a line that is none.
    public static func read(_ text: String) throws -> [Record] {
        try text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map {
            try JSONDecoder().decode(Record.self, from: Data($0.utf8))
        }
    }
}
