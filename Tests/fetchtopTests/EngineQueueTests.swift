import FetchLoop
import Testing

@testable import fetchtop

@Suite struct EngineQueueTests {
    @Test func aClosedHostIsPassedOver() {
        var queue = FetchQueue()
        let (one, two) = (FetchID(index: 0), FetchID(index: 1))
        queue.append(one, host: HostID(index: 0))
        queue.append(two, host: HostID(index: 1))
        queue.setOpen(false, host: HostID(index: 0))
        #expect(queue.next()?.id == two)
        queue.setOpen(true, host: HostID(index: 0))
        #expect(queue.popNext()?.id == one)
        #expect(queue.popNext()?.id == two)
        #expect(queue.popNext() == nil)
        #expect(queue.count == 0)
    }

    @Test func aRetryGoesBeforeThoseThatHaveNotRunYet() {
        var queue = FetchQueue()
        let host = HostID(index: 0)
        for index in 0..<4 { queue.append(FetchID(index: index), host: host) }
        queue.append(FetchID(index: 9), host: host, isRetry: true)
        queue.append(FetchID(index: 8), host: host, isRetry: true)
        var order: [Int] = []
        while let next = queue.popNext() { order.append(next.id.index) }
        #expect(order == [9, 8, 0, 1, 2, 3])
    }

    /// The same operations on a plain array, looked through from the start each time.
    @Test(arguments: 1...20) func itChoosesAsASlowOneWould(seed: UInt64) {
        struct Waiting: Equatable {
            var id: Int
            var host: Int
            var priority: Int32
            var isRetry: Bool
            var number: Int
        }
        var random = SeededRandom(seed: seed)
        let order: RunOptions.Order = seed % 2 == 0 ? .fifo : .priority
        var queue = FetchQueue(order: order)
        var waiting: [Waiting] = []
        var open = Set(0..<3)
        for number in 0..<600 {
            switch Int.random(in: 0..<7, using: &random) {
            case 0...2:
                let id = Int.random(in: 0..<80, using: &random)
                guard !waiting.contains(where: { $0.id == id }) else { continue }
                let entry = Waiting(
                    id: id, host: id % 3, priority: order == .fifo ? 0 : Int32(id % 4),
                    isRetry: Bool.random(using: &random), number: number)
                waiting.append(entry)
                queue.append(
                    FetchID(index: id), host: HostID(index: entry.host), priority: entry.priority,
                    isRetry: entry.isRetry)
            case 3:
                let id = Int.random(in: 0..<80, using: &random)
                waiting.removeAll { $0.id == id }
                queue.remove(FetchID(index: id), host: HostID(index: id % 3))
            case 4:
                let host = Int.random(in: 0..<3, using: &random)
                if open.contains(host) { open.remove(host) } else { open.insert(host) }
                queue.setOpen(open.contains(host), host: HostID(index: host))
            default:
                var heads: [Waiting] = []
                for host in open {
                    let line = waiting.filter { $0.host == host }
                    if let head = line.min(by: {
                        ($1.priority, $1.isRetry ? 1 : 0, -$1.number) < ($0.priority, $0.isRetry ? 1 : 0, -$0.number)
                    }) {
                        heads.append(head)
                    }
                }
                let expected = heads.min { left, right in
                    order == .fifo ? left.id < right.id : (-left.priority, left.id) < (-right.priority, right.id)
                }
                let found = queue.popNext()
                #expect(found?.id.index == expected?.id)
                waiting.removeAll { $0.id == expected?.id }
            }
            #expect(queue.count == waiting.count)
        }
    }
}

@Suite struct EngineDateTests {
    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    ])
    func allThreeFormsOfADateAreRead(text: String) {
        #expect(HTTPDate.unixSeconds(text) == 784_111_777)
    }

    @Test(arguments: ["", "yesterday", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", "-5", "1e9x"])
    func whatIsNoDateIsNone(text: String) {
        #expect(HTTPDate.unixSeconds(text) == nil)
        #expect(RetryAfter.duration(text, atUnixSeconds: 0) == nil)
    }

    @Test func retryAfterIsSecondsOrADateToCome() {
        #expect(RetryAfter.duration("120", atUnixSeconds: 0) == .seconds(120))
        #expect(RetryAfter.duration(" 0 ", atUnixSeconds: 0) == .zero)
        #expect(RetryAfter.duration("1.5", atUnixSeconds: 0) == .seconds(1))
        #expect(RetryAfter.duration("99999999999999999999", atUnixSeconds: 0) == .seconds(1 << 40))
        #expect(RetryAfter.duration("9999999999999999999x", atUnixSeconds: 0) == nil)
        #expect(RetryAfter.duration("Sun, 06 Nov 1994 08:49:37 GMT", atUnixSeconds: 784_111_700) == .seconds(77))
        #expect(RetryAfter.duration("Sun, 06 Nov 1994 08:49:37 GMT", atUnixSeconds: 784_111_800) == nil)
    }

    @Test func everyDayOfFourCenturiesConvertsBothWays() {
        for day in stride(from: -150_000, to: 150_000, by: 1) {
            let date = CivilDate(daysSince1970: day)
            #expect(date.daysSince1970 == day)
        }
        #expect(CivilDate(daysSince1970: 19_782) == CivilDate(year: 2024, month: 2, day: 29))
    }
}

extension FetchQueue {
    /// Takes the fetch that starts next.
    fileprivate mutating func popNext() -> (id: FetchID, host: HostID)? {
        guard let next = next() else { return nil }
        take(next)
        return next
    }
}
