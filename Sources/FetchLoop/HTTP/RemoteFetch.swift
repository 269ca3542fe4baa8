/// A fetch for a caller that is not on the client's loop: started there by a post, cancelled there by a post.
///
/// Unchecked: the future is only touched on the loop's thread.
final class RemoteFetch: @unchecked Sendable {
    private var future: Future<HTTPResponse>?
    private var isCancelled = false

    static func fetch(
        _ request: HTTPRequest, on core: ClientCore, executor: LoopExecutor
    ) async throws(HTTPClientError) -> HTTPResponse {
        let remote = RemoteFetch()
        // Sound: only the posted callback touches the core, on its loop.
        nonisolated(unsafe) let core = core
        let result: Result<HTTPResponse, HTTPClientError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let posted = executor.post {
                    unsafe remote.start(request, on: core) { continuation.resume(returning: $0) }
                }
                if !posted { continuation.resume(returning: .failure(.closed)) }
            }
        } onCancel: {
            executor.post { remote.cancel() }
        }
        return try result.get()
    }

    private func start(
        _ request: HTTPRequest, on core: ClientCore,
        completion: @escaping (Result<HTTPResponse, HTTPClientError>) -> Void
    ) {
        if isCancelled { return completion(.failure(.cancelled)) }
        let future = core.loop.spawn { try await FetchCollector.fetch(request, on: core) }
        self.future = future
        future.whenDone { [self] future in
            // The caller's thread may be the last to hold this object, and must not be the one that frees the future.
            self.future = nil
            do { completion(.success(try future.result())) } catch {
                completion(.failure(error as? HTTPClientError ?? .cancelled))
            }
        }
    }

    private func cancel() {
        isCancelled = true
        future?.cancel()
    }
}
