/// Members whose value may be unknown.
///
/// Inlined, so that the name is a constant where it is stored: a few words at once, no call.
extension JSONRecord {
    @inline(__always)
    mutating func member(_ name: StaticString, _ value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    /// UTF-8.
    @inline(__always)
    mutating func member(_ name: StaticString, _ value: ArraySlice<UInt8>?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    @inline(__always)
    mutating func member(_ name: StaticString, _ value: Int64?) {
        key(name)
        if let value { integer(value) } else { null() }
    }

    @inline(__always)
    mutating func member(_ name: StaticString, _ value: Int?) {
        key(name)
        if let value { integer(Int64(value)) } else { null() }
    }

    /// Seconds; negative is unknown.
    @inline(__always)
    mutating func member(_ name: StaticString, microseconds: Int64) {
        key(name)
        if microseconds >= 0 { seconds(microseconds: microseconds) } else { null() }
    }

    mutating func member(_ name: StaticString, _ value: Duration?) {
        member(name, microseconds: value.map { max(0, $0.wholeNanoseconds) / 1_000 } ?? -1)
    }
}
