import FetchLoop

/// The third style: results go into a queue, and whoever takes them out need not know who put them in.
func deliverToQueue(from origin: String) throws {
    let loop = try EventLoop()
    let client = AsyncHTTPClient(loop: loop)
    let sizes = AsyncQueue<Int>(on: loop)

    func fetchSize(of path: String) {
        loop.spawn { try await sizes.put(client.fetch(origin + path).body.count) }
    }

    try loop.run {
        for count in [100, 200, 300] { fetchSize(of: "/bytes/\(count)") }
        var total = 0
        for await size in sizes {
            total += size
            if total == 600 { sizes.finish() }
        }
        print(total, "bytes")
    }
}
