@testable import FetchLoop
import Foundation
import Testing
import TestSupport

@Suite struct DescriptorReuseTests {
    @Test func aNumberClosedWithoutAWordAndGivenAwayAgainCanBeWatched() async throws {
        try await withLoop { loop in
            let (first, second) = (try TestSupport.Pipe(), try TestSupport.Pipe())
            let stale = try loop.watch(first.readEnd, for: .read) { _ in Issue.record("that file is gone") }
            #expect(throws: SystemError.self) { try loop.watch(first.readEnd, for: .read) { _ in } }
            // The same number is another file from here on.
            #expect(dup2(second.readEnd, first.readEnd) == first.readEnd)
            var isReady = false
            let watch = try loop.watch(first.readEnd, for: .read) { _ in isReady = true }
            #expect(!stale.isActive)
            stale.cancel()
            #expect(watch.isActive)
            second.write("x")
            while !isReady { await loop.yield() }
            watch.cancel()
        }
    }
}
