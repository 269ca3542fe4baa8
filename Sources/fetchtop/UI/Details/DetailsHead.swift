/// The lines that stay while pages change: what it is, what became of it, why it waits or failed.
enum DetailsHead {
    static func lines(_ subject: DetailsSubject) -> [StyledLine] {
        let (fetch, scene, width) = (subject.fetch, subject.scene, subject.width)
        let look = StateLook(fetch.state)
        var right = StyledLine()
        right.add(look.letter, style: Style(look.role, .bold))
        right.add(" ")
        right.add(DisplayText(trusted: fetch.state.word), look.role)
        if let progress = fetch.progress, fetch.state.isInFlight { right.add(" \(Int(progress * 100))%") }
        if fetch.attempts > 0 || !fetch.state.isFinished { right.add("  try \(fetch.attempts)", .dim) }
        var line = StyledLine()
        line.add(DisplayText(trusted: fetch.id.description), style: Style(.strong, .bold))
        line.add(" ")
        line.add(DisplayText(sanitising: scene.store.method(of: fetch), cap: 32), .accent)
        line.add(" ")
        let url = URLText(scene.store.url(of: fetch.id), revealing: scene.state.isRevealing)
        let room = width - line.columns - right.columns - 2
        for (text, role) in url.parts(in: max(0, room)) { line.add(text, role) }
        line.tab(to: width - right.columns)
        line.add(right)
        var result = [line]
        if url.text.columns > room, scene.state.details.isOpen {
            // What does not fit goes on below: nobody should have to guess a URL's end.
            var rest = url.text
            while !rest.isEmpty, result.count < 6 {
                let piece = rest.prefix(max(1, width - 2))
                result.append(StyledLine("  ").adding(piece, .dim))
                rest = rest.suffix(rest.columns - piece.columns)
            }
        }
        if let reason = scene.store.waitReason(of: fetch.id) {
            result.append(StyledLine("waits for ", .dim).adding(WaitText.text(reason, fetch, scene), .warn))
        }
        if let failure = fetch.detail?.attempts.last?.failure, fetch.state != .succeeded {
            var line = StyledLine(DisplayText(trusted: failure.kind.label) + " ", Style(.err, .bold))
            line.add(DisplayText(sanitising: failure.message, cap: 1024), .err)
            result.append(line)
        }
        return result
    }
}
