extension String {
    /// Unicode normalisation form C, in which RFC 7617 wants names and passwords: "e" and a combining acute accent
    /// become one "é". Letters whose marks have no common code point with them stay as they are.
    var precomposed: String {
        // Below the combining marks everything is composed already.
        guard unicodeScalars.contains(where: { $0.value >= 0x300 }) else { return self }
        var composed = String.UnicodeScalarView()
        for character in self { composed.append(contentsOf: Composition.compose(character)) }
        return String(composed)
    }
}

/// The standard library compares strings by canonical equivalence but does not hand out their normal forms; a table
/// from letters with marks to code points, looked up by that very equivalence, does.
private enum Composition {
    private static let table: [String: Unicode.Scalar] = {
        var table: [String: Unicode.Scalar] = [:]
        // Where the composed scripts are; Hangul after them.
        for value in Array(0xC0...0x30FF as ClosedRange<UInt32>) + Array(0xAC00...0xD7A3) {
            guard let scalar = Unicode.Scalar(value), !scalar.properties.isFullCompositionExclusion else { continue }
            table[String(scalar)] = scalar
        }
        return table
    }()

    static func compose(_ character: Character) -> [Unicode.Scalar] {
        if let whole = table[String(character)] { return [whole] }
        var scalars: [Unicode.Scalar] = []
        for scalar in character.unicodeScalars {
            if scalars.count == 1, let joined = table[String(String.UnicodeScalarView([scalars[0], scalar]))] {
                scalars = [joined]
            } else {
                scalars.append(scalar)
            }
        }
        return scalars
    }
}
