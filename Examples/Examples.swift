/// One example: what to call it, and the function to run with the URL of a server on this machine.
private struct Example: Sendable {
    let name: String
    let summary: String
    let run: @Sendable (_ origin: String) throws -> Void
}

private let examples = [
    Example(name: "blocked-loop", summary: "the loop names the callback that kept it waiting") { _ in try blockedLoop()
    },
    Example(name: "synchronous-fetch", summary: "a fetch that blocks", run: synchronousFetch),
    Example(name: "asynchronous-fetch", summary: "the same in a coroutine", run: asynchronousFetch),
    Example(name: "future-fetch", summary: "the same as a function that returns a future", run: futureFetch),
    Example(name: "promise-fetch", summary: "the same by hand, with a promise", run: promiseFetch),
    Example(name: "callback-argument", summary: "style 1: call me back", run: callbackArgument),
    Example(name: "placeholder", summary: "style 2: give me a future", run: placeholder),
    Example(name: "deliver-to-queue", summary: "style 3: put it into a queue", run: deliverToQueue),
    Example(name: "callback-registry", summary: "style 4: call me whenever it happens") { _ in try callbackRegistry() },
    Example(name: "runner", summary: "who resumes a coroutine: the loop") { _ in try runner() },
    Example(name: "any-swift-code", summary: "the client from an actor and `async let`", run: anySwiftCode),
    Example(name: "calling-blocking", summary: "a function that blocks, in a thread") { _ in try callingBlocking() },
    Example(name: "parallelism", summary: "several fetches at once: array, dictionary, tuple", run: parallelism),
    Example(name: "interleaving", summary: "the next fetch under way while this one is used", run: interleaving),
    Example(name: "looping", summary: "a body piece by piece", run: looping),
    Example(name: "running-in-background", summary: "a loop that never ends, beside the rest") { _ in
        try runningInBackground()
    },
    Example(name: "periodic", summary: "every minute, start to start") { _ in try periodic() },
    Example(name: "time-limit", summary: "give up after a while, with and without stopping the work") { _ in
        try timeLimit()
    },
    Example(name: "completion-order", summary: "results as they come in") { _ in try completionOrder() },
    Example(name: "producer-consumer", summary: "a queue with room for two") { _ in try producerConsumer() },
    Example(name: "web-spider", summary: "ten workers crawl a site", run: webSpider),
    Example(name: "echo-server", summary: "a server and its client on one loop") { _ in try echoServer() },
]

/// Runs the example of that name; false when there is none. Without a name it lists them.
func runExample(_ name: String?) throws -> Bool {
    guard let name else {
        for example in examples { print(example.name, example.summary, separator: ": ") }
        return true
    }
    guard let example = examples.first(where: { $0.name == name }) else { return false }
    try example.run(try startOrigin())
    return true
}
