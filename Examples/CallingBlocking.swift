import FetchLoop
import Glibc

/// A function that blocks is called in a thread of the pool; the coroutine waits for its result, and the loop goes on.
func callingBlocking() throws {
    let loop = try EventLoop()
    try loop.run {
        var ticks = 0
        let ticker = loop.every(.milliseconds(1)) { ticks += 1 }
        let answer = try await loop.runBlocking {
            usleep(50_000)
            return 42
        }.value
        ticker.stop()
        print("the answer is", answer)
        print("the loop did something else meanwhile:", ticks > 0)
    }
}
