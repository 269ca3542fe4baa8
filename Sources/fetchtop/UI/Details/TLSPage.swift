/// What the handshake agreed on, and the certificates, the server's own first.
enum TLSPage {
    static func lines(_ subject: DetailsSubject) -> [StyledLine] {
        let fetch = subject.fetch
        let scene = subject.scene
        let url = subject.record?.effectiveURL ?? scene.store.url(of: fetch.id)
        guard url.lowercased().hasPrefix("https:") || subject.record?.tls != nil else {
            return [StyledLine("not encrypted: plain http", Style(.warn))]
        }
        let own = subject.record?.tls
        guard let tls = own ?? scene.index.handshakes[fetch.host] else {
            return subject.nothing("no handshake was finished")
                + verdict(subject.record?.sslVerifyResult, subject)
        }
        var lines: [StyledLine] = []
        if own == nil { lines.append(StyledLine("the connection was there already; this is its host's newest", .dim)) }
        var line = subject.label("version")
        line.add(DisplayText(sanitising: tls.version ?? "-", cap: 64))
        line.add("  cipher ", .dim)
        line.add(DisplayText(sanitising: tls.cipher ?? "-", cap: 64))
        if let chosen = tls.applicationProtocol {
            line.add("  alpn ", .dim)
            line.add(DisplayText(sanitising: chosen, cap: 64))
        }
        lines.append(line)
        lines += verdict(subject.record?.sslVerifyResult, subject)
        for (number, certificate) in tls.certificates.enumerated() {
            lines.append(StyledLine())
            lines += self.lines(certificate, number, subject)
        }
        return lines
    }

    private static func verdict(_ result: Int?, _ subject: DetailsSubject) -> [StyledLine] {
        guard let result else { return [] }
        let line = subject.label("verify")
        return [result == 0 ? line.adding("ok", .ok) : line.adding("failed, OpenSSL's error \(result)", .err)]
    }

    private static func lines(
        _ certificate: TLSRecord.Certificate, _ number: Int, _ subject: DetailsSubject
    ) -> [StyledLine] {
        func field(_ name: DisplayText, _ value: String?, _ role: Role = .text) -> [StyledLine] {
            guard let value, !value.isEmpty else { return [] }
            let text = DisplayText(sanitising: value, cap: DisplayText.Cap.line)
            return subject.wrapped(text, after: subject.label(name), indent: 9, role)
        }
        var lines = field(number == 0 ? "server" : "issuer \(number)", certificate.subject, .strong)
        lines += field("by", certificate.issuer)
        lines += field("names", certificate.alternativeNames)
        if let from = certificate.validFrom, let until = certificate.validUntil {
            var line = subject.label("valid")
            line.add(DisplayText(trusted: String(CivilDate.text(ofUnixSeconds: from).prefix(10))) + " to ", .dim)
            line.add(DisplayText(trusted: String(CivilDate.text(ofUnixSeconds: until).prefix(10))) + "  ", .dim)
            line.add(timeLeft(until: until, subject.scene))
            lines.append(line)
        }
        return lines + field("serial", certificate.serialNumber, .dim)
    }

    /// `61 days left`, `expired 3 days ago`.
    static func timeLeft(until end: Int64, _ scene: Scene) -> StyledLine {
        let now = scene.store.clock.unixNanoseconds(of: scene.now) / 1_000_000_000
        let days = (end - now).flooredQuotientAndRemainder(by: 86_400).0
        if end < now { return StyledLine("expired \(-days) days ago", Style(.err, .bold)) }
        return StyledLine("\(days) days left", Style(days < 15 ? .warn : .ok))
    }
}
