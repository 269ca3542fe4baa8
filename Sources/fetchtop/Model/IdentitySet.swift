/// A set of 64-bit identities that may be millions, of which no single insertion takes long.
///
/// A `Set` that doubles moves all it has: 120 ms with three million numbers, in which no key is answered and no socket
/// is served. From a few thousand on this one is a thousand small tables, each of which grows by itself. The identities
/// are hashes already, so they are spread by one multiplication instead of being hashed anew.
struct IdentitySet {
    private static let segmentBits = 10
    private static let smallLimit = 4_096

    private var segments = [Segment()]
    private(set) var count = 0

    init(_ identities: some Sequence<UInt64> = []) {
        for identity in identities { insert(identity) }
    }

    var isEmpty: Bool { count == 0 }

    /// Takes an identity in; false when it was there already.
    @discardableResult
    mutating func insert(_ identity: UInt64) -> Bool {
        let mixed = Self.mix(identity)
        guard segments[segment(of: mixed)].insert(mixed) else { return false }
        count += 1
        if count == Self.smallLimit, segments.count == 1 { split() }
        return true
    }

    func contains(_ identity: UInt64) -> Bool {
        let mixed = Self.mix(identity)
        return segments[segment(of: mixed)].contains(mixed)
    }

    /// Takes an identity out; false when it was not there.
    mutating func remove(_ identity: UInt64) -> Bool {
        let mixed = Self.mix(identity)
        guard segments[segment(of: mixed)].remove(mixed) else { return false }
        count -= 1
        return true
    }

    private mutating func split() {
        let all = segments[0]
        segments = Array(repeating: Segment(), count: 1 << Self.segmentBits)
        all.forEach { segments[segment(of: $0)].insert($0) }
    }

    private func segment(of mixed: UInt64) -> Int {
        segments.count == 1 ? 0 : Int(mixed >> UInt64(64 - Self.segmentBits))
    }

    /// One to one, so the mixed numbers stand for the identities; the upper bits, too, depend on all of them.
    private static func mix(_ identity: UInt64) -> UInt64 {
        let folded = identity ^ identity >> 32
        return folded &* 0x9E37_79B9_7F4A_7C15
    }

    /// Open addressing with linear probing; at most three quarters full. Zero marks a free slot, so it has a flag.
    private struct Segment {
        private var slots: [UInt64] = []
        private var used = 0
        private var hasZero = false

        func contains(_ number: UInt64) -> Bool {
            guard number != 0 else { return hasZero }
            guard !slots.isEmpty else { return false }
            return slots[place(of: number)] == number
        }

        @discardableResult
        mutating func insert(_ number: UInt64) -> Bool {
            guard number != 0 else {
                defer { hasZero = true }
                return !hasZero
            }
            if 4 * (used + 1) > 3 * slots.count { grow() }
            let place = place(of: number)
            guard slots[place] != number else { return false }
            slots[place] = number
            used += 1
            return true
        }

        mutating func remove(_ number: UInt64) -> Bool {
            guard number != 0 else {
                defer { hasZero = false }
                return hasZero
            }
            guard contains(number) else { return false }
            var hole = place(of: number)
            // Those behind it that were pushed on by it move up, so no search stops too early.
            var next = hole
            let mask = slots.count - 1
            while true {
                next = (next + 1) & mask
                guard slots[next] != 0 else { break }
                let wanted = home(of: slots[next])
                guard (next - wanted) & mask >= (next - hole) & mask else { continue }
                slots[hole] = slots[next]
                hole = next
            }
            slots[hole] = 0
            used -= 1
            return true
        }

        func forEach(_ body: (UInt64) -> Void) {
            if hasZero { body(0) }
            for number in slots where number != 0 { body(number) }
        }

        /// Where a number would lie if nothing were in its way: by the bits below those that choose the segment.
        private func home(of number: UInt64) -> Int {
            Int(truncatingIfNeeded: number >> 20) & (slots.count - 1)
        }

        /// Where the number is, or the free slot where it would be put.
        private func place(of number: UInt64) -> Int {
            var place = home(of: number)
            while slots[place] != 0, slots[place] != number { place = (place + 1) & (slots.count - 1) }
            return place
        }

        private mutating func grow() {
            let old = slots
            slots = Array(repeating: 0, count: max(8, old.count * 2))
            for number in old where number != 0 { slots[place(of: number)] = number }
        }
    }
}
