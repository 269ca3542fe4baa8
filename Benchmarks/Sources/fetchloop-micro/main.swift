import FetchLoop
import Glibc

// One line a measurement: name, nanoseconds an operation. The peers' programs print the same lines.

func report(_ name: String, _ count: Int, _ elapsed: Duration) {
    print(name, String(Double(elapsed.nanoseconds) / Double(count)))
}

/// Queues its own callback again and again: the callback is made once, as a function of Python is.
final class Chain {
    private let loop: EventLoop
    private let schedule: (@escaping () -> Void) -> Void
    private var left: Int
    private var step: () -> Void = {}

    init(_ loop: EventLoop, count: Int, schedule: @escaping (@escaping () -> Void) -> Void) {
        self.loop = loop
        self.schedule = schedule
        left = count
        step = { [self] in
            left -= 1
            if left > 0 { schedule(step) } else { loop.stop() }
        }
    }

    /// A hundred chains at once.
    func run() throws -> Duration {
        for _ in 0..<100 { schedule(step) }
        defer { try? loop.close() }
        return try ContinuousClock().measure { try loop.run() }
    }
}

/// A hundred chains of callbacks, each queueing its successor.
func callbacks(_ count: Int) throws {
    let loop = try EventLoop()
    let elapsed = try Chain(loop, count: count) { loop.onNextTurn($0) }.run()
    report("callback", count, elapsed)
}

/// A timer far away, taken back at once: what every request with a timeout does.
func timers(_ count: Int) throws {
    let loop = try EventLoop()
    let elapsed = try ContinuousClock().measure {
        try loop.run {
            for _ in 0..<count { loop.after(.seconds(100)) {}.cancel() }
        }
    }
    report("timer-add-remove", count, elapsed)
    try loop.close()
}

/// A hundred chains of timers due at once.
func timersFiring(_ count: Int) throws {
    let loop = try EventLoop()
    let elapsed = try Chain(loop, count: count) { loop.after(.zero, $0) }.run()
    report("timer-fire", count, elapsed)
}

/// Start a coroutine that is suspended once, and wait for its result; a hundred in flight.
func spawns(_ count: Int) throws {
    let loop = try EventLoop()
    let elapsed = try ContinuousClock().measure {
        try loop.run {
            for _ in 0..<count / 100 {
                let futures = (0..<100).map { number in
                    loop.spawn {
                        await loop.yield()
                        return number
                    }
                }
                for future in futures { _ = try await future.value }
            }
        }
    }
    report("spawn-suspend-await", count, elapsed)
    try loop.close()
}

/// Start a coroutine that has nothing to wait for, and wait for its result; a hundred at a time.
func spawnsWithoutWait(_ count: Int) throws {
    let loop = try EventLoop()
    let elapsed = try ContinuousClock().measure {
        try loop.run {
            for _ in 0..<count / 100 {
                let futures = (0..<100).map { number in loop.spawn { number } }
                for future in futures { _ = try await future.value }
                await loop.yield()
            }
        }
    }
    report("spawn-await", count, elapsed)
    try loop.close()
}

/// Wait for a future that a callback of the next turn settles.
func awaits(_ count: Int) throws {
    let loop = try EventLoop()
    let elapsed = try ContinuousClock().measure {
        try loop.run {
            for _ in 0..<count {
                let promise = Promise<Int>(on: loop)
                loop.onNextTurn { promise.trySucceed(1) }
                _ = try await promise.future.value
            }
        }
    }
    report("await-future", count, elapsed)
    try loop.close()
}

/// Another thread posts as fast as it can; the clock stops when the last callback has run.
func posts(_ count: Int) throws {
    let loop = try EventLoop()
    let executor = loop.executor
    nonisolated(unsafe) var left = count
    nonisolated(unsafe) let unsafeLoop = loop
    let elapsed = try ContinuousClock().measure {
        _ = loop.runBlocking {
            for _ in 0..<count {
                executor.post {
                    left -= 1
                    if left == 0 { unsafeLoop.stop() }
                }
            }
        }
        try loop.run()
    }
    report("cross-thread-post", count, elapsed)
    try loop.close()
}

/// Usage: fetchloop-micro [count] [name...]
func measureAll(_ arguments: [String]) throws {
    let all: KeyValuePairs<String, (Int) throws -> Void> = [
        "callback": callbacks, "timer-add-remove": timers, "timer-fire": timersFiring,
        "spawn-await": spawnsWithoutWait, "spawn-suspend-await": spawns, "bare-task": bareSpawns,
        "await-future": awaits, "cross-thread-post": posts,
    ]
    let count = arguments.first.flatMap(Int.init) ?? 1_000_000
    for (name, measure) in all where arguments.count < 2 || arguments.dropFirst().contains(name) { try measure(count) }
}

try measureAll(Array(CommandLine.arguments.dropFirst()))
