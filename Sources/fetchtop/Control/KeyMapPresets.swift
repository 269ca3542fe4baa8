extension KeyMap {
    /// htop's keys where it has one, then those of less and vi.
    static let standard = KeyMap(name: "standard", bindings: moving + showing + fetches + run + program)

    /// htop to the letter where the two differ: no vi movement, `k` kills, `u` filters, `l` lists, `h` helps, `e` shows
    /// the environment of a fetch, its headers.
    static let htop: KeyMap = {
        var map = standard
        map.unbind("h j k l ^b ^f ^u ^d".split(separator: " ").compactMap { Key(String($0)) })
        for (key, command) in [
            ("k", Command.cancel(.chosen)), ("u", .filter(nil)), ("l", .open), ("h", .help), ("e", .toggleHeaders),
        ] {
            Key(key).map { map.bind($0, to: command) }
        }
        return KeyMap(name: "htop", bindings: map.bindings)
    }()

    static let presets = [standard, htop]

    static func preset(_ name: String) -> KeyMap? { presets.first { $0.name == name } }

    /// The one key that means the same in every table: the way out.
    static let interruptKey = Key(.character("c"), .control)

    private static func bind(
        _ keys: String, _ section: Binding.Section, _ command: Command, _ summary: DisplayText,
        footer: DisplayText? = nil
    ) -> Binding {
        Binding(
            keys: keys.split(separator: " ").compactMap { Key(String($0)) }, command: command, section: section,
            summary: summary, footer: footer)
    }

    private static let moving: [Binding] = [
        bind("Up k", .moving, .move(.up), "one row up"),
        bind("Down j", .moving, .move(.down), "one row down"),
        bind("PgUp ^b", .moving, .move(.pageUp), "one page up"),
        bind("PgDn ^f", .moving, .move(.pageDown), "one page down"),
        bind("^u", .moving, .move(.halfUp), "half a page up"),
        bind("^d", .moving, .move(.halfDown), "half a page down"),
        bind("Home g", .moving, .move(.top), "to the first row"),
        bind("End G", .moving, .move(.bottom), "to the last row"),
        bind("Left h", .moving, .scrollColumns(-8), "to the left: columns, tabs, cells, the past"),
        bind("Right l", .moving, .scrollColumns(8), "to the right: columns, tabs, cells, up to now"),
        bind("+ =", .moving, .zoom(1), "zoom the timeline in"),
        bind("-", .moving, .zoom(-1), "zoom the timeline out"),
        bind("0", .moving, .zoom(0), "zoom the timeline to what suits the run"),
        bind("Enter", .moving, .open, "details of the row"),
        bind("Esc q", .moving, .back, "back; q in the main view quits"),
        bind("Tab", .moving, .nextView, "next view"),
        bind("S-Tab", .moving, .previousView, "previous view"),
        bind("1", .moving, .view(.fetches), "Fetches"),
        bind("2", .moving, .view(.hosts), "Hosts"),
        bind("3", .moving, .view(.timeline), "Timeline"),
        bind("4", .moving, .view(.latency), "Latency"),
        bind("5", .moving, .view(.map), "Map"),
        bind("6", .moving, .view(.errors), "Errors"),
        bind("7", .moving, .view(.log), "Log"),
        bind("8", .moving, .view(.futures), "Futures"),
    ]

    private static let showing: [Binding] = [
        bind("F1 ?", .showing, .help, "this help", footer: "Help"),
        bind("F2 S", .showing, .setup, "setup: columns, meters, theme", footer: "Setup"),
        bind("F3 /", .showing, .find(nil), "search", footer: "Find"),
        bind("n", .showing, .findNext, "next match"),
        bind("N", .showing, .findPrevious, "previous match"),
        bind("F4 \\", .showing, .filter(nil), "filter: state:recv host~cdn code>=400 ttfb>200ms", footer: "Filter"),
        bind("^\\", .showing, .toggleFilter, "filter on or off"),
        bind("F5 t", .showing, .group, "group by host", footer: "Group"),
        bind("F6", .showing, .sort(nil), "choose the order", footer: "Sort"),
        bind("<", .showing, .sortStep(-1), "order by the previous column"),
        bind(">", .showing, .sortStep(1), "order by the next column"),
        bind("I", .showing, .invertSort, "reverse the order"),
        bind("F", .showing, .follow, "follow the row, or stay in place"),
        bind("Z", .showing, .freeze, "freeze the display; fetching goes on"),
        bind("O", .showing, .holdOrder, "hold the order; values stay live"),
        bind("J", .showing, .scrollDetails(1), "scroll the details down, beside the table too"),
        bind("K", .showing, .scrollDetails(-1), "scroll the details up"),
        bind("#", .showing, .toggleMeters, "the header's meters, or more rows"),
        bind("H", .showing, .toggleHeaders, "response headers in the details"),
        bind("v", .showing, .reveal, "show masked secrets"),
    ]

    private static let fetches: [Binding] = [
        bind("Space", .fetches, .tag, "tag the row"),
        bind("c", .fetches, .tagSimilar, "tag rows of the same host or error"),
        bind("U", .fetches, .untagAll, "untag all"),
        bind("p", .fetches, .togglePause(.chosen), "pause the tagged rows or this one, or resume"),
        bind("F9 x Del", .fetches, .cancel(.chosen), "cancel the tagged rows or this one", footer: "Cancel"),
        bind("r", .fetches, .retry(.chosen), "fetch the tagged rows or this one again"),
        bind("R", .fetches, .retry(.failed), "retry all that failed"),
        bind("y", .fetches, .yank(.url), "show the URL to copy"),
        bind("Y", .fetches, .yank(.curl), "show a curl command to copy"),
    ]

    private static let run: [Binding] = [
        bind("P", .run, .togglePauseAll, "pause fetching, or resume"),
        bind("F7 [", .run, .concurrency(.relative(-1)), "fewer fetches at once", footer: "Conc-"),
        bind("F8 ]", .run, .concurrency(.relative(1)), "more fetches at once", footer: "Conc+"),
        bind("L", .run, .limits, "limits: of the row's host, of all, of the rate"),
        bind("a", .run, .add(nil), "add URLs"),
        bind("w", .run, .export(nil), "write the visible rows to a file"),
    ]

    private static let program: [Binding] = [
        bind(":", .program, .commandLine, "a command line; :4711 goes to that fetch"),
        bind("M", .program, .toggleMouse, "mouse on or off"),
        bind("^l", .program, .repaint, "paint the screen anew"),
        bind("^z", .program, .suspend, "back to the shell for a while"),
        bind("F10 Q", .program, .quit(isForced: false), "quit", footer: "Quit"),
        bind("^c", .program, .interrupt, "stop; a second time: at once"),
    ]
}
