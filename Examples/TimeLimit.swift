import FetchLoop

/// Two ways to give up. The first, the usual one, also ends the work; the second leaves it running.
func timeLimit() throws {
    let loop = try EventLoop(clock: .virtual)

    func work() async throws -> String {
        do { try await loop.sleep(for: .seconds(30)) } catch {
            print("work: cancelled")
            throw error
        }
        print("work: done")
        return "the result"
    }

    try loop.run {
        do { print(try await loop.withTimeout(.seconds(10)) { try await work() }) } catch { print(error) }

        let future = loop.spawn { try await work() }
        do { print(try await future.value(abandoningAfter: .seconds(10))) } catch { print(error) }
        print(try await future.value)
    }
}
