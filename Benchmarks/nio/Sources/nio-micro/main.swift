import NIOCore
import NIOPosix

// SwiftNIO's EventLoop under the same loads as fetchloop-micro.

func report(_ name: String, _ count: Int, _ elapsed: Duration) {
    let (seconds, attoseconds) = elapsed.components
    print(name, String((Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(count)))
}

/// State that only the loop's thread touches.
final class Counter: @unchecked Sendable {
    var left: Int
    init(_ left: Int) { self.left = left }
}

/// Queues its own callback again and again: the callback is made once, as a function of Python is.
final class Chain: @unchecked Sendable {
    private var left: Int
    private(set) var step: @Sendable () -> Void = {}

    init(
        _ count: Int, _ done: EventLoopPromise<Void>,
        schedule: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void
    ) {
        left = count
        step = { [self] in
            left -= 1
            if left > 0 { schedule(step) } else if left == 0 { done.succeed() }
        }
    }
}

struct Micro {
    let loop: any EventLoop
    let count: Int
    let clock = ContinuousClock()

    func measure(_ name: String, _ count: Int, _ start: @escaping @Sendable (EventLoopPromise<Void>) -> Void) throws {
        let done = loop.makePromise(of: Void.self)
        let elapsed = try clock.measure {
            start(done)
            try done.futureResult.wait()
        }
        report(name, count, elapsed)
    }

    func callbacks() throws {
        let loop = loop
        try measure("callback", count) { [count] done in
            let chain = Chain(count, done) { loop.execute($0) }
            loop.execute { for _ in 0..<100 { loop.execute(chain.step) } }
        }
    }

    func timers() throws {
        let loop = loop
        let count = count
        try measure("timer-add-remove", count) { done in
            loop.execute {
                for _ in 0..<count { loop.scheduleTask(in: .seconds(100)) {}.cancel() }
                done.succeed()
            }
        }
    }

    func timersFiring() throws {
        let loop = loop
        try measure("timer-fire", count) { [count] done in
            let chain = Chain(count, done) { _ = loop.scheduleTask(in: .zero, $0) }
            loop.execute { for _ in 0..<100 { _ = loop.scheduleTask(in: .zero, chain.step) } }
        }
    }

    /// A coroutine from the loop: `makeFutureWithTask`, NIO's bridge, whose body is suspended once or not at all.
    func spawns(_ name: String, suspending: Bool) throws {
        let count = count / 10
        let loop = loop
        try measure(name, count) { done in
            @Sendable func round(_ left: Int) {
                guard left > 0 else { return done.succeed() }
                let futures = (0..<100).map { number in
                    loop.makeFutureWithTask {
                        if suspending { await Task.yield() }
                        return number
                    }
                }
                EventLoopFuture.andAllComplete(futures, on: loop).whenComplete { _ in round(left - 100) }
            }
            loop.execute { round(count) }
        }
    }

    /// A future that a callback of the next turn settles, and a callback on it.
    func awaits() throws {
        let loop = loop
        let count = count
        try measure("await-future", count) { done in
            @Sendable func round(_ left: Int) {
                guard left > 0 else { return done.succeed() }
                let promise = loop.makePromise(of: Int.self)
                loop.execute { promise.succeed(1) }
                promise.futureResult.whenComplete { _ in round(left - 1) }
            }
            loop.execute { round(count) }
        }
    }

    func posts() throws {
        let counter = Counter(count)
        let loop = loop
        let count = count
        try measure("cross-thread-post", count) { done in
            for _ in 0..<count {
                loop.execute {
                    counter.left -= 1
                    if counter.left == 0 { done.succeed() }
                }
            }
        }
    }
}

func measureAll() throws {
    let count = CommandLine.arguments.count > 1 ? Int(CommandLine.arguments[1])! : 1_000_000
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let micro = Micro(loop: group.next(), count: count)
    try micro.callbacks()
    try micro.timers()
    try micro.timersFiring()
    try micro.spawns("spawn-await", suspending: false)
    try micro.spawns("spawn-suspend-await", suspending: true)
    try micro.awaits()
    try micro.posts()
    try group.syncShutdownGracefully()
}

try measureAll()
