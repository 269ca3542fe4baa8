import FetchLoop

/// Several fetches at once. All are waited for, even when one fails; every failure is kept.
func parallelism(from origin: String) throws {
    let loop = try EventLoop()
    let client = AsyncHTTPClient(loop: loop)

    func fetchSize(of path: String) async throws -> Int { try await client.fetch(origin + path).body.count }

    try loop.run {
        let sizes = try await loop.gather((1...5).map { number in { try await fetchSize(of: "/bytes/\(number)00") } })
        print("array:", sizes)

        let named = try await loop.gather([
            "small": { try await fetchSize(of: "/bytes/10") },
            "large": { try await fetchSize(of: "/bytes/100000") },
        ])
        print("dictionary:", named["small"] ?? 0, named["large"] ?? 0)

        let (size, status) = try await loop.gather(
            { try await fetchSize(of: "/bytes/1000") },
            { try await client.fetch("\(origin)/empty").status })
        print("tuple:", size, status)

        do {
            try await loop.gather(
                ["/bytes/1", "/status/404", "/status/500"].map { path in { try await fetchSize(of: path) } })
        } catch let error as GatherError {
            print("failures:", error.failures.map { "\($0.key): \($0.error)" })
        }
    }
}
