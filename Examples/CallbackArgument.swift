import FetchLoop

/// The first style: the function takes a callback, and calls it with the result.
func callbackArgument(from origin: String) throws {
    let loop = try EventLoop()
    let client = AsyncHTTPClient(loop: loop)

    func fetchSize(of path: String, then callback: @escaping (Result<Int, any Error>) -> Void) {
        loop.spawn { try await client.fetch(origin + path).body.count }
            .whenDone { size in callback(Result { try size.result() }) }
    }

    fetchSize(of: "/bytes/1000") { size in
        print("size:", size)
        fetchSize(of: "/status/404") { size in
            print("size:", size)
            loop.stop()
        }
    }
    try loop.run()
}
