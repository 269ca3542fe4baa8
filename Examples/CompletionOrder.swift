import FetchLoop

enum WorkError: Error { case refused }

/// Outcomes in the order in which they come in; each tells which input it is of, and a failure does not end the loop.
func completionOrder() throws {
    let loop = try EventLoop(clock: .virtual)

    func work(_ seconds: Int) -> Future<String> {
        loop.spawn {
            try await loop.sleep(for: .seconds(seconds))
            if seconds == 2 { throw WorkError.refused }
            return "after \(seconds) s"
        }
    }

    try loop.run {
        for await completion in loop.completions(of: ["slow": work(3), "quick": work(1), "faulty": work(2)]) {
            print(completion.key, completion.result, separator: ": ")
        }
    }
}
