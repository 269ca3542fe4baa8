import FetchLoop

/// A server that says everything twice, and a client of it, on one loop: one coroutine for each connection.
func echoServer() throws {
    let loop = try EventLoop()
    let listener = try TCPListener(on: loop)

    loop.spawn {
        for try await connection in listener {
            loop.spawn {
                while let line = try await connection.readLine() { try await connection.write("\(line) \(line)\n") }
            }
        }
    }

    try loop.run {
        let connection = try await TCPConnection(to: "127.0.0.1", port: listener.port, on: loop)
        for word in ["hello", "world"] {
            try await connection.write("\(word)\n")
            print(try await connection.readLine() ?? "no answer")
        }
        listener.close()
    }
}
