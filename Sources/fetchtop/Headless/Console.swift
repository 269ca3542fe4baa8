import FetchLoop

/// Lines for people on standard error, written without holding up the loop, however slow the terminal is.
final class Console {
    private let output: RecordOutput
    /// What stands in the last line of the terminal.
    private var shown: DisplayText?
    private var problemsShown = 0
    private(set) var problemsHidden = 0

    /// More complaints than this are counted instead of shown: a wrong file must not flood a terminal.
    private static let problemLimit = 20

    init(loop: EventLoop, descriptor: CInt = 2) {
        output = RecordOutput(loop: loop, file: OpenFile(borrowing: descriptor), synchronizes: false)
    }

    func line(_ text: DisplayText) { raw(Array(text.string.utf8) + [UInt8(ascii: "\n")]) }

    func raw(_ bytes: [UInt8]) {
        let shown = shown
        output.append { buffer in
            if shown != nil { buffer += Self.clearLine }
            buffer += bytes
            // Only below whole lines.
            if let shown, bytes.last == UInt8(ascii: "\n") { buffer += shown.string.utf8 }
        }
    }

    /// Draws a line that stays at the bottom, in the place of the one before; nil takes it away.
    func show(_ text: DisplayText?) {
        guard text != nil || shown != nil else { return }
        // A line that wraps could not be taken back. The terminal may have been resized.
        let text = text.map { $0.truncated(to: StandardError.columns - 1) }
        shown = text
        output.append { $0 += Self.clearLine + Array((text ?? .empty).string.utf8) }
    }

    private static let clearLine = Array("\r\u{1B}[K".utf8)

    func complain(_ text: DisplayText) { line("fetchtop: " + text) }

    /// One clear line for a bad line of input.
    func report(_ problem: InputProblem) {
        guard problemsShown < Self.problemLimit || problem.severity == .unreadable else {
            problemsHidden += 1
            return
        }
        problemsShown += 1
        complain(DisplayText(sanitising: problem.description))
    }

    func finish(_ done: @escaping () -> Void) {
        if problemsHidden > 0 { complain(problemsHidden == 1 ? "1 more bad line" : "\(problemsHidden) more bad lines") }
        output.finish { _ in done() }
    }
}
