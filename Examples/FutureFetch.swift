import FetchLoop

/// The same as a function that is not `async`: it starts a coroutine and returns its future at once.
func futureFetch(from origin: String) throws {
    let loop = try EventLoop()
    let client = AsyncHTTPClient(loop: loop)

    func fetchSize(of path: String) -> Future<Int> {
        loop.spawn {
            let response = try await client.fetch(origin + path)
            return response.body.count
        }
    }

    try loop.run {
        let size = fetchSize(of: "/bytes/1000")
        print("under way")
        print(try await size.value, "bytes")
    }
}
