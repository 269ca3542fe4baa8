/// One command as help, completion and the parser know it.
struct CommandEntry: Sendable {
    let name: String
    /// What comes behind the name, as help prints it.
    let usage: String
    let summary: String
    let read: @Sendable (String) throws(CommandError) -> Command
}

/// Why a command line cannot be carried out.
struct CommandError: Error, Equatable, Sendable, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// All commands by name: the table that the `:` line, scripts, key bindings and help are made from.
enum CommandCatalog {
    /// Reads one command.
    static func parse(_ line: String) throws(CommandError) -> Command {
        let trimmed = line.trimmingSpaces()
        guard let name = trimmed.split(separator: " ", maxSplits: 1).first.map(String.init) else {
            throw CommandError("no command")
        }
        // `:4711` goes to a fetch, as a line number does in vi.
        if let number = UInt32(name.hasPrefix("#") ? name.dropFirst() : name[...]), number > 0 {
            return .goTo(FetchID(rawValue: number))
        }
        guard let entry = entries.first(where: { $0.name == name }) else {
            throw CommandError("unknown command '\(name)'")
        }
        return try entry.read(String(trimmed.dropFirst(name.count)).trimmingSpaces())
    }

    /// What the command that a line begins with is given, and what it does; nothing while its name is not whole.
    static func usage(of line: String) -> DisplayText {
        let name = line.prefix { $0 != " " }
        guard let entry = entries.first(where: { $0.name == name }) else { return .empty }
        let usage = DisplayText(trusted: entry.usage)
        return (usage.isEmpty ? usage : usage + "   ") + DisplayText(trusted: entry.summary)
    }

    static let entries: [CommandEntry] = moving + showing + fetching + program

    private static let moving: [CommandEntry] = [
        CommandEntry(name: "move", usage: "up|down|page-up|...", summary: "Move the cursor") {
            text throws(CommandError) in
            .move(try choice(text))
        },
        CommandEntry(name: "scroll", usage: "N", summary: "Scroll columns") { text throws(CommandError) in
            .scrollColumns(try number(text))
        },
        CommandEntry(name: "zoom", usage: "N", summary: "Zoom the timeline in or out; 0 suits the run") {
            text throws(CommandError) in
            .zoom(try number(text))
        },
        CommandEntry(name: "view", usage: "NAME", summary: "Show a view") { text throws(CommandError) in
            if let number = Int(text), ViewName.allCases.indices.contains(number - 1) {
                return .view(ViewName.allCases[number - 1])
            }
            return .view(try choice(text))
        },
        plain("next-view", "Show the next view", .nextView),
        plain("previous-view", "Show the previous view", .previousView),
        plain("open", "Open the details of the row", .open),
        plain("back", "Close what is open", .back),
        CommandEntry(name: "go", usage: "#ID", summary: "Go to a fetch") { text throws(CommandError) in
            guard let id = UInt32(text.hasPrefix("#") ? text.dropFirst() : text[...]), id > 0 else {
                throw CommandError("not a fetch: '\(text)'")
            }
            return .goTo(FetchID(rawValue: id))
        },
    ]

    private static let showing: [CommandEntry] = [
        plain("help", "All keys and commands", .help),
        plain("setup", "Columns, meters, theme", .setup),
        optional("find", "[TEXT]", "Search the rows") { .find($0) },
        plain("find-next", "Next match", .findNext),
        plain("find-previous", "Previous match", .findPrevious),
        CommandEntry(name: "filter", usage: "[EXPR]", summary: "Show only what matches") { text throws(CommandError) in
            if text.isEmpty { return .filter(nil) }
            do throws(QueryError) { _ = try FetchQuery(text) } catch { throw CommandError(error.description) }
            return .filter(text == "-" ? "" : text)
        },
        plain("toggle-filter", "Filter on or off", .toggleFilter),
        CommandEntry(name: "sort", usage: "[COLUMN]", summary: "Order the rows") { text throws(CommandError) in
            text.isEmpty ? .sort(nil) : .sort(try choice(text))
        },
        CommandEntry(name: "sort-step", usage: "N", summary: "Order by the next column") { text throws(CommandError) in
            .sortStep(try number(text))
        },
        plain("invert-sort", "Reverse the order", .invertSort),
        plain("group", "Group the rows by host", .group),
        plain("freeze", "Freeze the display; fetching goes on", .freeze),
        plain("hold-order", "Hold the order; values stay live", .holdOrder),
        plain("follow", "Follow the row, or stay in place", .follow),
        CommandEntry(name: "details", usage: "TAB", summary: "Show a tab of the details") {
            text throws(CommandError) in .details(try choice(text))
        },
        CommandEntry(name: "scroll-details", usage: "N", summary: "Scroll the details") {
            text throws(CommandError) in .scrollDetails(try number(text))
        },
        plain("headers", "Show response headers", .toggleHeaders),
        plain("meters", "Show or hide the header", .toggleMeters),
        plain("reveal", "Show masked secrets", .reveal),
        plain("mouse", "Mouse on or off", .toggleMouse),
        plain("repaint", "Paint the screen anew", .repaint),
    ]

