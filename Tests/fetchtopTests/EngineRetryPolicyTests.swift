import Testing

@testable import fetchtop

@Suite struct EngineRetryPolicyTests {
    private func verdict(retryAfter: Duration?) -> RetryPolicy.Verdict {
        let options = RunOptions()
        return RetryPolicy(options: options.retry, accept: options.accept).verdict(
            after: .init(number: 1, status: 503, failure: nil, retryAfter: retryAfter), retries: 2,
            sinceFirst: .zero, method: "GET", random: 0.5)
    }

    /// Else so many retries would be so many requests at once.
    @Test func retryAfterNothingIsTheUsualBackOff() {
        #expect(verdict(retryAfter: .zero) == verdict(retryAfter: nil))
        guard case .retry(let pause) = verdict(retryAfter: .zero) else {
            Issue.record("it is not tried again after a back-off")
            return
        }
        #expect(pause > .zero)
        #expect(verdict(retryAfter: .seconds(1)) == .pauseOrigin(.seconds(1)))
    }
}
