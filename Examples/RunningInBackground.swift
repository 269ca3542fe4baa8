import FetchLoop

/// A coroutine that nobody waits for. The pause is from the end of one round to the start of the next; where it shall be
/// from start to start, the sleep is begun first.
///
/// The loop's clock is virtual: it jumps over the time in which nothing happens. Tests of time-outs do this, too.
func runningInBackground() throws {
    let loop = try EventLoop(clock: .virtual)
    let start = loop.now

    func report(_ text: String) { print("\(loop.now - start): \(text)") }
    func work(_ name: String) async throws {
        report("\(name) begins")
        try await loop.sleep(for: .seconds(10))
    }

    loop.spawn {
        while true {
            try await work("minute loop")
            try await loop.sleep(for: .seconds(60))
        }
    }
    loop.spawn {
        while true {
            let minute = loop.spawn { try await loop.sleep(for: .seconds(60)) }
            try await work("exact minute loop")
            try await minute.value
        }
    }
    try loop.run {
        try await loop.sleep(for: .seconds(150))
        report("done")
    }
    try loop.close()  // ends both
}
