/// What an origin says about its own limits: `RateLimit-Remaining` and `-Reset`, their `X-` ancestors, and the newer
/// `RateLimit: "default";r=0;t=30`.
struct RateLimitFields: Equatable {
    private(set) var remaining: Int64?
    private(set) var reset: Int64?

    /// Looks through a head once; nearly all have none of these, so only lines with the right first letter are read.
    init(_ head: ResponseHead) {
        for line in HeadLines(head.rawHeaders) where line.count > 12 {
            let letter = head.rawHeaders[line.lowerBound] | 0x20
            guard letter == UInt8(ascii: "r") || letter == UInt8(ascii: "x") else { continue }
            read(String(decoding: head.rawHeaders[line], as: UTF8.self))
        }
    }

    /// How long the origin wants to be left alone; nil unless its budget is used up.
    func pause(atUnixSeconds now: Int64) -> Duration? {
        guard remaining == 0, let reset, reset > 0 else { return nil }
        // Some give the time of day at which it ends instead of the seconds until then.
        let seconds = reset > 1_000_000_000 ? reset - now : reset
        return seconds > 0 ? .seconds(seconds) : nil
    }

    private mutating func read(_ line: String) {
        guard let colon = line.firstIndex(of: ":") else { return }
        var name = line[..<colon].lowercased()
        if name.hasPrefix("x-") { name.removeFirst(2) }
        let value = line[line.index(after: colon)...].trimmingSpaces
        switch name {
        case "ratelimit-remaining", "rate-limit-remaining": remaining = Int64(value.prefix { $0.isNumber })
        case "ratelimit-reset", "rate-limit-reset": reset = Int64(value.prefix { $0.isNumber })
        case "ratelimit":
            for part in value.split(whereSeparator: { $0 == ";" || $0 == "," }) {
                let pair = part.split(separator: "=", maxSplits: 1)
                guard pair.count == 2, let number = Int64(pair[1].trimmingSpaces) else { continue }
                switch pair[0].trimmingSpaces {
                case "r", "remaining": remaining = number
                case "t", "reset": reset = number
                default: break
                }
            }
        default: break
        }
    }
}

extension StringProtocol {
    fileprivate var trimmingSpaces: String {
        var text = self.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
