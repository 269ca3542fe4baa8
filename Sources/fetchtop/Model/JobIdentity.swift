/// Tells whether two jobs are the same one, across runs: by the `id` they were given, else by what they ask for.
///
/// 64-bit FNV-1a; among a million jobs the chance that any two of different content agree is one in forty million.
/// Two lines of a list that ask for the same are told apart by counting, so a list that was edited or reordered between
/// runs still resumes.
struct JobIdentity: Hashable, Sendable {
    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The identity of the first job of this content.
    init(url: some Sequence<UInt8>, values: FetchJob.Values?) {
        var hash = Hash()
        if let id = values?.id {
            hash.add(1)
            hash.add(id.utf8)
        } else {
            hash.add(2)
            hash.add((values?.method ?? "GET").utf8)
            hash.add(0)
            hash.add(url)
            if let body = values?.body {
                hash.add(0)
                hash.add(body)
            }
            if let output = values?.output {
                hash.add(0)
                hash.add(3)
                hash.add(output.utf8)
            }
        }
        rawValue = hash.value
    }

    init(_ job: FetchJob) { self.init(url: job.url.utf8, values: job.extras?.values) }

    /// The identity of the job that is number `number` (from 1) of this content.
    func occurrence(_ number: UInt32) -> JobIdentity {
        guard number > 1 else { return self }
        var hash = Hash(value: rawValue)
        for shift in stride(from: UInt32(0), to: 32, by: 8) { hash.add(UInt8(truncatingIfNeeded: number >> shift)) }
        return JobIdentity(rawValue: hash.value)
    }

    private struct Hash {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325

        mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

        mutating func add(_ bytes: some Sequence<UInt8>) {
            for byte in bytes { add(byte) }
        }
    }
}

// MARK: - As text

extension JobIdentity: CustomStringConvertible {
    /// Sixteen hexadecimal digits: the `key` of a record.
    var description: String {
        let digits = String(rawValue, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Reads sixteen hexadecimal digits.
    init?(hexadecimal digits: ArraySlice<UInt8>) {
        guard digits.count == 16 else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        rawValue = value
    }
}
