extension String {
    /// Unicode normalisation form C, in which RFC 7617 wants names and passwords: "e" and a combining acute accent
    /// become one "é". Letters whose marks have no common code point with them stay as they are, and so does one that is
    /// composed already where a further mark would belong below those that it has.
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
        // The letter that marks are put together with, and the class of the last mark behind it that stayed.
        var letter: Int?
        var lastClass: UInt8 = 0
        for scalar in inCanonicalOrder(character.unicodeScalars) {
            let own = scalar.combiningClass
            // A mark of the same place, or of one further out, is in the way.
            if let letter, lastClass == 0 || lastClass < own,
                let joined = table[String(String.UnicodeScalarView([scalars[letter], scalar]))]
            {
                scalars[letter] = joined
                continue
            }
            if own == 0 { letter = scalars.count }
            lastClass = own
            scalars.append(scalar)
        }
        return scalars
    }

    /// Marks sorted by their classes; those of one class keep their order, and none passes a letter.
    private static func inCanonicalOrder(_ scalars: Character.UnicodeScalarView) -> [Unicode.Scalar] {
        var ordered: [Unicode.Scalar] = []
        for scalar in scalars {
            let own = scalar.combiningClass
            var place = ordered.count
            while own > 0 && place > 0 && ordered[place - 1].combiningClass > own { place -= 1 }
            ordered.insert(scalar, at: place)
        }
        return ordered
    }
}

extension Unicode.Scalar {
    fileprivate var combiningClass: UInt8 { properties.canonicalCombiningClass.rawValue }
}
