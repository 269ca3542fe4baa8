import FetchLoop
import TestSupport
import Testing

@testable import fetchtop

@Suite("Dry run") struct HeadlessDryRunTests {
    @Test("A job survives being written and read again")
    func roundTrip() throws {
        let lines = """
            {"url":"http://h/1"}
            {"url":"http://h/2","id":"x","method":"PUT","header":["A: b","A: c","User-Agent:"],"data":"ü\\n",\
            "output":"d/x","priority":-3,"tag":"t","max_time":1.5,"retry":0,"checksum":"sha-256=\(String(repeating: "0", count: 64))",\
            "referer":"r","user_agent":"u","range":"0-1","cookie":"c=1"}
            {"url":"http://h/3","data_base64":"AP8="}

            """
        let batch = parse(lines, format: .ndjson)
        #expect(batch.problems.isEmpty)
        var json = JSONRecord()
        for job in batch.jobs { JobRecord.write(job, revealing: true, to: &json) }
        let again = parse(String(decoding: json.bytes, as: UTF8.self), format: .ndjson)
        #expect(again.problems.isEmpty)
        #expect(again.jobs == batch.jobs)
    }
}
