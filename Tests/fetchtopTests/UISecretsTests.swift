import FetchLoop
import Testing

@testable import fetchtop

/// No view, page or question shows a secret, until `v` asks for them.
@Suite struct SecretsOnTheScreenTests {
    private static let size = Size(columns: 220, rows: 50)
    private let store = FetchStore()
    private let index = RunIndex()

    /// All that can be in a URL, in one that failed, one that was redirected, and one that waits.
    private static let urls = [
        "https://me:HUNTER@h.example/a;jsessionid=HUNTER/eyJhbGciOiJub25lIn0.HUNTERHUNTER?To%6ben=HUNTER#access_token=HUNTER",
        "https://HUNTER@h.example/?u=http%3A%2F%2Fme%3AHUNTER%40i%2F%3Fapi_key%3DHUNTER",
        "https://h.example/cb?code=HUNTER7",
    ]

    init() {
        store.addObserver(index)
        for url in Self.urls { add(url) }
    }

    private func add(_ url: String) {
        var job = FetchJob(url: url)
        job.values.headers = [.init(name: "X-Api-Key", value: "HUNTER"), .init(name: "Referer", value: url)]
        job.values.cookie = "sid=HUNTER"
        job.values.body = Array(#"{"password":"HUNTER"}"#.utf8)
        let id = store.add(job, at: .at(0))
        guard id.index < 2 else { return }
        store.apply(.started(attempt: 1), to: id, at: 10)
        let head = "HTTP/1.1 302 Found\r\nLocation: \(url)\r\nSet-Cookie: sid=HUNTER\r\nX-Auth-Token: HUNTER\r\n\r\n"
        store.apply(
            .head(ResponseHead(status: 404, expectedBytes: 0, rawHeaders: Array(head.utf8))), to: id, at: 20)
        var record = TransferRecord()
        record.statusCode = 404
        record.redirectCount = 1
        record.redirects = [RedirectHop(status: 302, location: url)]
        record.effectiveURL = url
        record.redirectURL = url
        let failure: FetchFailure? =
            id.index == 0
            ? FetchFailure(HTTPClientError.curl(code: 7, message: "no way to '\(url)' there", phase: .connect)) : nil
        let attempt = Attempt(number: 1, startedAt: .at(10), finishedAt: .at(30), failure: failure, record: record)
        store.apply(.attemptFinished(attempt), to: id, at: 30)
        store.apply(.finished(failure == nil ? .httpError : .failed), to: id, at: 30)
    }

    private func screens(revealing: Bool) -> [String] {
        var screens: [String] = []
        let control = ControlRecorder()
        control.store = store
        let controller = Controller(store: store, index: index, control: control) { .at(60_000) }
        controller.requestOptions.user = "me:HUNTER"
        controller.requestOptions.headers = [.init(name: "Authorization", value: "Bearer HUNTER")]
        controller.requestOptions.proxy = "http://me:HUNTER@proxy:1"
        if revealing { _ = controller.perform(.reveal) }
        func look() {
            controller.settleNow()
            let scene = SceneMaker(controller: controller) { RunFigures() }.scene(for: Self.size)
            screens.append(render(scene, Self.size, Capabilities()).plainRows().joined(separator: "\n"))
        }
        for view in ViewName.allCases {
            _ = controller.perform(.view(view))
            look()
        }
        _ = controller.perform(.view(.fetches))
        for number in 1...UInt32(Self.urls.count) {
            _ = controller.perform(.goTo(FetchID(rawValue: number)))
            _ = controller.perform(.open)
            for tab in DetailsTab.allCases {
                _ = controller.perform(.details(tab))
                look()
            }
            for command in [Command.yank(.url), .yank(.curl), .cancel(.selected), .retry(.failed)] {
                _ = controller.perform(command)
                look()
                controller.state.overlay = .none
            }
            _ = controller.perform(.back)
        }
        _ = controller.handle(.paste(Array(Self.urls.joined(separator: "\n").utf8), truncated: false))
        look()
        return screens
    }

    @Test func noneIsShown() {
        for screen in screens(revealing: false) { #expect(!screen.contains("HUNTER"), "\(screen)") }
    }

    @Test func theyAreThereToBeAskedFor() {
        #expect(screens(revealing: true).count { $0.contains("HUNTER") } > 20)
    }
}
