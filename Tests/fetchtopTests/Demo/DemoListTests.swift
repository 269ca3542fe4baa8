import Testing

@testable import DemoServer

@Suite struct DemoListTests {
    private let hosts = (1...DemoList.hostCount).map { "127.0.0.\($0):80\($0)" }

    @Test func isTheSameListEachTime() {
        #expect(DemoList.urls(at: hosts) == DemoList.urls(at: hosts))
        #expect(DemoList.urls(at: hosts) != DemoList.urls(at: hosts, seed: 2))
    }

    @Test func hasSeveralHundredDifferentURLsOnEveryHost() {
        let urls = DemoList.urls(at: hosts)
        #expect((500...1000).contains(urls.count))
        #expect(Set(urls).count == urls.count)
        for host in hosts { #expect(urls.contains { $0.hasPrefix("http://\(host)/") }) }
    }

    @Test func asksOnlyForWhatTheOriginServes() {
        for url in DemoList.urls(at: hosts) {
            let head = RequestHead(method: "GET", target: url, minorVersion: 1, fields: [])
            var state = OriginState()
            let reply = OriginRoutes.standard.reply(to: head, body: [], byteCount: 0, state: &state)
            if reply.status == 404 { #expect(url.contains("/status/404/")) }
        }
    }

    @Test func endsByItself() {
        for url in DemoList.urls(at: hosts) {
            let head = RequestHead(method: "GET", target: url, minorVersion: 1, fields: [])
            var state = OriginState()
            let reply = OriginRoutes.standard.reply(to: head, body: [], byteCount: 0, state: &state)
            #expect(!reply.steps(for: head).contains(.stall), "\(url) stalls for ever")
        }
    }
}
