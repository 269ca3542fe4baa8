import FetchLoop

/// An actor, which runs on Swift's own threads, not on the loop's. The client may be used there: it is `Sendable`, and
/// `fetch` hops to the loop and back.
private actor SizeCache {
    private let client: AsyncHTTPClient
    private var sizes: [String: Int] = [:]

    init(client: AsyncHTTPClient) { self.client = client }

    func size(of url: String) async throws -> Int {
        if let size = sizes[url] { return size }
        let size = try await client.fetch(url).body.count
        sizes[url] = size
        return size
    }
}

func anySwiftCode(from origin: String) throws {
    let loop = try EventLoop()
    let cache = SizeCache(client: AsyncHTTPClient(loop: loop))

    try loop.run {
        async let small = cache.size(of: "\(origin)/bytes/100")
        async let large = cache.size(of: "\(origin)/bytes/1000")
        print(try await small, try await large)
        print(try await cache.size(of: "\(origin)/bytes/100"), "from the cache")
    }
}
