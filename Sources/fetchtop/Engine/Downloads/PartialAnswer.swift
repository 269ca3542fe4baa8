/// What the answer to a request for the rest of a body is worth. Pure: the head decides.
enum PartialAnswer: Equatable {
    /// The rest of what was gathered, of a whole of so many bytes.
    case rest(of: Int64)
    /// Nothing is missing of what was gathered.
    case nothing
    /// Nothing to go on with: what was gathered is of something else.
    case useless(String)

    /// - Parameters:
    ///   - wanted: The byte at which the rest was to begin.
    ///   - validator: Of which version the bytes before it are.
    init(_ head: ResponseHead, wanted: Int64, validator: String?) {
        let range = ContentRange(head.value(of: "content-range"))
        let isSame = Self.isSameVersion(head, validator)
        if head.status == 416 {
            self =
                range?.total == wanted && isSame
                ? .nothing : .useless("the server has less than was gathered, or another version")
        } else if range?.first != wanted {
            self = .useless("the server sent another range than asked")
        } else if !isSame {
            self = .useless("the server sent a part of another version")
        } else if let total = range?.total, let last = range?.last, last < total, last >= wanted {
            self = .rest(of: total)
        } else {
            self = .useless("the server sent a part of an unknown whole")
        }
    }

    /// As far as the head tells: not everybody heeds If-Range.
    private static func isSameVersion(_ head: ResponseHead, _ validator: String?) -> Bool {
        let name = validator?.hasPrefix("\"") == true ? "etag" : "last-modified"
        return head.value(of: name).map { $0 == validator } ?? true
    }

    /// The version of a body: a strong entity tag, else the date. It is what If-Range takes, if it can be sent at all.
    static func validator(in head: ResponseHead) -> String? {
        let tag = head.value(of: "etag").flatMap { $0.hasPrefix("\"") ? $0 : nil }
        let validator = tag ?? head.value(of: "last-modified")
        return validator.flatMap { $0.isSendable ? $0 : nil }
    }
}

/// `Content-Range: bytes 5-9/10` or `bytes */10`.
struct ContentRange: Equatable {
    var first: Int64?
    var last: Int64?
    var total: Int64?

    init?(_ value: String?) {
        guard let value, value.lowercased().hasPrefix("bytes ") else { return nil }
        let parts = value.dropFirst(6).split(separator: "/", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        total = Int64(parts[1])
        let ends = parts[0].split(separator: "-", maxSplits: 1)
        guard ends.count == 2 else { return }
        first = Int64(ends[0])
        last = Int64(ends[1])
    }

    /// It is no part, but all there is.
    var isWhole: Bool { first == 0 && total != nil && last == total.map { $0 - 1 } }
}

extension String {
    /// Whether it can be the value of a header: what servers send may be anything.
    var isSendable: Bool { utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
}
