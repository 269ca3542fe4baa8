import FetchLoop
import Foundation
import Testing
import TestSupport

/// The environment's proxies are used by requests that ask for them, and by no others. In processes of their own, since
/// an environment is for all threads.
@Suite(.timeLimit(.minutes(5))) struct EnvironmentProxyTests {
    /// The requests that the proxy saw after a fetch with these variables.
    private static func seen(
        _ variables: [String], server: SuiteServer = .origin, asks: Bool = true,
        change: @escaping @Sendable (inout HTTPRequest, ForwardProxy) -> Void = { _, _ in }
    ) async throws -> Int {
        let proxy = try await onFreshThread { try ForwardProxy() }
        for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
            unsetenv(name)
            unsetenv(name.uppercased())
        }
        for variable in variables {
            let parts = variable.split(separator: "=", maxSplits: 1)
            setenv(String(parts[0]), parts.count > 1 ? String(parts[1]) : proxy.url, 1)
        }
        return try await withClient(server) { _, client, base in
            var request = client.request("\(base)/bytes/10")
            request.usesEnvironmentProxy = asks
            change(&request, proxy)
            let count = try await client.fetch(request).body.count
            #expect(count == 10)
            return proxy.requests.count
        }
    }

    @Test func onlyRequestsThatAskUseThem() async {
        await #expect(processExitsWith: .success) {
            let counts = [
                try await EnvironmentProxyTests.seen(["http_proxy"]),
                try await EnvironmentProxyTests.seen(["all_proxy"]),
                try await EnvironmentProxyTests.seen(["http_proxy", "all_proxy"], asks: false),
            ]
            #expect(counts == [1, 1, 0])
        }
    }

    /// A CGI program's HTTP_PROXY is the header `Proxy` of whoever calls it.
    @Test func httpProxyCountsInLowerCaseOnly() async {
        await #expect(processExitsWith: .success) {
            let count = try await EnvironmentProxyTests.seen(["HTTP_PROXY"])
            #expect(count == 0)
        }
    }

    @Test func httpsProxyCountsInBothCases() async {
        await #expect(processExitsWith: .success) {
            let counts = [
                try await EnvironmentProxyTests.seen(["https_proxy"], server: .nginxHTTP2),
                try await EnvironmentProxyTests.seen(["HTTPS_PROXY"], server: .nginxHTTP2),
                try await EnvironmentProxyTests.seen(["http_proxy"], server: .nginxHTTP2),
            ]
            #expect(counts == [1, 1, 0])
        }
    }

    @Test func noProxyIsHonoured() async {
        await #expect(processExitsWith: .success) {
            let counts = [
                try await EnvironmentProxyTests.seen(["http_proxy", "no_proxy=127.0.0.1"]),
                try await EnvironmentProxyTests.seen(["http_proxy", "NO_PROXY=*"]),
                try await EnvironmentProxyTests.seen(["http_proxy", "no_proxy=example.org"]),
                // The request's own exceptions stand in place of the environment's.
                try await EnvironmentProxyTests.seen(["http_proxy", "no_proxy=127.0.0.1"]) { request, _ in
                    request.noProxy = "example.org"
                },
            ]
            #expect(counts == [0, 0, 1, 1])
        }
    }

    @Test func theRequestsOwnProxyKnowsNoEnvironment() async {
        await #expect(processExitsWith: .success) {
            let count = try await EnvironmentProxyTests.seen(["no_proxy=*"], asks: false) { request, proxy in
                request.proxy = HTTPProxy(url: proxy.url)
            }
            #expect(count == 1)
        }
    }
}
