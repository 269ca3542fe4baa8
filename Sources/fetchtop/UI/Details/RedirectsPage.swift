/// The way from the URL that was asked for to the one that answered.
enum RedirectsPage {
    static func lines(_ subject: DetailsSubject) -> [StyledLine] {
        let scene = subject.scene
        let isRevealing = scene.state.isRevealing
        func url(_ text: String, after first: StyledLine) -> [StyledLine] {
            subject.wrapped(URLText(text, revealing: isRevealing).text, after: first, indent: 9)
        }
        let record = subject.fetch.detail?.attempts.last?.record
        let count = record?.redirectCount ?? 0
        guard let record, count > 0 || record.redirectURL != nil else {
            return subject.nothing(record == nil ? "it has not ended yet" : "no redirects: the first server answered")
        }
        var lines = url(scene.store.url(of: subject.fetch.id), after: subject.label("asked"))
        for hop in record.redirects {
            let first = StyledLine(DisplayText("\(hop.status)").padded(to: 9), Style(.info, .bold))
            if let location = hop.location {
                lines += url(location, after: first)
            } else {
                lines.append(first.adding("without a Location", .warn))
            }
        }
        if count > record.redirects.count {
            lines.append(subject.label("").adding("and \(count - record.redirects.count) more", .dim))
        }
        if count > 0, let end = record.effectiveURL {
            let isGood = record.statusCode < 400
            lines += url(
                end,
                after: StyledLine(DisplayText("\(record.statusCode)").padded(to: 9), Style(isGood ? .ok : .err, .bold)))
        }
        if let next = record.redirectURL {
            lines += url(next, after: subject.label("not to"))
            lines.append(subject.label("").adding("redirects are not followed, or there were too many", .dim))
        }
        if let time = record.times.redirect, time > .zero {
            lines.append(subject.label("took").adding(Format.duration(time) + " before the last hop"))
        }
        return lines
    }
}
