/// One line of input being edited: what prompts are made of.
struct LineEditor: Hashable, Sendable {
    private(set) var scalars: [Unicode.Scalar] = []
    /// The place of the cursor, 0...count.
    private(set) var cursor = 0
    private var history: [String] = []
    private var historyPlace: Int?
    private var draft = ""

    /// Longer input is of no use to anybody and would be sanitised on every frame.
    private static let cap = 4096

    init(_ text: String = "", history: [String] = []) {
        self.history = history
        set(text)
    }

    var text: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    mutating func set(_ text: String) {
        scalars = Array(text.unicodeScalars.prefix(Self.cap))
        cursor = scalars.count
    }

    mutating func insert(_ text: some Sequence<Unicode.Scalar>) {
        for scalar in text where scalars.count < Self.cap {
            scalars.insert(scalar, at: cursor)
            cursor += 1
        }
    }

    /// Handles an editing key; false when it is not one.
    mutating func handle(_ key: Key) -> Bool {
        switch key.code {
        case .character(let scalar) where key.modifiers == .control: return control(scalar)
        case .character(let scalar) where key.modifiers.isSubset(of: .shift): insert([scalar])
        case .backspace where key.modifiers.contains(.alt): deleteWord()
        case .backspace: delete(cursor - 1)
        case .delete: delete(cursor)
        case .character("b") where key.modifiers == .alt: cursor = wordStart
        case .character("f") where key.modifiers == .alt: cursor = wordEnd
        case .character("d") where key.modifiers == .alt: scalars.removeSubrange(cursor..<wordEnd)
        case .left where !key.modifiers.isDisjoint(with: [.control, .alt]): cursor = wordStart
        case .right where !key.modifiers.isDisjoint(with: [.control, .alt]): cursor = wordEnd
        case .left: cursor = max(0, cursor - 1)
        case .right: cursor = min(scalars.count, cursor + 1)
        case .home: cursor = 0
        case .end: cursor = scalars.count
        case .up: recall(-1)
        case .down: recall(1)
        default: return false
        }
        return true
    }

    private mutating func control(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a": cursor = 0
        case "e": cursor = scalars.count
        case "b": cursor = max(0, cursor - 1)
        case "f": cursor = min(scalars.count, cursor + 1)
        case "d": delete(cursor)
        case "h": delete(cursor - 1)
        case "k": scalars.removeSubrange(cursor...)
        case "u":
            scalars.removeSubrange(..<cursor)
            cursor = 0
        case "w": deleteWord()
        case "p": recall(-1)
        case "n": recall(1)
        default: return false
        }
        return true
    }

    private var wordStart: Int {
        var place = cursor
        while place > 0, scalars[place - 1] == " " { place -= 1 }
        while place > 0, scalars[place - 1] != " " { place -= 1 }
        return place
    }

    private var wordEnd: Int {
        var place = cursor
        while place < scalars.count, scalars[place] == " " { place += 1 }
        while place < scalars.count, scalars[place] != " " { place += 1 }
        return place
    }

    private mutating func delete(_ place: Int) {
        guard scalars.indices.contains(place) else { return }
        scalars.remove(at: place)
        if place < cursor { cursor -= 1 }
    }

    private mutating func deleteWord() {
        let start = wordStart
        scalars.removeSubrange(start..<cursor)
        cursor = start
    }

    private mutating func recall(_ step: Int) {
        guard !history.isEmpty else { return }
        if historyPlace == nil { draft = text }
        let place = (historyPlace ?? history.count) + step
        guard place >= 0, place <= history.count else { return }
        historyPlace = place == history.count ? nil : place
        set(place == history.count ? draft : history[place])
    }
}
