/// Turns bytes into characters one byte at a time, keeping what is not UTF-8 as single bytes.
///
/// The standard library repairs invalid input with U+FFFD; here the bytes themselves must stay visible.
struct UTF8Decoder {
    enum Piece: Equatable {
        case scalar(Unicode.Scalar)
        case invalid(UInt8)
    }

    private var held: [UInt8] = []
    private var needed = 0

    var isEmpty: Bool { held.isEmpty }

    mutating func feed(_ byte: UInt8, _ emit: (Piece) -> Void) {
        if held.isEmpty {
            switch byte {
            case 0x00..<0x80: emit(.scalar(Unicode.Scalar(byte)))
            case 0xC2...0xDF: hold(byte, needed: 2)
            case 0xE0...0xEF: hold(byte, needed: 3)
            case 0xF0...0xF4: hold(byte, needed: 4)
            default: emit(.invalid(byte))
            }
            return
        }
        guard continues(byte) else {
            finish(emit)
            return feed(byte, emit)
        }
        held.append(byte)
        guard held.count == needed else { return }
        var value = UInt32(held[0]) & (0xFF >> UInt32(needed + 1))
        for next in held.dropFirst() { value = value << 6 | UInt32(next & 0x3F) }
        if let scalar = Unicode.Scalar(value) { emit(.scalar(scalar)) } else { held.forEach { emit(.invalid($0)) } }
        forget()
    }

    /// The input ends here: an unfinished character is not UTF-8.
    mutating func finish(_ emit: (Piece) -> Void) {
        let bytes = held
        forget()
        bytes.forEach { emit(.invalid($0)) }
    }

    mutating func forget() {
        held.removeAll(keepingCapacity: true)
        needed = 0
    }

    private mutating func hold(_ byte: UInt8, needed count: Int) {
        held.append(byte)
        needed = count
    }

    /// Overlong forms, surrogates and values past U+10FFFF show at the second byte already.
    private func continues(_ byte: UInt8) -> Bool {
        guard byte & 0xC0 == 0x80 else { return false }
        guard held.count == 1 else { return true }
        switch held[0] {
        case 0xE0: return byte >= 0xA0
        case 0xED: return byte < 0xA0
        case 0xF0: return byte >= 0x90
        case 0xF4: return byte < 0x90
        default: return true
        }
    }
}
