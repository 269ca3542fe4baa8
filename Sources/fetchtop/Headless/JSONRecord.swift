/// Writes JSON, a document a line, into memory of its own until it is asked for.
///
/// Streaming and without reflection: an encoder that walks values costs as much as the fetch itself. Room is made once
/// for each member, which is then stored byte by byte: ten times as fast as appending to an array, measured, and records
/// have 50 members.
@safe struct JSONRecord: ~Copyable {
    private var base = UnsafeMutablePointer<UInt8>.allocate(capacity: 4_096)
    private var capacity = 4_096
    private(set) var count = 0
    private var needsComma = false
    /// The day of the last time written, and how it reads: times come in order.
    private var cachedDay = Int64.min
    private var cachedDate: [UInt8] = []

    deinit { unsafe base.deallocate() }

    /// A copy of what was written so far.
    var bytes: [UInt8] { unsafe Array(UnsafeBufferPointer(start: base, count: count)) }

    /// Moves what was written so far to the end of a buffer.
    mutating func move(to buffer: inout [UInt8]) {
        unsafe buffer.append(contentsOf: UnsafeBufferPointer(start: base, count: count))
        count = 0
    }

    // MARK: - Structure

    mutating func beginObject() { open(UInt8(ascii: "{")) }

    mutating func endObject() { close(UInt8(ascii: "}")) }

    mutating func beginArray() { open(UInt8(ascii: "[")) }

    mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Ends a line; the next value is a new document.
    mutating func endLine() {
        reserve(1)
        put(UInt8(ascii: "\n"))
        needsComma = false
    }

