/// The meters: how far, how fast, how quick, what now, how it ended.
///
/// ```
/// Job  [||||||||||||||||||||||||||||||             6913/10240 67% err 123 eta 65s]
/// Net  ▂▃▅▆▇▇▆▅▅▆▇█▇▆▅▆▇▇▆▅▄▅▆▇  ↓38.4M/s ↑1.2M/s  512 req/s  peak 44.1M/s
/// TTFB p50 42ms p90 118ms p99 640ms max 4.2s    Total p50 61ms p99 1.4s max 9.8s
/// Now  que 3070  dns 4  con 12  tls 31  wait 147  recv 62  backoff 1 | run 256/256
/// Done 2xx 6702 3xx 88 4xx 61 5xx 22 fail 40 retry 71 | loop .3/2.1ms tty ok
/// ```
enum HeaderView {
    static func draw(_ scene: Scene, _ layout: Layout, _ glyphs: Glyphs, on grid: inout Grid) {
        let area = layout.header
        guard !area.isEmpty else { return }
        let columns = layout.breadth >= .wide ? 2 : 1
        let gap = columns == 2 ? 3 : 0
        let width = (area.width - gap) / columns
        for (index, meter) in layout.meters.enumerated() {
            let place = Rect(
                x: area.x + index % columns * (width + gap), y: area.y + index / columns, width: width, height: 1)
            draw(meter, scene, glyphs, isOneColumn: columns == 1, on: &grid, in: place)
        }
        // With an odd number of meters, one place is left: the connections and the loop fill it.
        if columns == 2, layout.meters.count % 2 == 1 {
            let place = Rect(x: area.x + width + gap, y: area.maxY - 1, width: width, height: 1)
            grid.put(loopLine(scene, label: true), x: place.x, y: place.y, width: place.width)
        }
    }

    private static func draw(
        _ meter: Layout.Meter, _ scene: Scene, _ glyphs: Glyphs, isOneColumn: Bool, on grid: inout Grid, in place: Rect
    ) {
        switch meter {
        case .job: job(scene, glyphs, on: &grid, in: place)
        case .net: grid.put(net(scene, glyphs, width: place.width), x: place.x, y: place.y, width: place.width)
        case .latency: grid.put(latency(scene, width: place.width), x: place.x, y: place.y, width: place.width)
        case .now: grid.put(now(scene, width: place.width), x: place.x, y: place.y, width: place.width)
        case .done:
            grid.put(done(scene, width: place.width, withLoop: isOneColumn), x: place.x, y: place.y, width: place.width)
        }
    }

    private static func job(_ scene: Scene, _ glyphs: Glyphs, on grid: inout Grid, in place: Rect) {
        grid.put("Job", x: place.x, y: place.y, style: Style(.accent))
        let counts = scene.store.counts
        let total = shareTotal(scene)
        func share(_ count: Int) -> Double { Double(count) / Double(total) }
        Meter.draw(
            [
                Meter.Part(share(counts.successes), .ok), Meter.Part(share(counts.failures), .err),
                Meter.Part(share(counts[.cancelled]), .dim),
                Meter.Part(share(counts.inFlight), .info, isUnderWay: true),
            ], text: progress(scene), on: &grid, x: place.x + 5, y: place.y, width: place.width - 5, glyphs: glyphs)
    }

    /// What the whole bar stands for. How many fetches there will be in a length of time shows from how many there were.
    private static func shareTotal(_ scene: Scene) -> Int {
        let known = max(1, scene.run.mode.total(of: scene.store.count))
        guard case .timedLoad(let elapsed, let duration) = scene.run.mode, elapsed > .zero else { return known }
        return max(known, Int(Double(known) * (duration.inSeconds / elapsed.inSeconds)))
    }

