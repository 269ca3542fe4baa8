import FetchLoop

/// The second style: the function returns a placeholder at once, whose value comes later. Other than a callback it can be
/// waited for, transformed, handed on and cancelled.
func placeholder(from origin: String) throws {
    let loop = try EventLoop()
    let client = AsyncHTTPClient(loop: loop)

    func fetch(_ path: String) -> Future<HTTPResponse> { loop.spawn { try await client.fetch(origin + path) } }

    try loop.run {
        let size = fetch("/bytes/1000").map { response in response.body.count }
        let status = fetch("/status/404").map { response in response.status }.recover { _ in 0 }
        let stalled = fetch("/stall")
        print("size:", try await size.value)
        print("status:", try await status.value)
        stalled.cancel()
        print("cancelled:", stalled.isCancelled)
    }
}
