import FetchLoop

/// The same by hand: a promise is kept by a callback of another future. This is what a coroutine spares you.
func promiseFetch(from origin: String) throws {
    let loop = try EventLoop()
    let client = AsyncHTTPClient(loop: loop)

    func fetchSize(of path: String) -> Future<Int> {
        let promise = Promise<Int>(on: loop)
        let fetch = loop.spawn { try await client.fetch(origin + path) }
        fetch.whenDone { fetch in
            do { try promise.succeed(fetch.result().body.count) } catch { promise.tryFail(error) }
        }
        promise.onCancel = { fetch.cancel() }  // who cancels the size cancels the fetch
        return promise.future
    }

    fetchSize(of: "/bytes/1000").whenDone { size in
        loop.stop()
        print(try size.result(), "bytes")
    }
    try loop.run()
}
