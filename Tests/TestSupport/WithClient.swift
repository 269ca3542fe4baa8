public import FetchLoop
@testable import fetchtop

/// Runs a test body on a fresh loop that also serves an origin: the body gets the loop, a client and the base URL.
@discardableResult
public func withClient<Value: Sendable>(
    maxClients: Int = 100,
    _ body: nonisolated(nonsending) @escaping @Sendable (EventLoop, AsyncHTTPClient, String) async throws -> Value
) async throws -> Value {
    try await withLoop { loop in
        let origin = try Origin(loop: loop)
        var configuration = AsyncHTTPClient.Configuration()
        configuration.maxClients = maxClients
        let client = AsyncHTTPClient(loop: loop, configuration: configuration)
        do {
            let value = try await body(loop, client, origin.url)
            client.close()
            origin.close()
            return value
        } catch {
            client.close()
            origin.close()
            throw error
        }
    }
}
