import FetchLoop

/// A future that is not waited for at once is work that goes on: here the next page arrives while this one is used.
func interleaving(from origin: String) throws {
    let loop = try EventLoop()
    let client = AsyncHTTPClient(loop: loop)

    func fetch(_ page: Int) -> Future<HTTPResponse> {
        print("fetch page", page)
        return loop.spawn { try await client.fetch("\(origin)/bytes/\(page)000") }
    }

    try loop.run {
        var next = fetch(1)
        for page in 1...3 {
            let response = try await next.value
            if page < 3 { next = fetch(page + 1) }
            print("use page", page, "of", response.body.count, "bytes")
            try await loop.sleep(for: .milliseconds(5))
        }
    }
}
