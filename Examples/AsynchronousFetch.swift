import FetchLoop

/// The same in a coroutine: `await` suspends it, and the loop does other work until the response is there.
func asynchronousFetch(from origin: String) throws {
    let loop = try EventLoop()
    let client = AsyncHTTPClient(loop: loop)

    func fetchSize(of path: String) async throws -> Int {
        let response = try await client.fetch(origin + path)
        return response.body.count
    }

    let size = try loop.run { try await fetchSize(of: "/bytes/1000") }
    print(size, "bytes")
}
