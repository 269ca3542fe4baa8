/// Everything about one fetch: what it is, then one of several pages about it.
///
/// ```
/// #4711 GET https://cdn.example.net/iso/debian-12.iso            R 61%   try 2
/// [Timing] Headers  TLS  Redirects  Attempts  Body                       h l
/// queue    ..                                                      12.0 ms
/// dns        d                                                      3.1 ms
/// connect     ccc                                                  22.4 ms
/// tls            tttttt                                            41.0 ms
/// wait                 wwwwwwwwwwwwwwwwwwwwwwwwwwwww              212.6 ms
/// receive                                           rrrrrrrr>>     4.2 s
/// ```
struct DetailsView {
    private let scene: Scene
    private let glyphs: Glyphs
    private let area: Rect
    private let head: [StyledLine]
    private let tabs: Rect
    private let pageArea: Rect
    private let page: DetailsPage

    init(_ id: FetchID, _ scene: Scene, _ glyphs: Glyphs, in area: Rect) {
        self.scene = scene
        self.glyphs = glyphs
        self.area = area
        let subject = DetailsSubject(id, scene, glyphs, width: area.width)
        var rest = area
        head = Array(DetailsHead.lines(subject).prefix(max(1, area.height / 3)))
        _ = rest.takeTop(head.count)
        tabs = rest.takeTop(area.height >= 6 ? 1 : 0)
        pageArea = rest
        page = DetailsPage(scene.state.details.tab, subject)
    }

    /// How far the page can be scrolled.
    var scrollLimit: Int { max(0, page.count - pageArea.height) }

    func draw(on grid: inout Grid) {
        guard !area.isEmpty else { return }
        grid.mark(area, .details)
        for (offset, line) in head.enumerated() {
            grid.put(line, x: area.x, y: area.y + offset, width: area.width, clip: area)
        }
        drawTabs(on: &grid)
        let scroll = max(0, min(scene.state.details.scroll, scrollLimit))
        for offset in 0..<max(0, min(pageArea.height, page.count - scroll)) {
            grid.put(
                page.line(scroll + offset), x: pageArea.x, y: pageArea.y + offset, width: pageArea.width, clip: pageArea
            )
        }
        let left = page.count - scroll - pageArea.height
        guard left > 0, !pageArea.isEmpty else { return }
        let note: DisplayText = " \(left) more "
        grid.put(
            note, x: pageArea.maxX - note.columns, y: pageArea.maxY - 1, style: Style(role: .dim, surface: .bar),
            clip: pageArea)
    }

    private func drawTabs(on grid: inout Grid) {
        guard !tabs.isEmpty else { return }
        grid.fill(tabs, style: Style(role: .dim, surface: .bar))
        var column = tabs.x
        for span in Self.tabs(active: scene.state.details.tab, width: tabs.width) {
            let role: Role = span.tab == scene.state.details.tab ? .accent : .dim
            let emphasis: Emphasis = span.tab == scene.state.details.tab ? .bold : []
            grid.put(
                span.text, x: column, y: tabs.y, style: Style(role: role, surface: .bar, emphasis: emphasis), clip: tabs
            )
            grid.mark(
                Rect(x: column, y: tabs.y, width: span.text.columns, height: 1), .command(.details(span.tab)))
            column += span.text.columns
        }
        let hint: DisplayText = scene.state.details.isOpen ? "h l " : ""
        if column + hint.columns < tabs.maxX {
            grid.put(
                hint, x: tabs.maxX - hint.columns, y: tabs.y, style: Style(role: .faint, surface: .bar), clip: tabs)
        }
    }

    /// The labels of the tabs from left to right; where there is no room, only the first letters.
    static func tabs(active: DetailsTab, width: Int) -> [(tab: DetailsTab, text: DisplayText)] {
        let full = DetailsTab.allCases.reduce(0) { $0 + $1.title.columns + 2 }
        return DetailsTab.allCases.map { tab in
            let title = full <= width || tab == active ? tab.title : tab.title.prefix(1)
            return (tab, tab == active ? "[" + title + "]" : " " + title + " ")
        }
    }
}

/// What the pages are about: a fetch, and what is known of it.
struct DetailsSubject {
    let fetch: Fetch
    let scene: Scene
    let glyphs: Glyphs
    let width: Int
    /// Of the attempt under way, or of the last one.
    let record: TransferRecord?

    init(_ id: FetchID, _ scene: Scene, _ glyphs: Glyphs, width: Int) {
        fetch = scene.store[id]
        self.scene = scene
        self.glyphs = glyphs
        self.width = width
        record = fetch.state.isInFlight ? scene.liveRecord : fetch.detail?.attempts.last?.record
    }

    func label(_ text: DisplayText) -> StyledLine { StyledLine(text.padded(to: 9), .dim) }

    /// What a page says when there is nothing to say: why.
    func nothing(_ what: DisplayText) -> [StyledLine] {
        if fetch.detail == nil, fetch.attempts > 0 {
            return [StyledLine("forgotten: only the newest thousands are kept whole; r fetches it again", .dim)]
        }
        guard fetch.attempts == 0 else { return [StyledLine(what, .dim)] }
        return [StyledLine(fetch.state.isFinished ? "it never started" : "it has not started yet", .dim)]
    }

    /// A long text in lines, the second and further ones indented.
    func wrapped(_ text: DisplayText, after first: StyledLine, indent: Int, _ role: Role = .text) -> [StyledLine] {
        var line = first
        var rest = text
        var lines: [StyledLine] = []
        while true {
            let piece = rest.prefix(max(2, width - line.columns))
            line.add(piece, role)
            lines.append(line)
            rest = rest.suffix(rest.columns - piece.columns)
            guard !rest.isEmpty, !piece.isEmpty else { return lines }
            line = StyledLine(.spaces(min(indent, width / 2)))
        }
    }
}

/// One page of the details: lines that are made when they are in sight.
struct DetailsPage {
    let count: Int
    let line: (Int) -> StyledLine

    init(_ lines: [StyledLine]) {
        count = lines.count
        line = { lines[$0] }
    }

    init(count: Int, line: @escaping (Int) -> StyledLine) {
        self.count = count
        self.line = line
    }

    init(_ tab: DetailsTab, _ subject: DetailsSubject) {
        switch tab {
        case .timing: self.init(TimingPage(subject).lines)
        case .headers: self.init(HeadersPage.lines(subject))
        case .tls: self.init(TLSPage.lines(subject))
        case .redirects: self.init(RedirectsPage.lines(subject))
        case .attempts: self.init(AttemptsPage.lines(subject))
        case .body: self = BodyPage.page(subject)
        }
    }
}
