/// The live table: one row a fetch, only those in sight are formatted.
///
/// ```
///     ID S CODE  TIME  TTFB   RECV   RATE TRY URL
///   4711 R  200  4.2s 213ms  18.2M  4.1M/s  2 https://cdn.example.net/iso/deb12.~
///   6920 q  host limit (6/6)                  https://api.example.com/v1/items?p~
/// ```
/// A row that waits says why, in the place of the figures it does not have yet.
enum TableView {
    static func draw(_ scene: Scene, _ breadth: Layout.Breadth, _ glyphs: Glyphs, on grid: inout Grid, in area: Rect) {
        var area = area
        let heading = area.takeTop(1)
        let columns =
            scene.state.settings.columns.map { TableColumn.fitting(area.width - 2, chosen: $0) }
            ?? TableColumn.fitting(area.width - 2, breadth)
        drawHeading(columns, scene, glyphs, on: &grid, in: heading)
        let rows = scene.rows.rows.dropFirst(scene.state.cursor.top).prefix(area.height)
        for (offset, row) in rows.enumerated() {
            let place = Rect(x: area.x, y: area.y + offset, width: area.width, height: 1)
            switch row {
            case .fetch(let id): draw(scene.store[id], columns, scene, glyphs, on: &grid, in: place)
            case .group(let host): drawGroup(scene.store.hosts[host], scene, glyphs, on: &grid, in: place)
            }
            grid.mark(place, .row(scene.state.cursor.top + offset))
            if row == scene.current {
                grid.lay(.selection, in: place)
                grid.put(">", x: place.x, y: place.y, style: Style(role: .accent, surface: .selection, emphasis: .bold))
            }
        }
        if scene.rows.rows.isEmpty, area.height > 0 { drawEmpty(scene, on: &grid, in: area) }
    }

    private static func drawHeading(
        _ columns: [TableColumn], _ scene: Scene, _ glyphs: Glyphs, on grid: inout Grid, in area: Rect
    ) {
        guard !area.isEmpty else { return }
        grid.fill(area, style: Style(role: .dim, surface: .bar))
        var x = area.x + 2
        let arrangement = scene.state.arrangement
        for column in columns {
            let isSorted = column.sortKey == arrangement.sort && column != .size
            let style = Style(role: isSorted ? .accent : .dim, surface: .bar, emphasis: isSorted ? .bold : [])
            let title =
                column.isLeftAligned
                ? column.title.padded(to: column.width) : column.title.alignedRight(in: column.width)
            grid.put(title.prefix(column.width), x: x, y: area.y, style: style)
            if isSorted, column.title.columns < column.width {
                let isDown = arrangement.sort.isNaturallyDescending != arrangement.isInverted
                let mark = isDown ? glyphs.descending : glyphs.ascending
                let place =
                    column.isLeftAligned ? x + column.title.columns : x + column.width - column.title.columns - 1
                grid.put(mark, x: place, y: area.y, style: style)
            }
            if let key = column.sortKey {
                grid.mark(Rect(x: x, y: area.y, width: column.width, height: 1), .sort(key))
            }
            x += column.width + 1
        }
        let isSorted = arrangement.sort == .url || arrangement.sort == .host
        grid.mark(Rect(x: x, y: area.y, width: area.maxX - x, height: 1), .sort(.url))
        grid.put("URL", x: x, y: area.y, style: Style(role: isSorted ? .accent : .dim, surface: .bar), clip: area)
        // How far down the list the window is.
        let count = scene.rows.fetchCount
        var end = area.maxX
        if !scene.state.tagged.isEmpty, area.width >= 30 {
            let note: DisplayText = " \(scene.state.tagged.count) tagged "
            end -= note.columns
            grid.put(note, x: end, y: area.y, style: Style(role: .accent, surface: .bar, emphasis: .bold))
        }
        guard count > area.height, area.width >= 60 else { return }
        // Headings are lines, and no fetches.
        let isGrouped = scene.rows.rows.count > count
        let note: DisplayText =
            "\(min(scene.state.cursor.place + 1, scene.rows.rows.count))/\(scene.rows.rows.count)\(isGrouped ? " lines" : "") "
        grid.put(note, x: end - note.columns, y: area.y, style: Style(role: .faint, surface: .bar))
    }

    private static func draw(
        _ fetch: Fetch, _ columns: [TableColumn], _ scene: Scene, _ glyphs: Glyphs, on grid: inout Grid, in place: Rect
    ) {
        let look = StateLook(fetch.state)
        let isOld = look.isOver && scene.now - fetch.since >= AttentionOrder.freshFor
        let plain: Role = isOld || fetch.state == .queued ? .dim : .text
        let reason = scene.store.waitReason(of: fetch.id)
        if scene.state.tagged.contains(fetch.id) {
            grid.put(glyphs.tag, x: place.x + 1, y: place.y, style: Style(.accent, .bold))
        }
        var x = place.x + 2
        let waits = reason == nil ? 0..<0 : roomForReason(columns)
        for (index, column) in columns.enumerated() {
            if waits.contains(index) {
                if index == waits.lowerBound, let reason {
                    let width = columns[waits].reduce(-1) { $0 + $1.width + 1 }
                    drawReason(reason, fetch, scene, on: &grid, x: x, y: place.y, width: width)
                }
                x += column.width + 1
                continue
            }
            if column == .phases {
                let live = fetch.id == scene.shownFetch ? scene.liveRecord : nil
                let bar = PhaseSpans(fetch, live: live, at: scene.now).bar(width: column.width)
                grid.put(bar, x: x, y: place.y, width: column.width, clip: place)
            } else {
                drawValue(column, fetch, look, plain, scene, on: &grid, x: x, in: place)
            }
            x += column.width + 1
        }
        if waits.isEmpty, let reason {
            // No figures are shown in whose place it could stand.
            let text = WaitText.text(reason, fetch, scene).truncated(to: 24)
            grid.put(text, x: x, y: place.y, style: Style(.queued), clip: place)
            x += text.columns + 1
        }
        drawURL(fetch, plain, scene, on: &grid, x: x, in: place)
    }

