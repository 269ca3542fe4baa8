/// How long things take: percentiles, the distribution by powers of two, and the distribution over time.
///
/// ```
///            COUNT    p50    p90    p99  p99.9    max     TOTAL, OK        h l choose
///   total     6790   61ms  210ms   1.4s   4.4s   9.8s     <66ms  ████████████ 3012
/// ```
enum LatencyView {
    enum Metric: Int, CaseIterable, Sendable {
        case total, timeToFirstByte, connect, dns

        var title: DisplayText {
            switch self {
            case .total: "total"
            case .timeToFirstByte: "ttfb"
            case .connect: "connect"
            case .dns: "dns"
            }
        }

        func histogram(_ latencies: RunStatistics.Latencies) -> Histogram {
            switch self {
            case .total: latencies.total
            case .timeToFirstByte: latencies.timeToFirstByte
            case .connect: latencies.connect
            case .dns: latencies.dns
            }
        }
    }

    static func draw(_ scene: Scene, _ glyphs: Glyphs, on grid: inout Grid, in area: Rect) {
        var area = area
        let heading = area.takeTop(1)
        grid.fill(heading, style: Style(role: .dim, surface: .bar))
        var head = StyledLine(DisplayText("").padded(to: 16), Style(role: .dim, surface: .bar))
        for title in ["COUNT"] + percentiles(area.width).map(\.title) {
            head.add(title.alignedRight(in: 8), style: Style(role: .dim, surface: .bar))
        }
        grid.put(head, x: heading.x + 2, y: heading.y, width: heading.width - 2)
        var table = area.takeTop(min(area.height, Metric.allCases.count * 2 + 1))
        _ = table.takeBottom(1)
        drawTable(scene, on: &grid, in: table)
        let hasPane = area.width >= 150
        if hasPane {
            let pane = area.takeRight(min(70, area.width * 2 / 5))
            drawHosts(scene, on: &grid, in: pane)
        } else if scene.state.showsLatencyByHost {
            return drawHosts(scene, on: &grid, in: area)
        }
        let heatHeight = area.height >= 16 ? area.height / 2 : 0
        let heat = area.takeBottom(heatHeight)
        if heatHeight > 0 { _ = area.takeBottom(1) }
        drawBars(scene, glyphs, hint: hasPane ? "h l another" : "h l another   Enter by host", on: &grid, in: area)
        if heatHeight > 0 { drawHeat(scene, glyphs, on: &grid, in: heat) }
    }

    /// Those that there is room for, whole.
    private static func percentiles(_ width: Int) -> [(title: DisplayText, fraction: Double)] {
        var all: [(title: DisplayText, fraction: Double)] = [
            ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("max", 1),
        ]
        // Two columns of margin, names and counts; then eight a percentile.
        for place in [3, 1] where 26 + 8 * all.count > width { all.remove(at: place) }
        return all
    }

    private static func drawTable(_ scene: Scene, on grid: inout Grid, in area: Rect) {
        let statistics = scene.store.statistics
        var y = area.y
        for (outcome, latencies) in [("ok", statistics.succeeded), ("failed", statistics.failedLatencies)]
            as [(DisplayText, RunStatistics.Latencies)]
        {
            for metric in Metric.allCases where y < area.maxY {
                let histogram = metric.histogram(latencies)
                let isChosen = metric == scene.state.latencyMetric
                var line = StyledLine(metric.title.padded(to: 8), isChosen ? Style(.accent, .bold) : .text)
                line.add(outcome.padded(to: 8), outcome.string == "ok" ? .ok : .err)
                line.add(Format.count(histogram.count).alignedRight(in: 8), histogram.count > 0 ? .text : .faint)
                for (_, fraction) in percentiles(area.width) {
                    let value = histogram.percentile(fraction).map(Format.duration) ?? "-"
                    line.add(value.alignedRight(in: 8), histogram.count > 0 ? .text : .faint)
                }
                grid.put(line, x: area.x + 2, y: y, width: area.width - 2)
                y += 1
            }
        }
    }

    /// One bar a power of two, success and failure side by side in one bar.
    private static func drawBars(
        _ scene: Scene, _ glyphs: Glyphs, hint: DisplayText, on grid: inout Grid, in area: Rect
    ) {
        guard area.height > 1 else { return }
        let metric = scene.state.latencyMetric
        var title = StyledLine(metric.title + " by powers of two, ", .dim)
        title.add("ok", .ok)
        title.add(" and ", .dim)
        title.add("failed", .err)
        if title.columns + hint.columns + 3 <= area.width - 2 { title.add("   " + hint, .faint) }
        grid.put(title, x: area.x + 2, y: area.y, width: area.width - 2, clip: area)
        let good = metric.histogram(scene.store.statistics.succeeded).octaves
        let bad = metric.histogram(scene.store.statistics.failedLatencies).octaves
        let lines = area.height - 1
        // With far more powers than lines two bars stand side by side, where they are still long enough to compare.
        let count = LatencyBars(good: good, bad: bad, limit: .max).bars.count
        let columns = lines * 3 < count * 2 && area.width >= 72 ? 2 : 1
        let bars = LatencyBars(good: good, bad: bad, limit: lines * columns).bars
        guard !bars.isEmpty else {
            grid.put("nothing has finished yet", x: area.x + 2, y: area.y + 1, style: .dim, clip: area)
            return
        }
        let width = (area.width - 2) / columns
        let room = width - 9 - 9
        guard room > 2 else { return }
        let scale = Double(room) / Double(max(1, bars.map(\.count).max() ?? 1))
        let height = (bars.count + columns - 1) / columns
        for (index, bar) in bars.enumerated() {
            // The red end of the scale is for what failed.
            let line = line(bar, heat: 0.8 * Double(index) / Double(bars.count), scale, room, glyphs)
            grid.put(line, x: area.x + 2 + index / height * width, y: area.y + 1 + index % height, width: width)
        }
    }

