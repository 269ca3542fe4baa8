/// A URL with curl's globs: `[001-500]`, `[a-z:2]`, `{one,two}`, each optionally named as in `{<site>one,two}`.
///
/// The expansion is computed, not stored: `url(at:)` decodes an index like a number whose digits are the globs, the
/// rightmost turning fastest, so `[1-1000000000]` costs nothing until its URLs are asked for.
struct URLGlob: Sendable, Equatable {
    /// What one glob may be.
    enum Pattern: Sendable, Equatable {
        case set([String])
        case letters(first: UInt8, count: Int, step: Int)
        case numbers(first: Int, count: Int, step: Int, width: Int)

        var count: Int {
            switch self {
            case .set(let elements): elements.count
            case .letters(_, let count, _), .numbers(_, let count, _, _): count
            }
        }

        func text(at index: Int) -> String {
            switch self {
            case .set(let elements): return elements[index]
            case .letters(let first, _, let step): return String(UnicodeScalar(first + UInt8(index * step)))
            case .numbers(let first, _, let step, let width):
                let digits = String(first + index * step)
                return String(repeating: "0", count: max(0, width - digits.count)) + digits
            }
        }
    }

    /// A stretch of the URL: copied as it is, or one glob with its name if it has one.
    enum Part: Sendable, Equatable {
        case literal(String)
        case glob(Pattern, name: String?)
    }

    let parts: [Part]

    /// How many URLs this stands for; 1 without a glob.
    let count: Int

    /// Parses `text` as curl does.
    ///
    /// - Throws: `GlobError` with curl's wording and the position, counted in bytes from 1.
    init(parsing text: String) throws(GlobError) {
        var parser = GlobParser(text)
        (parts, count) = try parser.parse()
    }

    /// A URL taken literally (`--globoff`).
    init(literal text: String) {
        parts = [.literal(text)]
        count = 1
    }

    /// The URL number `index` (from 0), and what each glob stands for in it.
    func expansion(at index: Int) -> Expansion {
        precondition(index >= 0 && index < count, "URL \(index) of a glob that has \(count)")
        var rest = index
        var choices: [String] = []
        for case .glob(let pattern, _) in parts.reversed() {
            choices.append(pattern.text(at: rest % pattern.count))
            rest /= pattern.count
        }
        choices.reverse()
        var url = ""
        var names: [String?] = []
        for part in parts {
            switch part {
            case .literal(let text): url += text
            case .glob(_, let name):
                url += choices[names.count]
                names.append(name)
            }
        }
        return Expansion(url: url, choices: choices, names: names)
    }
}

extension URLGlob {
    /// One URL of a glob, and the texts that `#1` and `#<name>` of an output name refer to.
    struct Expansion: Sendable, Equatable {
        let url: String
        let choices: [String]
        let names: [String?]

        /// Replaces `#1`, `#2`, ... and `#<name>` in `template`; what refers to no glob is left as it is, as curl does
        /// for numbers.
        ///
        /// - Throws: `GlobError` for a well-formed `#<name>` that no glob has, because then the template is mistaken.
        func substituted(into template: String) throws(GlobError) -> String {
            guard template.utf8.contains(UInt8(ascii: "#")) else { return template }
            let bytes = Array(template.utf8)
            var result: [UInt8] = []
            var at = 0
            while at < bytes.count {
                if bytes[at] == UInt8(ascii: "#"), at + 1 < bytes.count {
                    if let (choice, end) = try choice(referredToBy: bytes, at: at + 1) {
                        result += choice.utf8
                        at = end
                        continue
                    }
                }
                result.append(bytes[at])
                at += 1
            }
            return String(decoding: result, as: UTF8.self)
        }

        private func choice(referredToBy bytes: [UInt8], at start: Int) throws(GlobError) -> (String, end: Int)? {
            if bytes[start] == UInt8(ascii: "<") {
                guard let close = bytes[start...].firstIndex(of: UInt8(ascii: ">")), close > start + 1 else {
                    return nil
                }
                let name = String(decoding: bytes[(start + 1)..<close], as: UTF8.self)
                guard let index = names.firstIndex(of: name) else {
                    throw GlobError(reason: "no glob is named '\(name)'", position: start)
                }
                return (choices[index], close + 1)
            }
            let digits = bytes[start...].prefix { $0.isASCIIDigit }
            guard let number = Int(String(decoding: digits, as: UTF8.self)),
                (1...max(1, choices.count)).contains(number),
                number <= choices.count
            else { return nil }
            return (choices[number - 1], start + digits.count)
        }
    }
}

/// What is wrong with a glob or with a reference to one, and where (bytes from 1).
struct GlobError: Error, Equatable, CustomStringConvertible {
    let reason: String
    let position: Int

    var description: String { "\(reason) at position \(position)" }
}
