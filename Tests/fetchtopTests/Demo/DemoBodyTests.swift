import Foundation
import Testing

@testable import DemoServer

@Suite struct DemoBodyTests {
    @Test func linesAreTheirOwnOffsets() {
        #expect(String(decoding: DemoBody.bytes(0..<32), as: UTF8.self) == "000000000000000\n000000000000016\n")
        #expect(String(decoding: DemoBody.bytes(1040..<1056), as: UTF8.self) == "000000000001040\n")
        #expect(
            String(decoding: DemoBody.bytes(0..<100_016).suffix(32), as: UTF8.self)
                == "000000000099984\n000000000100000\n")
    }

    @Test func everyPartIsAPartOfTheWhole() {
        let whole = DemoBody.bytes(0..<200)
        for start in 0..<40 {
            for end in start..<200 { #expect(DemoBody.bytes(start..<end) == Array(whole[start..<end])) }
        }
    }
}

@Suite struct GzipTests {
    @Test func checksumIsTheStandardOne() {
        #expect(Gzip.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(Gzip.crc32([]) == 0)
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 200_000]) func gunzipReadsWhatItWrites(count: Int) throws {
        let bytes = DemoBody.bytes(0..<count)
        let file = FileManager.default.temporaryDirectory.appending(path: "fetchtop-\(UUID().uuidString).gz")
        try Data(Gzip.encode(bytes)).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let gunzip = Process()
        let output = Pipe()
        gunzip.executableURL = URL(filePath: "/usr/bin/env")
        gunzip.arguments = ["gzip", "-dc", file.path]
        gunzip.standardOutput = output
        try gunzip.run()
        let decoded = output.fileHandleForReading.readDataToEndOfFile()
        gunzip.waitUntilExit()
        #expect(gunzip.terminationStatus == 0)
        #expect(Array(decoded) == bytes)
    }
}