    /// `<131ms  ████████████ 3012`
    private static func line(
        _ bar: LatencyBars.Bar, heat: Double, _ scale: Double, _ room: Int, _ glyphs: Glyphs
    ) -> StyledLine {
        func cells(_ count: Int) -> Int { count == 0 ? 0 : max(1, Int((Double(count) * scale).rounded())) }
        let label = Format.below(LatencyBars.edge(bar.octaves.upperBound))
        var line = StyledLine(label.alignedRight(in: 8) + " ", .dim)
        line.add(.repeating(glyphs.block, cells(bar.good)), .heat(heat))
        line.add(.repeating(glyphs.failed, min(room - min(room, cells(bar.good)), cells(bar.bad))), .err)
        if bar.count > 0 { line.add(" " + Format.count(bar.count), .dim) }
        return line
    }

    /// The busiest hosts, one a line. Only those in sight are looked at: percentiles of a host cost a microsecond.
    private static func drawHosts(_ scene: Scene, on grid: inout Grid, in area: Rect) {
        guard area.height > 1, area.width > 40 else { return }
        let isFirstByte = scene.state.latencyMetric == .timeToFirstByte
        let nameWidth = max(12, min(40, area.width - 4 - 5 * 8))
        var head = StyledLine((isFirstByte ? "ttfb" : "total" as DisplayText) + " by host", Style(.dim))
        head.tab(to: nameWidth)
        for title in ["COUNT", "p50", "p90", "p99", "max"] as [DisplayText] {
            head.add(title.alignedRight(in: 8), .dim)
        }
        grid.put(head, x: area.x + 2, y: area.y, width: area.width - 2)
        for (offset, id) in scene.orders.hosts.prefix(area.height - 1).enumerated() {
            let host = scene.store.hosts[id]
            let name = DisplayText(sanitising: Punycode.host(host.name), cap: 256).truncated(to: nameWidth)
            let histogram = isFirstByte ? host.timeToFirstByte : host.latency
            var line = StyledLine(name.padded(to: nameWidth), Style(histogram == nil ? .faint : .text))
            line.add(Format.count(histogram?.count ?? 0).alignedRight(in: 8), .dim)
            for fraction in [0.5, 0.9, 0.99, 1] {
                let value = histogram?.percentile(fraction).map(Format.duration) ?? "-"
                line.add(value.alignedRight(in: 8), histogram == nil ? .faint : .text)
            }
            grid.put(line, x: area.x + 2, y: area.y + 1 + offset, width: area.width - 2)
        }
    }

    /// Time from left to right, latency from bottom to top, darker is more.
    private static func drawHeat(_ scene: Scene, _ glyphs: Glyphs, on grid: inout Grid, in area: Rect) {
        let heat = scene.index.heat
        let chart = Rect(x: area.x + 11, y: area.y + 1, width: area.width - 12, height: area.height - 2)
        guard chart.width > 4, chart.height > 1 else { return }
        grid.put("total over time", x: area.x + 2, y: area.y, style: .dim, clip: area)
        let columns = heat.columns.suffix(chart.width)
        var totals = Array(repeating: 0, count: LatencyHeat.octaveCount)
        for column in columns { for (octave, count) in column.enumerated() { totals[octave] += Int(count) } }
        guard let high = totals.lastIndex(where: { $0 > 0 }) else { return }
        // Several powers of two on a line where there are more than lines: those with the fewest.
        let bands = LatencyBars(good: Array(totals[...high]), bad: [], limit: chart.height).bars.map(\.octaves)
        let peak = Double(columns.flatMap { $0 }.max() ?? 1)
        for (row, band) in bands.enumerated() {
            let y = chart.maxY - 1 - row
            let label = Format.below(LatencyBars.edge(band.upperBound)).alignedRight(in: 8)
            grid.put(label, x: area.x + 2, y: y, style: .dim)
            for (offset, column) in columns.enumerated() {
                let count = column[band].reduce(0, +)
                guard count > 0 else { continue }
                // Square root: a few slow ones must show beside thousands of fast ones.
                let level = min(1, (Double(count) / peak).squareRoot())
                let shade = glyphs.shades[max(1, min(4, Int((level * 4).rounded())))]
                grid.put(shade, x: chart.x + offset, y: y, style: Style(.heat(level)))
            }
        }
        let start = heat.period * max(0, heat.columns.count - columns.count)
        grid.put(Format.clock(start), x: chart.x, y: chart.maxY, style: .faint)
        let end = Format.clock(heat.period * heat.columns.count)
        grid.put(end, x: max(chart.x + 10, chart.x + columns.count - end.columns), y: chart.maxY, style: .faint)
    }
}
