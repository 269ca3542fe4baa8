/// A key (or several) bound to a command: one line of the table that drives input, footer and help alike.
struct Binding: Sendable {
    enum Section: String, CaseIterable, Sendable {
        case moving = "Moving", showing = "Showing", fetches = "Fetches", run = "The run", program = "Program"
    }

    let keys: [Key]
    let command: Command
    let section: Section
    let summary: DisplayText
    /// The word under its function key in the footer, if it has one.
    let footer: DisplayText?
}

/// Which key does what.
struct KeyMap: Sendable {
    let name: String
    private(set) var bindings: [Binding]
    private var commands: [Key: Command] = [:]

    init(name: String, bindings: [Binding]) {
        self.name = name
        self.bindings = bindings
        for binding in bindings { for key in binding.keys { commands[key] = binding.command } }
    }

    subscript(key: Key) -> Command? { commands[key] }

    /// One entry of the footer.
    struct FooterKey {
        let number: Int
        let label: DisplayText
        let command: Command
        var key: DisplayText { "F\(number)" }
    }

    /// The function keys of the footer, in order.
    var footer: [FooterKey] {
        bindings.compactMap { binding -> FooterKey? in
            guard let label = binding.footer else { return nil }
            for key in binding.keys {
                if case .function(let number) = key.code, key.modifiers.isEmpty {
                    return FooterKey(number: number, label: label, command: binding.command)
                }
            }
            return nil
        }.sorted { $0.number < $1.number }
    }

    /// Binds a key to another command; what it did before it does no more.
    mutating func bind(_ key: Key, to command: Command) {
        let others = bindings.first { $0.command == command }?.keys ?? []
        bind(others.filter { $0 != key } + [key], to: command)
    }

    /// Makes these the keys of a command, and only these; what they did before they do no more.
    mutating func bind(_ keys: [Key], to command: Command) {
        var hasEntry = false
        bindings = bindings.map { old in
            let isIt = old.command == command
            hasEntry = hasEntry || isIt
            return Binding(
                keys: isIt ? keys : old.keys.filter { !keys.contains($0) }, command: old.command, section: old.section,
                summary: old.summary, footer: old.footer)
        }
        if !hasEntry {
            bindings.append(
                Binding(
                    keys: keys, command: command, section: .program, summary: DisplayText(sanitising: command.text),
                    footer: nil))
        }
        commands = commands.filter { $0.value != command }
        for key in keys { commands[key] = command }
    }

    /// Takes keys away from whatever they do.
    mutating func unbind(_ keys: [Key]) {
        bindings = bindings.map { old in
            Binding(
                keys: old.keys.filter { !keys.contains($0) }, command: old.command, section: old.section,
                summary: old.summary, footer: old.footer)
        }
        for key in keys { commands[key] = nil }
    }
}
