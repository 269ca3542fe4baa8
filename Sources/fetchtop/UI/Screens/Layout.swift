/// Which part of the screen shows what, by the screen's size alone.
///
/// ```
/// title    ─┐            120-179 columns: details over the lower 40 %
/// header    │ meters     from 180: details on the right
/// tabs      │            from 45 rows: a latency strip above the footer
/// heading  ─┘            below 40x8: one line of figures, then rows as far as there is room
/// body
/// footer
/// ```
struct Layout: Equatable {
    enum Breadth: Int, Comparable {
        /// Below 40 columns or 8 rows.
        case tiny
        /// 40-79 columns.
        case narrow
        /// 80-119.
        case normal
        /// 120-179.
        case wide
        /// From 180.
        case vast

        static func < (a: Breadth, b: Breadth) -> Bool { a.rawValue < b.rawValue }
    }

    let breadth: Breadth
    let title: Rect
    let header: Rect
    let meters: [Meter]
    let tabs: Rect
    let body: Rect
    /// Beside or below the body; nil where details would cover it.
    let details: Rect?
    let strip: Rect
    let footer: Rect

    /// The lines of the header.
    enum Meter: String, CaseIterable, Sendable { case job, net, latency, now, done }

    /// - Parameters:
    ///   - showsDetails: The view is about its fetches one by one: where there is room, details stand beside it unasked.
    ///   - showsStrip: The view does not show latencies anyway.
    ///   - chosen: The header's lines as the user wants them, as far as there is room.
    init(
        _ size: Size, detailsOpen: Bool, showsDetails: Bool = true, showsStrip: Bool = true,
        meters chosen: [Meter]? = nil
    ) {
        var rest = Rect(size)
        breadth = Self.breadth(size)
        if breadth == .tiny {
            title = rest.takeTop(1)
            header = rest.takeTop(0)
            meters = []
            tabs = rest.takeTop(0)
            footer = rest.takeBottom(0)
            strip = footer
            details = nil
            body = rest
            return
        }
        footer = rest.takeBottom(1)
        title = rest.takeTop(1)
        let usual = Self.meters(breadth, rows: size.rows)
        meters = chosen.map { Array($0.prefix(usual.count)) } ?? usual
        let isTwoColumns = breadth >= .wide
        header = rest.takeTop(isTwoColumns ? (meters.count + 1) / 2 : meters.count)
        tabs = rest.takeTop(size.rows >= 10 ? 1 : 0)
        strip = rest.takeBottom(size.rows >= 45 && showsStrip ? 8 : 0)
        if breadth == .vast, showsDetails || detailsOpen {
            details = rest.takeRight(max(70, size.columns * 2 / 5))
        } else if breadth == .wide, detailsOpen {
            details = rest.takeBottom(rest.height * 2 / 5)
        } else {
            details = nil
        }
        body = rest
    }

    init(_ size: Size, _ state: ViewState) {
        self.init(
            size, detailsOpen: state.details.isOpen, showsDetails: state.view == .fetches,
            showsStrip: state.view != .latency, meters: state.isHeaderHidden ? [] : state.settings.meters)
    }

    /// Where the text of the details stands: in its pane, within the line that sets it off, or over everything.
    func detailsArea(_ state: ViewState) -> Rect? {
        guard var area = details else { return state.details.isOpen ? body : nil }
        if breadth == .vast { _ = area.takeLeft(2) } else { _ = area.takeTop(1) }
        return area
    }

    private static func breadth(_ size: Size) -> Breadth {
        if size.columns < 40 || size.rows < 8 { return .tiny }
        switch size.columns {
        case ..<80: return .narrow
        case ..<120: return .normal
        case ..<180: return .wide
        default: return .vast
        }
    }

    /// Short terminals drop header lines in the order latency, done, net, now.
    private static func meters(_ breadth: Breadth, rows: Int) -> [Meter] {
        if breadth == .narrow { return rows >= 12 ? [.job, .now] : [.job] }
        if breadth >= .wide, rows >= 14 { return [.job, .now, .net, .done, .latency] }
        switch rows {
        case 20...: return [.job, .net, .latency, .now, .done]
        case 17...: return [.job, .net, .now, .done]
        case 14...: return [.job, .net, .now]
        case 11...: return [.job, .now]
        default: return [.job]
        }
    }
}
