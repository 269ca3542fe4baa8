import FetchLoop

/// A loop over what arrives. The consumer sets the pace: while it is busy the sender is slowed down.
func looping(from origin: String) throws {
    let loop = try EventLoop()
    let client = AsyncHTTPClient(loop: loop)

    try loop.run {
        var count = 0
        for try await piece in try client.stream(HTTPRequest("\(origin)/bytes/100000")) { count += piece.count }
        print(count, "bytes")
    }
}
