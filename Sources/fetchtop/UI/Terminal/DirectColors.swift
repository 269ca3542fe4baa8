/// Colours of 24 bits through a terminal description that knows 256.
///
/// The common entries (`xterm-256color`, `tmux-256color`) cannot say more, and the ones that can are seldom installed. So
/// ncurses is given a number of the palette for each colour, and in the bytes it writes the numbers are replaced: `ESC [
/// 38;5;N m` becomes `ESC [ 38;2;R;G;B m`.
struct DirectColors {
    /// The first 16 are not written as `38;5;N`.
    private static let first = 16
    private static let last = 255
    private var slots: [Int: Int] = [:]
    private var colors: [Int] = []

    /// The number ncurses is to be told for a colour (0xRRGGBB; -1 is the terminal's own).
    ///
    /// There are more numbers than a theme has colours; were there not, the last one would serve for all that are left.
    mutating func number(for rgb: Int) -> Int {
        guard rgb >= 0 else { return rgb }
        if let slot = slots[rgb] { return slot }
        let slot = min(Self.last, Self.first + colors.count)
        if Self.first + colors.count <= Self.last { colors.append(rgb) }
        slots[rgb] = slot
        return slot
    }

    /// What ncurses wrote, with the colours themselves in place of their numbers.
    func replacingNumbers(in bytes: [UInt8]) -> [UInt8] {
        guard !colors.isEmpty else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 4)
        var rest = bytes[...]
        while let escape = rest.firstIndex(of: 0x1B) {
            result += rest[..<escape]
            rest = rest[escape...]
            let body = rest.dropFirst(2)
            let parameters = body.prefix { (0x30...0x3B).contains($0) }
            let isStyle = rest.dropFirst().first == UInt8(ascii: "[") && body.dropFirst(parameters.count).first == 0x6D
            guard isStyle, !parameters.isEmpty else {
                result.append(0x1B)
                rest = rest.dropFirst()
                continue
            }
            result += Array("\u{1B}[".utf8) + replaced(parameters) + [0x6D]
            rest = body.dropFirst(parameters.count + 1)
        }
        return result + rest
    }

    private func replaced(_ parameters: ArraySlice<UInt8>) -> [UInt8] {
        let fields = parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        var result: [String] = []
        var index = 0
        while index < fields.count {
            if index + 2 < fields.count, fields[index] == "38" || fields[index] == "48", fields[index + 1] == "5",
                let number = Int(fields[index + 2]), colors.indices.contains(number - Self.first)
            {
                let rgb = colors[number - Self.first]
                result += [fields[index], "2", "\(rgb >> 16 & 255)", "\(rgb >> 8 & 255)", "\(rgb & 255)"]
                index += 3
            } else {
                result.append(fields[index])
                index += 1
            }
        }
        return Array(result.joined(separator: ";").utf8)
    }
}
