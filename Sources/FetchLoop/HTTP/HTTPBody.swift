/// A request's body.
public indirect enum HTTPBody: Sendable {
    // Indirect: most requests have none, and are copied with one null pointer in its place.

    /// All of it, sent with a Content-Length.
    case bytes([UInt8])
    /// Produced piece by piece while the request is sent; nil ends it. Chunked unless a length is given.
    ///
    /// The producer runs as a coroutine on the client's loop, one call at a time, never ahead of the network. When it
    /// throws, or does not make as many bytes as announced (of none it is not asked), the fetch fails with `HTTPClientError.bodyProducer`; it is
    /// cancelled with the fetch.
    case stream(length: Int64?, producer: @Sendable () async throws -> [UInt8]?)

    /// As `stream`, with a producer that can be had anew, for a body that must be sent again: on a redirect with 307 or
    /// 308, or when a kept connection turns out to be closed. With `stream` such a fetch fails.
    case restartable(length: Int64?, start: @Sendable () -> @Sendable () async throws -> [UInt8]?)

    /// A text in UTF-8.
    public static func text(_ text: String) -> HTTPBody { .bytes(Array(text.utf8)) }
}
