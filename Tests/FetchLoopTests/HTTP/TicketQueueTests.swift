import TestSupport
import Testing

@testable import FetchLoop

private final class Person: TicketHolder {
    let name: Int
    var ticket = -1
    init(_ name: Int) { self.name = name }
}

@Suite(.timeLimit(.minutes(5))) struct TicketQueueTests {
    @Test func thoseWhoWaitAreServedInTheOrderInWhichTheyCame() {
        var queue = TicketQueue<Person>()
        let people = (0..<5).map(Person.init)
        for person in people { queue.append(person) }
        queue.remove(people[0])
        queue.remove(people[3])
        queue.remove(people[3])
        #expect(queue.count == 3)
        #expect(queue.removeAll().map(\.name) == [1, 2, 4])
        #expect(queue.popFirst() == nil && queue.placeCount == 0)
    }

    @Test func whoeverLeavesIsGoneAtOnceThoughTheFirstStays() {
        var queue = TicketQueue<Person>()
        let first = Person(0)
        queue.append(first)
        weak var seen: Person?
        for name in 1...10_000 {
            let person = Person(name)
            seen = person
            queue.append(person)
            if name % 100 != 0 { queue.remove(person) }
        }
        #expect(seen != nil && queue.count == 101)
        #expect(queue.placeCount <= 4 * queue.count + 64)
        #expect(queue.removeAll().map(\.name) == [0] + stride(from: 100, through: 10_000, by: 100))
        let last = Person(1)
        queue.append(last)
        queue.remove(first)
        #expect(queue.popFirst() === last)
    }

    @Test(arguments: 1...20) func aLineIsWhatAnArrayWouldBe(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var queue = TicketQueue<Person>()
        var line: [Person] = []
        for name in 0..<3_000 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0...3:
                let person = Person(name)
                queue.append(person)
                line.append(person)
            case 4: #expect(queue.popFirst() === (line.isEmpty ? nil : line.removeFirst()))
            default:
                guard let person = line.randomElement(using: &random) else { continue }
                queue.remove(person)
                line.removeAll { $0 === person }
            }
            #expect(queue.count == line.count)
        }
        #expect(queue.removeAll().map(\.name) == line.map(\.name))
    }
}
