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

    /// Somebody who reads slowly takes long for one write, and is not to be cut off.
    @Test func itIsSeenHowMuchOfAWriteIsTaken() async throws {
        try await withLoop { loop in
            let pipe = try TestSupport.Pipe()
            _ = fcntl(pipe.readEnd, F_SETFL, O_NONBLOCK)
            let output = RecordOutput(loop: loop, file: OpenFile(borrowing: pipe.writeEnd), synchronizes: false)
            let whole = 1 << 20
            output.append { $0 += [UInt8](repeating: 0x61, count: whole) }
            var buffer = [UInt8](repeating: 0, count: 1 << 14)
            // More than fits into the pipe is taken, and far from all of it.
            try await loop.wait(for: "a part to be taken") {
                let backlog = output.backlog
                if backlog > whole / 2 { _ = read(pipe.readEnd, &buffer, buffer.count) }
                return backlog <= whole / 2
            }
            #expect(output.backlog > 0)
            try await loop.wait(for: "the rest") {
                _ = read(pipe.readEnd, &buffer, buffer.count)
                return output.backlog == 0
            }
        }
    }
}
