import FetchLoop
import Testing
import TestSupport

/// The fixtures under all other tests.
@Suite struct TestSupportTests {
    /// Were it recorded for an unknown test, the known issue would be missed and the test would fail.
    @Test func whatABodyRecordsBelongsToItsTest() async throws {
        try await withKnownIssue {
            try await withLoop { loop in
                #expect(Test.current?.name.hasPrefix("whatABodyRecordsBelongsToItsTest") == true)
                await loop.yield()
                let future = loop.spawn {
                    await loop.yield()
                    Issue.record("on purpose")
                }
                try await future.value
            }
        } matching: { issue in
            issue.comments.contains("on purpose")
        }
    }

    @Test func anErrorOfTheBodyReachesTheTest() async throws {
        await #expect(throws: TimeoutError.self) { try await withLoop { _ in throw TimeoutError() } }
    }
}
