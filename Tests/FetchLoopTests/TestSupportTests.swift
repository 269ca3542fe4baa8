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

    /// As a time limit does with a test that hangs.
    @Test func aTestThatIsCancelledEndsThoughItsBodyHangs() async throws {
        let begun = Flag()
        // At once: one that is queued waits for as long as other tests keep the pool's threads.
        let test = Task.immediate {
            try await withLoop { loop in
                begun.set()
                try await loop.sleep(for: .seconds(1000))
            }
        }
        try await onFreshThread { try waitUntil("the body") { begun.isSet } }
        test.cancel()
        await #expect(throws: LoopError.stopped) { try await test.value }
    }

    @Test func anErrorOfTheBodyReachesTheTest() async throws {
        await #expect(throws: TimeoutError.self) { try await withLoop { _ in throw TimeoutError() } }
    }
}
