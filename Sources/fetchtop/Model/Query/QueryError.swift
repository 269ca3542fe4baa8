/// Why a filter cannot be read, and where.
struct QueryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Counted in characters of the text, from 0.
    var position: Int
    var message: String
    /// More typing may still make it right: the prompt turns red, but nothing is wrong yet.
    var isIncomplete = false

    var description: String { "\(message) at character \(position + 1)" }
}