    /// A member's name, plain ASCII without anything to escape; its value must follow.
    @inline(__always)
    mutating func key(_ name: StaticString) {
        reserve(name.utf8CodeUnitCount + 4)
        if needsComma { put(UInt8(ascii: ",")) }
        put(UInt8(ascii: "\""))
        put(name)
        put(UInt8(ascii: "\""))
        put(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A member's name that is data.
    mutating func key(_ name: String) {
        string(name)
        reserve(1)
        put(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        put(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        reserve(1)
        put(bracket)
        needsComma = true
    }

    // MARK: - Values

    @inline(never)
    mutating func null() {
        separate()
        put("null")
    }

    @inline(never)
    mutating func bool(_ value: Bool) {
        separate()
        put(value ? "true" : "false")
    }

    @inline(never)
    mutating func integer(_ value: Int64) {
        separate()
        putDigits(value)
    }

    /// A figure with at most three decimals.
    mutating func number(_ value: Double) {
        guard value.isFinite, abs(value) < 9e15 else { return null() }
        separate()
        let thousandths = Int64((value * 1_000).rounded())
        if thousandths < 0 { put(UInt8(ascii: "-")) }
        let magnitude = Int64(thousandths.magnitude)
        putDigits(magnitude / 1_000)
        var fraction = magnitude % 1_000
        guard fraction > 0 else { return }
        put(UInt8(ascii: "."))
        var unit: Int64 = 100
        while fraction > 0 {
            put(UInt8(ascii: "0") + UInt8(fraction / unit))
            fraction %= unit
            unit /= 10
        }
    }

    /// Seconds with six decimals, as curl writes its times.
    @inline(never)
    mutating func seconds(microseconds: Int64) {
        separate()
        let microseconds = max(0, microseconds)
        putDigits(microseconds / 1_000_000)
        put(UInt8(ascii: "."))
        putSixDigits(microseconds % 1_000_000)
    }

    /// A time of day in RFC 3339, UTC, to the microsecond.
    @inline(never)
    mutating func time(unixNanoseconds: Int64) {
        separate()
        let (second, rest) = unixNanoseconds.flooredQuotientAndRemainder(by: 1_000_000_000)
        let (day, time) = second.flooredQuotientAndRemainder(by: 86_400)
        if day != cachedDay {
            cachedDay = day
            cachedDate = Array(CivilDate.text(ofUnixSeconds: day * 86_400).utf8.prefix { $0 != UInt8(ascii: "T") })
        }
        put(UInt8(ascii: "\""))
        for index in 0..<cachedDate.count { put(cachedDate[index]) }
        put(UInt8(ascii: "T"))
        putTwoDigits(time / 3_600)
        put(UInt8(ascii: ":"))
        putTwoDigits(time / 60 % 60)
        put(UInt8(ascii: ":"))
        putTwoDigits(time % 60)
        put(UInt8(ascii: "."))
        putSixDigits(rest / 1_000)
        put(UInt8(ascii: "Z"))
        put(UInt8(ascii: "\""))
    }

    @inline(never)
    mutating func string(_ value: String) {
        var value = value
        value.makeContiguousUTF8()
        putString(value.utf8.span)
    }

    /// A string given as UTF-8, or as what somebody took for it.
    @inline(never)
    mutating func string(_ value: ArraySlice<UInt8>) { putString(value.span) }

    /// A string of sixteen hexadecimal digits.
    mutating func string(hexadecimal value: UInt64) {
        separate()
        put(UInt8(ascii: "\""))
        for shift in stride(from: UInt64(60), through: 0, by: -4) { putHexDigit(UInt8(value >> shift & 15)) }
        put(UInt8(ascii: "\""))
    }

    // MARK: - Bytes. Room for them was made by the caller.

    /// Makes room for so many bytes.
    @inline(__always)
    private mutating func reserve(_ byteCount: Int) {
        if count + byteCount > capacity { grow(byteCount) }
    }

    @inline(never)
    private mutating func grow(_ byteCount: Int) {
        let larger = max(capacity * 2, count + byteCount)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        unsafe moved.update(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = moved
        capacity = larger
    }

    /// Makes room for a short value, and puts the comma before it.
    @inline(__always)
    private mutating func separate() {
        reserve(64)
        if needsComma { put(UInt8(ascii: ",")) }
        needsComma = true
    }

    @inline(__always)
    private mutating func put(_ byte: UInt8) {
        unsafe base[count] = byte
        count += 1
    }

    @inline(__always)
    private mutating func put(_ text: StaticString) {
        unsafe (base + count).update(from: text.utf8Start, count: text.utf8CodeUnitCount)
        count += text.utf8CodeUnitCount
    }

    private mutating func putString(_ text: Span<UInt8>) {
        reserve(text.count * 6 + 3)
        if needsComma { put(UInt8(ascii: ",")) }
        needsComma = true
        put(UInt8(ascii: "\""))
        var index = putPlainWords(text)
        while index < text.count {
            let byte = text[index]
            if byte >= 0x80 {
                index += putCharacter(text, index)
                continue
            }
            if byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") {
                put(byte)
            } else {
                putEscaped(byte)
            }
            index += 1
        }
        put(UInt8(ascii: "\""))
    }

    /// Copies eight bytes at a time as long as none of them needs an escape; the last eight overlap those before.
    ///
    /// - Returns: how many bytes that were.
    @inline(__always)
    private mutating func putPlainWords(_ text: Span<UInt8>) -> Int {
        unsafe text.withUnsafeBytes { bytes in
            var offset = 0
            while offset + 8 <= bytes.count {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                guard Self.isPlain(word) else { break }
                unsafe UnsafeMutableRawPointer(base + count + offset).storeBytes(of: word, as: UInt64.self)
                offset += 8
            }
            let left = bytes.count - offset
            if left > 0 && left < 8 && offset > 0 {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
                if Self.isPlain(word) {
                    unsafe UnsafeMutableRawPointer(base + count + bytes.count - 8).storeBytes(of: word, as: UInt64.self)
                    offset = bytes.count
                }
            }
            count += offset
            return offset
        }
    }

    /// Whether eight bytes are all ASCII without controls, quotation marks and backslashes: the classic tests for a zero
    /// byte and for a byte less than a bound, all at once.
    @inline(__always)
    private static func isPlain(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        func hasZero(_ word: UInt64) -> UInt64 { (word &- ones) & ~word }
        let control = (word &- ones &* 0x20) & ~word
        let special = hasZero(word ^ ones &* 0x22) | hasZero(word ^ ones &* 0x5C) | hasZero(word ^ ones &* 0x7F)
        return (word | control | special) & highs == 0
    }

    /// Escapes what JSON demands, and DEL as well: records also end up on terminals.
    @inline(never)
    private mutating func putEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            put(UInt8(ascii: "\\"))
            put(byte)
        case 0x0A: put("\\n")
        case 0x0D: put("\\r")
        case 0x09: put("\\t")
        default: putCode(byte)
        }
    }

    /// Copies a character beyond ASCII, C1 controls escaped. What is no UTF-8 becomes U+FFFD, as everywhere in Swift: what
    /// servers send is bytes, and one that is not text must not make the line something else than JSON.
    ///
    /// - Returns: how many bytes it was.
    @inline(never)
    private mutating func putCharacter(_ text: Span<UInt8>, _ index: Int) -> Int {
        let lead = text[index]
        // Its length, and what its second byte may be: nothing overlong, no surrogates, nothing beyond U+10FFFF.
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch lead {
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xE1...0xEF: (3, 0x80...0xBF)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: (1, 0x80...0xBF)
            }
        var taken = 1
        while taken < length, index + taken < text.count,
            (taken == 1 ? second : 0x80...0xBF).contains(text[index + taken])
        {
            taken += 1
        }
        if taken < length || length == 1 {
            put(0xEF)
            put(0xBF)
            put(0xBD)
        } else if lead == 0xC2, text[index + 1] < 0xA0 {
            putCode(text[index + 1])
        } else {
            for offset in 0..<length { put(text[index + offset]) }
        }
        return taken
    }

    private mutating func putCode(_ byte: UInt8) {
        put("\\u00")
        putHexDigit(byte >> 4)
        putHexDigit(byte & 15)
    }

    @inline(__always)
    private mutating func putHexDigit(_ value: UInt8) {
        put(value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10)
    }

    private mutating func putDigits(_ value: Int64) {
        if value < 0 { put(UInt8(ascii: "-")) }
        var rest = value.magnitude
        if rest < 10 { return put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest)) }
        var length = 2
        var bound: UInt64 = 100
        while rest >= bound {
            length += 1
            if length == 20 { break }
            bound &*= 10
        }
        var place = count + length
        count = place
        while rest >= 100 {
            place -= 2
            storeTwoDigits(rest % 100, at: place)
            rest /= 100
        }
        if rest >= 10 {
            storeTwoDigits(rest, at: place - 2)
        } else {
            unsafe base[place - 1] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest)
        }
    }

    /// Two digits in one store, worked out without a division: 103/1,024 is close enough to a tenth below a hundred.
    @inline(__always)
    private mutating func storeTwoDigits(_ value: UInt64, at place: Int) {
        let tens = (value &* 103) >> 10
        let digits = UInt16(truncatingIfNeeded: (value &- tens &* 10) << 8 | tens) &+ 0x3030
        unsafe UnsafeMutableRawPointer(base + place).storeBytes(of: digits.littleEndian, as: UInt16.self)
    }

    private mutating func putTwoDigits(_ value: Int64) {
        storeTwoDigits(UInt64(truncatingIfNeeded: value), at: count)
        count += 2
    }

    private mutating func putSixDigits(_ value: Int64) {
        let value = UInt32(truncatingIfNeeded: value)
        let (high, low) = (value / 10_000, value % 10_000)
        storeTwoDigits(UInt64(high), at: count)
        storeTwoDigits(UInt64(low / 100), at: count + 2)
        storeTwoDigits(UInt64(low % 100), at: count + 4)
        count += 6
    }
}
