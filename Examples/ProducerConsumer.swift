import FetchLoop

/// A queue with room for two: the producer waits when it is full, the consumer when it is empty.
func producerConsumer() throws {
    let loop = try EventLoop()
    let queue = AsyncQueue<Int>(on: loop, capacity: 2)

    loop.spawn {
        for item in 1...5 {
            try await queue.put(item)
            print("put", item)
        }
        queue.finish()
    }
    try loop.run {
        for await item in queue { print("took", item) }
        print("finished")
    }
}