    private static let fetching: [CommandEntry] = [
        plain("pause-all", "Start nothing new", .pauseAll),
        plain("resume-all", "Start fetches again", .resumeAll),
        plain("toggle-pause-all", "Pause fetching, or resume", .togglePauseAll),
        CommandEntry(name: "parallel-max", usage: "[[+|-]N]", summary: "Fetches at once") { text throws(CommandError) in
            if text.isEmpty { return .concurrency(.asked) }
            let value = try number(text)
            if text.hasPrefix("+") || text.hasPrefix("-") { return .concurrency(.relative(value)) }
            guard value > 0 else { throw CommandError("at least 1, not \(text)") }
            return .concurrency(.absolute(value))
        },
        CommandEntry(name: "host-limit", usage: "[HOST [N]]", summary: "Fetches at once from a host") {
            text throws(CommandError) in
            let words = text.split(separator: " ")
            guard words.count < 3 else { throw CommandError("'\(text)': it is host-limit HOST N") }
            let limit = words.count == 2 ? try number(String(words[1])) : nil
            if let limit, limit < 1 { throw CommandError("at least 1, not \(limit)") }
            return .hostLimit(host: words.first.map(String.init), limit: limit)
        },
        plain("limits", "Choose a limit to change", .limits),
        optional("rate", "[N/s]", "Starts a second") { .rate($0) },
        optional("add", "[URL...]", "Add URLs") { .add($0) },
        targeted("cancel", "Cancel fetches") { .cancel($0) },
        targeted("retry", "Fetch again") { .retry($0) },
        targeted("pause", "Pause fetches") { .pause($0) },
        targeted("resume", "Resume paused fetches") { .resume($0) },
        targeted("toggle-pause", "Pause fetches, or resume them") { .togglePause($0) },
        plain("tag", "Tag the row", .tag),
        plain("tag-similar", "Tag rows of the same host or error", .tagSimilar),
        plain("untag-all", "Untag all rows", .untagAll),
        CommandEntry(name: "yank", usage: "url|curl", summary: "Show the URL or curl command to copy") {
            text throws(CommandError) in .yank(text.isEmpty ? .url : try choice(text))
        },
        optional("export", "[FILE]", "Write the visible rows (NDJSON, or CSV by name)") { .export($0) },
    ]

    private static let program: [CommandEntry] = [
        plain("command", "A command line", .commandLine),
        plain("suspend", "Back to the shell for a while", .suspend),
        plain("interrupt", "Stop starting and wait; twice: stop now", .interrupt),
        CommandEntry(name: "quit", usage: "[!]", summary: "Quit") { text throws(CommandError) in
            guard text.isEmpty || text == "!" else { throw CommandError("'\(text)': it is quit or quit !") }
            return .quit(isForced: text == "!")
        },
        CommandEntry(name: "key", usage: "KEY", summary: "Press a key") { text throws(CommandError) in
            guard let key = Key(text) else { throw CommandError("no such key: '\(text)'") }
            return .key(key)
        },
    ]

    private static func plain(_ name: String, _ summary: String, _ command: Command) -> CommandEntry {
        CommandEntry(name: name, usage: "", summary: summary) { text throws(CommandError) in
            guard text.isEmpty else { throw CommandError("'\(name)' takes no argument") }
            return command
        }
    }

    private static func optional(
        _ name: String, _ usage: String, _ summary: String, _ make: @escaping @Sendable (String?) -> Command
    ) -> CommandEntry {
        CommandEntry(name: name, usage: usage, summary: summary) { text throws(CommandError) in
            make(text.isEmpty ? nil : text)
        }
    }

    private static func targeted(
        _ name: String, _ summary: String, _ make: @escaping @Sendable (Target) -> Command
    ) -> CommandEntry {
        CommandEntry(name: name, usage: "[#ID|selected|tagged|failed|where EXPR]", summary: summary) {
            text throws(CommandError) in
            if text == "where" { throw CommandError("where needs a filter: where code>=500") }
            guard let target = Target(text) else { throw CommandError("no such target: '\(text)'") }
            if case .matching(let expression) = target {
                do throws(QueryError) { _ = try FetchQuery(expression) } catch { throw CommandError(error.description) }
            }
            return make(target)
        }
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(_ text: String) throws(CommandError) -> Choice
    where Choice.RawValue == String {
        if let exact = Choice(rawValue: text) { return exact }
        let begun = Choice.allCases.filter { $0.rawValue.hasPrefix(text) && !text.isEmpty }
        if begun.count == 1, let only = begun.first { return only }
        let all = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw CommandError(text.isEmpty ? "one of \(all)" : "'\(text)' is none of \(all)")
    }

    private static func number(_ text: String) throws(CommandError) -> Int {
        guard let value = Int(text) else { throw CommandError("not a number: '\(text)'") }
        guard (-1_000_000...1_000_000).contains(value) else { throw CommandError("out of range: \(text)") }
        return value
    }
}

extension String {
    /// Without blanks at both ends.
    func trimmingSpaces() -> String {
        var text = self[...]
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
