/// A session written down: commands as on the `:` line, waits, expectations, snapshots, one a line.
///
/// ```
/// pause-all
/// wait done>=10 timeout 5s
/// retry failed
/// wait idle
/// expect failed == 0
/// snapshot frame.txt 80x24
/// ```
/// A `wait` without a timeout fails when nothing is left that could make it come true.
/// It is read whole before anything runs: a misspelt last line must not be found out after an hour.
struct Script: Sendable {
    /// The file's name, for messages.
    let name: String
    let lines: [Line]

    struct Line: Sendable, Equatable {
        /// Counted from 1.
        let number: Int
        let statement: Statement
    }

    enum Statement: Sendable, Equatable {
        case command(Command)
        case sleep(Duration)
        case wait(Goal, timeout: Duration?)
        case expect(Goal)
        case snapshot(path: String, Size)
    }

    /// What is waited for or expected.
    enum Goal: Sendable, Equatable, CustomStringConvertible {
        /// All input is read, and nothing will happen by itself any more.
        case idle
        case condition(RunCondition)

        var description: String {
            switch self {
            case .idle: "idle"
            case .condition(let condition): condition.description
            }
        }
    }

    /// - Throws: `ScriptError` with the line and what is wrong with it.
    init(name: String, text: String) throws(ScriptError) {
        self.name = name
        var lines: [Line] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = line.trimmingBlanks
            guard !line.isEmpty, line.first != "#" else { continue }
            do throws(ValueError) {
                lines.append(Line(number: index + 1, statement: try Self.statement(line)))
            } catch {
                throw ScriptError("\(name):\(index + 1): \(error)")
            }
        }
        self.lines = lines
    }

    /// Whether it brings URLs of its own.
    var addsFetches: Bool {
        lines.contains { line in
            if case .command(.add) = line.statement { true } else { false }
        }
    }

    // MARK: Statements

    private static func statement(_ line: String) throws(ValueError) -> Statement {
        let word = line.prefix { $0 != " " && $0 != "\t" }
        let rest = line.dropFirst(word.count).trimmingBlanks
        switch word {
        case "wait": return try wait(rest)
        case "expect": return .expect(try goal(rest))
        case "snapshot": return try snapshot(rest)
        default:
            do throws(CommandError) {
                return .command(try CommandCatalog.parse(line))
            } catch {
                throw ValueError(error.description)
            }
        }
    }

    private static func wait(_ text: String) throws(ValueError) -> Statement {
        if let duration = try? DurationValue.parse(text) { return .sleep(duration) }
        let words = text.split(separator: " ")
        guard words.count >= 2, words[words.count - 2] == "timeout" else {
            return .wait(try goal(text), timeout: nil)
        }
        let timeout = try DurationValue.parse(String(words[words.count - 1]))
        return .wait(try goal(words.dropLast(2).joined(separator: " ")), timeout: timeout)
    }

    private static func goal(_ text: String) throws(ValueError) -> Goal {
        if text == "idle" { return .idle }
        do throws(ConditionError) {
            return .condition(try RunCondition(text))
        } catch {
            throw ValueError(error.description)
        }
    }

    /// `FILE` or `FILE 80x24`; a file's name may have blanks.
    private static func snapshot(_ text: String) throws(ValueError) -> Statement {
        var words = text.split(separator: " ", omittingEmptySubsequences: false)
        var size = Size(columns: 80, rows: 24)
        if words.count > 1, let given = Self.size(words[words.count - 1]) {
            size = given
            words.removeLast()
        } else if words.count > 1, let last = words.last, Self.looksLikeSize(last) {
            throw ValueError("'\(last)' is no size of a frame; write 80x24, at most 1000x1000")
        }
        let path = words.joined(separator: " ").trimmingBlanks
        guard !path.isEmpty else { throw ValueError("snapshot needs a file: snapshot FILE [80x24]") }
        return .snapshot(path: path, size)
    }

    private static func looksLikeSize(_ text: Substring) -> Bool {
        let sides = text.split(separator: "x", omittingEmptySubsequences: false)
        return sides.count == 2 && sides.allSatisfy { Int($0) != nil }
    }

    private static func size(_ text: Substring) -> Size? {
        let sides = text.split(separator: "x", omittingEmptySubsequences: false)
        guard sides.count == 2, let columns = Int(sides[0]), let rows = Int(sides[1]), (1...1_000).contains(columns),
            (1...1_000).contains(rows)
        else { return nil }
        return Size(columns: columns, rows: rows)
    }
}

/// Why a script cannot be run: its name, the line and what is wrong with it.
struct ScriptError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
