import FetchLoop

/// The same as a service of the loop: rounds never overlap, one that takes too long costs whole periods, and its errors
/// are reported instead of ending it.
func periodic() throws {
    let loop = try EventLoop(clock: .virtual)
    let start = loop.now
    var round = 0

    let task = loop.every(.seconds(60)) {
        round += 1
        print("\(loop.now - start): round \(round)")
        if round == 2 { try await loop.sleep(for: .seconds(90)) }
    }
    try loop.run {
        try await loop.sleep(for: .seconds(330))
        task.stop()
    }
}