    /// `6913/10240 67% err 123 eta 65s`: the errors are all that failed, answered (4xx, 5xx) or not (fail).
    /// While the list is still read there are more to come than the total says: `6913/10240+ reading err 123`.
    static func progress(_ scene: Scene) -> DisplayText {
        let counts = scene.store.counts
        var text = ProgressText.text(
            scene.run.mode, finished: counts.finished, of: scene.store.count, isTotalKnown: scene.run.isTotalKnown)
        if case .once = scene.run.mode, !scene.run.isTotalKnown { text = text + " reading" }
        if counts.failures > 0 { text = text + " err \(counts.failures)" }
        if let time = remaining(scene) { text = text + " " + ProgressText.eta(time) }
        return text
    }

    private static func remaining(_ scene: Scene) -> Duration? {
        if case .timedLoad = scene.run.mode { return nil }
        let counts = scene.store.counts
        // Nobody knows when somebody lets it go on, or how much is still to come.
        guard !scene.run.isPaused, counts[.paused] == 0, scene.run.isTotalKnown else { return nil }
        let left = scene.run.mode.total(of: scene.store.count) - counts.finished
        return RemainingTime.estimate(left: left, inFlight: counts.inFlight, scene.store.statistics, at: scene.now)
    }

    private static func net(_ scene: Scene, _ glyphs: Glyphs, width: Int) -> StyledLine {
        let statistics = scene.store.statistics
        var figures = StyledLine()
        figures.add(glyphs.down, .ok)
        let rate = statistics.received.perSecond(at: scene.now)
        figures.add(Format.rate(rate).padded(to: 8))
        if statistics.sentBytes > 0 {
            figures.add(glyphs.up, .upload)
            figures.add(Format.rate(statistics.sent.perSecond(at: scene.now)).padded(to: 8))
        }
        figures.add(" ")
        let finished: DisplayText = "\(Int(statistics.finished.perSecond(at: scene.now).rounded()))"
        figures.add(finished.alignedRight(in: 4))
        figures.add(" req/s", .dim)
        let history = statistics.received.history(300, at: scene.now)
        let peak = max(statistics.received.peak, history.max() ?? 0)
        if width >= 70 {
            figures.add("  peak ", .dim)
            // In the first second there is no whole one yet.
            figures.add(Format.rate(max(rate, Double(peak))))
        }
        var line = StyledLine("Net  ", Style(.accent))
        let room = width - 5 - figures.columns - 2
        if room >= 4 {
            // Seconds before the run began are no zeros.
            let lived = history.suffix(max(0, Int((scene.now - .start).inSeconds)))
            line.add(Sparkline.text(Array(lived), width: min(room, 60), glyphs: glyphs), .receive)
            line.add("  ")
        }
        line.add(figures)
        return line
    }

