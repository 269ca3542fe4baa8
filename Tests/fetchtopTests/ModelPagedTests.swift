import TestSupport
import Testing

@testable import fetchtop

/// The containers of which no single step takes long, however much they hold.
@Suite struct PagedContainerTests {
    @Test(arguments: [0, 1, 4_095, 4_096, 4_097, 20_000])
    func aPagedListIsWhatAnArrayIs(count: Int) {
        let expected = (0..<count).map { ($0 &* 7_919) % 10_007 }
        var list = PagedArray(expected)
        #expect(list.count == count && list.elementsEqual(expected) && list == PagedArray(expected))
        #expect(Array(list.reversed().prefix(3)) == Array(expected.reversed().prefix(3)))
        for index in list.indices where index % 3 == 0 { list[index] = -1 }
        #expect(list.enumerated().allSatisfy { $1 == ($0 % 3 == 0 ? -1 : expected[$0]) })
        list.removeAll()
        #expect(list.isEmpty && list.first == nil)
        list.append(5)
        #expect(Array(list) == [5])
    }

    @Test func aCopyOfAListDoesNotChangeWithIt() {
        var list = PagedArray(0..<10_000)
        let copy = list
        list[9_999] = 0
        list.append(1)
        #expect(copy.count == 10_000 && copy[9_999] == 9_999)
    }

    @Test func aPartOfAPageIsSorted() {
        var list = PagedArray((0..<9_000).map { -$0 })
        list.sort(4_096..<4_608, by: <)
        #expect(
            Array(list[4_095..<4_098]) == [-4_095, -4_607, -4_606] && list[4_607] == -4_096 && list[4_608] == -4_608)
    }

    /// Insertions and removals in any order, also of numbers that lie in each other's way.
    @Test(arguments: 0..<6 as Range<UInt64>)
    func aSetOfIdentitiesIsWhatASetIs(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var expected: Set<UInt64> = []
        var set = IdentitySet()
        // Few different numbers, so that most are removed and come again; or many, so that the set is split.
        let range: ClosedRange<UInt64> = seed % 2 == 0 ? 0...900 : 0...60_000
        for _ in 0..<40_000 {
            let number = UInt64.random(in: range, using: &random) << (seed == 4 ? 40 : 0)
            if Int.random(in: 0..<3, using: &random) == 0 {
                #expect(set.remove(number) == (expected.remove(number) != nil))
            } else {
                #expect(set.insert(number) == expected.insert(number).inserted)
            }
        }
        #expect(set.count == expected.count && set.isEmpty == expected.isEmpty)
        let isSame = range.allSatisfy { set.contains($0) == expected.contains($0) }
        #expect(isSame || seed == 4)
        #expect(expected.allSatisfy(set.contains))
    }

    @Test func occurrencesAreCountedByContentAndKeptByFetch() {
        var counts = OccurrenceCounts()
        #expect(counts.number(of: FetchID(index: 3)) == 1)
        for (index, content) in (0..<9_000).map({ ($0, UInt64($0 % 3)) }) where index >= 3 {
            counts.note(counts.next(content), for: FetchID(index: index))
        }
        #expect((0..<9_000).allSatisfy { counts.number(of: FetchID(index: $0)) == $0 / 3 + 1 })
    }
}
