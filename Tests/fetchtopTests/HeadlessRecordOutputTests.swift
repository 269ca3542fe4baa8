import FetchLoop
import Foundation
import TestSupport
import Testing

@testable import fetchtop

@Suite struct HeadlessRecordOutputTests {
    @Test func theEndIsToldEvenWhenNobodyKeepsTheOutput() async throws {
        let folder = try TemporaryFolder()
        try await withLoop { loop in
            let promise = Promise<SystemError?>(on: loop)
            do {
                let file = try OpenFile(folder["list"], .truncate)
                let output = RecordOutput(loop: loop, file: file, synchronizes: true)
                output.append { $0 += Array("line\n".utf8) }
                output.finish { promise.trySucceed($0) }
            }
            let error = try await promise.future.value
            #expect(error == nil)
        }
        #expect(try folder.read("list") == "line\n")
    }
}
