/// The head of the newest response: the status line, then every field as it came.
enum HeadersPage {
    static func lines(_ subject: DetailsSubject) -> [StyledLine] {
        guard let head = subject.fetch.detail?.head else { return subject.nothing("no response has arrived") }
        let isRevealing = subject.scene.state.isRevealing
        var lines: [StyledLine] = []
        let status = head.rawHeaders.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        if status.starts(with: "HTTP/".utf8) {
            lines.append(
                StyledLine(DisplayText(sanitising: status, cap: DisplayText.Cap.reason), Style(.strong, .bold)))
        }
        for header in head.headers {
            let name = StyledLine(DisplayText(sanitising: header.name, cap: 256) + ": ", Style(.accent))
            let value = DisplayText(sanitising: header.value, cap: DisplayText.Cap.header)
            lines += subject.wrapped(
                isRevealing ? value : Secrets.masked(header: header.name, value: value), after: name, indent: 4)
        }
        if lines.isEmpty { lines.append(StyledLine("the response has no headers", .dim)) }
        return lines
    }
}
