import FetchLoop

/// Ten workers take URLs from a queue, fetch them, and put the links they find into the queue, until nothing is left.
func webSpider(from origin: String) throws {
    let loop = try EventLoop()
    let client = AsyncHTTPClient(loop: loop)
    let queue = AsyncQueue<String>(on: loop)
    var fetching: Set<String> = []
    var fetched: Set<String> = []
    var dead: Set<String> = []

    func links(on page: String) async throws -> [String] {
        let text = try await client.fetch(origin + page).text
        return text.matches(of: #/<a href="(/[^"#]*)/#).map { link in String(link.1) }
    }

    func visit(_ page: String) async throws {
        guard fetching.insert(page).inserted else { return }
        for link in try await links(on: page) { try await queue.put(link) }
        fetched.insert(page)
    }

    func worker() async throws {
        for await page in queue {
            do { try await visit(page) } catch { dead.insert(page) }
            try queue.taskDone()
        }
    }

    try loop.run {
        try await queue.put("/site/index")
        let workers = (1...10).map { _ in loop.spawn { try await worker() } }
        try await queue.join(timeout: .seconds(300))
        queue.finish()
        try await loop.gather(workers)
    }
    print("fetched:", fetched.sorted())
    print("dead:", dead.sorted())
    print("every page once:", fetching == fetched.union(dead))
}
