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

    /// The function keys of the footer, in order.
    var footer: [(key: DisplayText, label: DisplayText)] {
        bindings.compactMap { binding -> (number: Int, key: DisplayText, label: DisplayText)? in
            guard let label = binding.footer else { return nil }
            for key in binding.keys {
                if case .function(let number) = key.code, key.modifiers.isEmpty { return (number, "F\(number)", label) }
            }
            return nil
        }.sorted { $0.number < $1.number }.map { ($0.key, $0.label) }
    }

    /// Binds a key to another command; what it did before it does no more.
    mutating func bind(_ key: Key, to command: Command) {
        bindings = bindings.map { old in
            Binding(
                keys: old.keys.filter { $0 != key }, command: old.command, section: old.section, summary: old.summary,
                footer: old.footer)
        }
        let known = bindings.firstIndex { $0.command == command }
        let entry = known.map { bindings[$0] }
        let binding = Binding(
            keys: (entry?.keys ?? []) + [key], command: command, section: entry?.section ?? .program,
            summary: entry?.summary ?? DisplayText(sanitising: command.text), footer: entry?.footer)
        if let known { bindings[known] = binding } else { bindings.append(binding) }
        commands[key] = command
    }
}
