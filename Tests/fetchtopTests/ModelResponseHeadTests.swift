import Testing

@testable import fetchtop

@Suite struct ModelResponseHeadTests {
    @Test func theEntityTagAndTheDateAreFoundInOnePass() {
        let head = ResponseHead(
            status: 200, expectedBytes: nil,
            rawHeaders: Array(
                "HTTP/1.1 200 OK\r\nServer: x\r\nETAG: \"a-1\"\r\nLast-Modified:  Sun, 22 Nov 2026 10:00:00 GMT \r\n\r\n"
                    .utf8))
        #expect(head.validators.etag == "\"a-1\"")
        #expect(head.validators.lastModified == "Sun, 22 Nov 2026 10:00:00 GMT")
    }

    @Test func whatIsNotThereIsNil() {
        let head = ResponseHead(
            status: 200, expectedBytes: nil, rawHeaders: Array("HTTP/1.1 200 OK\r\nEtagged: no\r\nLink: x\r\n\r\n".utf8)
        )
        #expect(head.validators.etag == nil)
        #expect(head.validators.lastModified == nil)
    }
}
