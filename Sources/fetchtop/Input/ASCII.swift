/// Classes of ASCII bytes. The C library's `isalpha` and friends depend on the locale; these do not.
extension UInt8 {
    var isASCIIDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    var isASCIILetter: Bool {
        let lower = self | 0x20
        return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
    }

    var isASCIIHexDigit: Bool {
        let lower = self | 0x20
        return isASCIIDigit || (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "f"))
    }

    /// The value of a hexadecimal digit.
    var hexDigitValue: UInt8? {
        if isASCIIDigit { return self - UInt8(ascii: "0") }
        return isASCIIHexDigit ? (self | 0x20) - UInt8(ascii: "a") + 10 : nil
    }

    /// Space or tab: what separates words on a line.
    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

    /// C0 or DEL: never part of a URL or a header.
    var isASCIIControl: Bool { self < 0x20 || self == 0x7f }
}