    /// The widest run of columns that have nothing to say of a fetch that waits.
    private static func roomForReason(_ columns: [TableColumn]) -> Range<Int> {
        let silent: Set<TableColumn> = [.code, .time, .ttfb, .received, .size, .rate]
        var best = 0..<0
        var bestWidth = 11
        var start = 0
        var width = 0
        for (index, column) in columns.enumerated() {
            guard silent.contains(column) else {
                start = index + 1
                width = 0
                continue
            }
            width += column.width + 1
            if width > bestWidth { (best, bestWidth) = (start..<index + 1, width) }
        }
        return best
    }

    private static func drawReason(
        _ reason: WaitReason, _ fetch: Fetch, _ scene: Scene, on grid: inout Grid, x: Int, y: Int, width: Int
    ) {
        let role: Role
        switch reason {
        case .slot, .host: role = .queued
        case .rate, .retryAfter, .backoff, .paused, .pausedAll, .draining: role = .warn
        }
        grid.put(WaitText.text(reason, fetch, scene).truncated(to: width), x: x, y: y, style: Style(role))
    }

    private static func drawValue(
        _ column: TableColumn, _ fetch: Fetch, _ look: StateLook, _ plain: Role, _ scene: Scene, on grid: inout Grid,
        x: Int, in place: Rect
    ) {
        let text = column.value(of: fetch, scene)
        var style = Style(plain)
        switch column {
        case .state: style = Style(look.role, .bold)
        case .code: style = Style(codeRole(fetch, plain))
        case .id: style = .dim
        case .try: if fetch.attempts > 1, plain == .text { style = Style(.warn) }
        default: if text.string == "-" { style = .faint }
        }
        let start = column.isLeftAligned ? x : x + column.width - text.columns
        grid.put(text, x: max(x, start), y: place.y, style: style, clip: place)
    }

    private static func codeRole(_ fetch: Fetch, _ plain: Role) -> Role {
        switch fetch.status {
        case 200..<300: fetch.failure == nil ? .ok : .err
        case 300..<400: .info
        case 400..<500: .warn
        case 500...: .err
        default: fetch.failure == nil ? plain : .err
        }
    }

    /// The URL, and behind it, where there is room, what went wrong.
    private static func drawURL(
        _ fetch: Fetch, _ plain: Role, _ scene: Scene, on grid: inout Grid, x: Int, in place: Rect
    ) {
        let width = place.maxX - x
        guard width > 0 else { return }
        let url = URLText(scene.store.url(of: fetch.id), revealing: scene.state.isRevealing)
        let message = fetch.state.isFailure ? fetch.detail?.attempts.last?.failure?.message : nil
        let room = message == nil ? width : max(width / 2, min(url.text.columns, width))
        var column = x
        if scene.state.columnScroll > 0 {
            let shown = url.text.suffix(url.text.columns - scene.state.columnScroll).truncated(to: room)
            column = grid.put(shown, x: x, y: place.y, style: Style(plain), clip: place)
        } else {
            // All rows alike: a scheme on some lines only would make the hosts ragged.
            for (text, role) in url.parts(in: room, withScheme: width >= 56) {
                column = grid.put(text, x: column, y: place.y, style: Style(role == .text ? plain : role), clip: place)
            }
        }
        guard let message, place.maxX - column > 8 else { return }
        let text = DisplayText(sanitising: message, cap: DisplayText.Cap.reason).truncated(to: place.maxX - column - 1)
        grid.put(text, x: column + 1, y: place.y, style: Style(.err), clip: place)
    }

    private static func drawGroup(_ host: Host, _ scene: Scene, _ glyphs: Glyphs, on grid: inout Grid, in place: Rect) {
        var line = StyledLine()
        line.add(
            DisplayText(sanitising: Punycode.host(host.name), cap: 256).truncated(to: max(12, place.width / 2)),
            style: Style(.accent, .bold))
        line.add("  run \(host.counts.inFlight)/\(host.limit)", .text)
        line.add("  wait \(host.counts.pending)", .dim)
        line.add("  done \(host.counts.finished)", .dim)
        if host.counts.failures > 0 { line.add("  err \(host.counts.failures)", .err) }
        if let p50 = host.latency?.percentile(0.5) { line.add("  p50 " + Format.duration(p50), .dim) }
        grid.put(line, x: place.x + 2, y: place.y, width: place.width - 2)
    }

    private static func drawEmpty(_ scene: Scene, on grid: inout Grid, in area: Rect) {
        let text: DisplayText =
            scene.store.count == 0
            ? scene.run.isDone ? "no fetches" : "no URLs yet"
            : scene.state.filter.effective.isAll ? "" : "no fetch matches the filter"
        grid.put(text.truncated(to: area.width - 4), x: area.x + 2, y: area.y + min(1, area.height - 1), style: .dim)
    }
}
