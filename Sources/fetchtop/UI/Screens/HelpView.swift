/// All keys, made from the table that binds them, and all commands of the `:` line.
enum HelpView {
    static func draw(_ map: KeyMap, scroll: Int, search: String, _ glyphs: Glyphs, on grid: inout Grid) {
        var area = grid.bounds
        grid.fill(area, style: .text)
        let heading = area.takeTop(1)
        let footer = area.takeBottom(area.height > 2 ? 1 : 0)
        var title = StyledLine("Help", Style(.accent, .bold))
        title.add("   type to search: ", .dim)
        title.add(DisplayText(sanitising: search, cap: 120), .text)
        grid.put(title, x: heading.x, y: heading.y, width: heading.width)
        let lines = HelpText.lines(map, matching: search)
        let skip = max(0, min(scroll, lines.count - area.height))
        for (offset, line) in lines.dropFirst(skip).prefix(area.height).enumerated() {
            grid.put(line, x: area.x, y: area.y + offset, width: area.width)
        }
        var note = StyledLine("Esc", Style(.strong))
        note.add(" closes   ", .dim)
        grid.mark(Rect(x: footer.x, y: footer.y, width: 10, height: footer.height), .key(Key(.escape)))
        if lines.count > area.height {
            note.add("Up Down PgUp PgDn", .strong)
            note.add(" scroll   \(min(lines.count, skip + area.height))/\(lines.count)", .dim)
        }
        grid.put(note, x: footer.x, y: footer.y, width: footer.width)
    }
}

/// The text of the help.
enum HelpText {
    static func lines(_ map: KeyMap, matching search: String) -> [StyledLine] {
        let needle = search.lowercased()
        var lines: [StyledLine] = []
        for section in Binding.Section.allCases {
            let entries = map.bindings.filter { $0.section == section && !$0.keys.isEmpty }
                .map {
                    (keys: DisplayText(sanitising: $0.keys.map(\.description).joined(separator: " ")), text: $0.summary)
                }
            append(DisplayText(trusted: section.rawValue), entries, needle, width: 14, to: &lines)
        }
        append("States", states, needle, width: 14, to: &lines)
        let commands = CommandCatalog.entries.map { entry in
            (
                keys: ":" + DisplayText(trusted: entry.name) + " " + DisplayText(trusted: entry.usage),
                text: DisplayText(trusted: entry.summary)
            )
        }
        append("Commands", commands, needle, width: 34, to: &lines)
        append("Filters", filters, needle, width: 34, to: &lines)
        return lines
    }

    private static func append(
        _ title: DisplayText, _ entries: [(keys: DisplayText, text: DisplayText)], _ needle: String, width: Int,
        to lines: inout [StyledLine]
    ) {
        let shown = entries.filter {
            needle.isEmpty || ($0.keys.string + " " + $0.text.string).lowercased().contains(needle)
        }
        guard !shown.isEmpty else { return }
        if !lines.isEmpty { lines.append(StyledLine()) }
        lines.append(StyledLine(title, Style(.accent, .bold)))
        for entry in shown {
            var line = StyledLine("  ")
            line.add(entry.keys, .strong)
            line.tab(to: width, gap: 2)
            line.add(entry.text)
            lines.append(line)
        }
    }

    private static let states: [(keys: DisplayText, text: DisplayText)] = [
        ("q z p", "queued, back-off, paused: the row says why it waits"),
        ("D C T", "name lookup, connecting, TLS handshake"),
        ("W R U", "waiting for the first byte, receiving, uploading"),
        ("+ =", "2xx and 3xx; not modified or already there"),
        ("! x -", "4xx and 5xx; no usable answer; cancelled"),
    ]

    private static let filters: [(keys: DisplayText, text: DisplayText)] = [
        ("state:recv state:error", "by state or a group of states"),
        ("host~cdn url:index", "part of the host or URL"),
        ("code>=400 code:4xx", "by status"),
        ("ttfb>200ms time>1s size>1M", "by figures with units"),
        ("try>1 error:dns wait:host", "retried, by error, by why it waits"),
        ("tagged", "what you tagged"),
        ("a b, a or b, !a, ( )", "joined"),
        ("word, /regex/", "anywhere in the URL"),
    ]
}