    private static func latency(_ scene: Scene, width: Int) -> StyledLine {
        let latencies = scene.store.statistics.succeeded
        // The largest goes first when there is no room: one outlier says less than the others.
        let percentiles: [(DisplayText, Double)] = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1)]
        var line = StyledLine()
        for count in (1...percentiles.count).reversed() {
            line = StyledLine("TTFB ", Style(.accent))
            add(Array(percentiles.prefix(count)), of: latencies.timeToFirstByte, to: &line)
            if line.columns <= width { break }
        }
        guard width >= 76 else { return line }
        line.tab(to: 44, gap: 2)
        for count in (1...3).reversed() {
            var total = StyledLine("Total ", Style(.accent))
            add(Array([("p50", 0.5), ("p99", 0.99), ("max", 1)].prefix(count)), of: latencies.total, to: &total)
            if line.columns + total.columns <= width { return line.adding(total) }
        }
        return line
    }

    private static func add(_ percentiles: [(DisplayText, Double)], of histogram: Histogram, to line: inout StyledLine)
    {
        for (index, (label, fraction)) in percentiles.enumerated() {
            if index > 0 { line.add(" ") }
            line.add(label, .dim)
            line.add(" ")
            line.add(histogram.percentile(fraction).map(Format.duration) ?? "-")
        }
    }

    private static func now(_ scene: Scene, width: Int) -> StyledLine {
        let counts = scene.store.counts
        var items: [Counted] = [
            ("que", counts[.queued], .queued), ("dns", counts[.resolving], .dns),
            ("con", counts[.connecting], .connect),
            ("tls", counts[.handshaking], .tls), ("wait", counts[.waiting], .wait),
            ("recv", counts[.receiving], .receive),
            ("up", counts[.uploading], .upload), ("back", counts[.backoff], .warn), ("paused", counts[.paused], .warn),
        ]
        items.removeAll { ["up", "paused"].contains($0.label.string) && $0.count == 0 }
        var run = StyledLine("| ", .faint)
        run.add("run ", .dim)
        run.add("\(counts.inFlight)/\(scene.run.concurrency)")
        // All phases in their places while there is room, so that numbers do not wander; else those that count.
        return fitted(
            "Now  ", items, then: run, width: width, forms: width >= 76 ? Form.all : Array(Form.all.dropFirst(2)))
    }

    private static func done(_ scene: Scene, width: Int, withLoop: Bool) -> StyledLine {
        let outcomes = scene.store.outcomes
        let counts = scene.store.counts
        var items: [Counted] = [
            ("2xx", outcomes.byClass[2], .ok), ("3xx", outcomes.byClass[3], .info), ("4xx", outcomes.byClass[4], .warn),
            ("5xx", outcomes.byClass[5], .err), ("fail", counts[.failed], .err), ("canc", counts[.cancelled], .dim),
            ("retry", scene.store.statistics.retries, .warn),
        ]
        items.removeAll { $0.label.string == "canc" && $0.count == 0 }
        guard width >= 78, withLoop else {
            return fitted("Done ", items, then: StyledLine(), width: width, forms: Form.all)
        }
        let loop = StyledLine("| ", .faint).adding(loopLine(scene, label: false))
        return fitted("Done ", items, then: loop, width: width, forms: Form.all)
    }

    private typealias Counted = (label: DisplayText, count: Int, role: Role)

    /// Ways to write a line of counts, from roomy to tight.
    private struct Form {
        let showsZeros: Bool
        let gap: Int
        var isShort = false

        static let all = [
            Form(showsZeros: true, gap: 2), Form(showsZeros: true, gap: 1), Form(showsZeros: false, gap: 2),
            Form(showsZeros: false, gap: 1), Form(showsZeros: false, gap: 1, isShort: true),
        ]
    }

    /// The first form that fits; the counts stay whole, and what follows them goes before they are cut.
    private static func fitted(
        _ name: DisplayText, _ items: [Counted], then tail: StyledLine, width: Int, forms: [Form]
    ) -> StyledLine {
        var line = StyledLine()
        for form in forms {
            line = StyledLine(name, Style(.accent))
            for item in items where item.count > 0 || form.showsZeros {
                line.add(item.label, item.count > 0 ? item.role : .dim)
                line.add(
                    " " + (form.isShort ? Format.shortCount(item.count) : "\(item.count)"),
                    item.count > 0 ? .text : .dim)
                line.add(.spaces(form.gap))
            }
            if line.columns + tail.columns <= width { return line.adding(tail) }
        }
        return line
    }

    /// `loop .3/2.1ms tty ok`: whether we ourselves keep up.
    private static func loopLine(_ scene: Scene, label: Bool) -> StyledLine {
        var line = StyledLine(label ? "Loop " : "loop ", Style(label ? .accent : .dim))
        line.add(milliseconds(scene.run.meanTurn))
        line.add("/", .dim)
        line.add(milliseconds(scene.run.maxTurn))
        line.add("ms", .dim)
        line.add(" tty ", .dim)
        line.add(scene.run.isTerminalSlow ? "slow" : "ok", scene.run.isTerminalSlow ? .warn : .text)
        guard label else { return line }
        line.add("  conn ", .dim)
        line.add("\(scene.run.connections)")
        line.add("  got ", .dim)
        line.add(Format.bytes(scene.store.statistics.receivedBytes))
        return line
    }

    private static func milliseconds(_ duration: Duration) -> DisplayText {
        let value = duration.inSeconds * 1000
        if value >= 9.95 { return "\(Int(value.rounded()))" }
        let text = Format.fixed(value)
        return text.string.hasPrefix("0.") ? DisplayText(trusted: String(text.string.dropFirst())) : text
    }
}
