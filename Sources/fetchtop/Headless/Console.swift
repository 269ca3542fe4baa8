import FetchLoop

/// Lines for people on standard error, written without holding up the loop, however slow the terminal is.
final class Console {
    private let output: RecordOutput
    private var problemsShown = 0
    private(set) var problemsHidden = 0

    /// More complaints than this are counted instead of shown: a wrong file must not flood a terminal.
    private static let problemLimit = 20

    init(loop: EventLoop, descriptor: CInt = 2) {
        output = RecordOutput(loop: loop, file: OpenFile(borrowing: descriptor), synchronizes: false)
    }

    func line(_ text: DisplayText) {
        output.append { buffer in
            buffer.append(contentsOf: text.string.utf8)
            buffer.append(UInt8(ascii: "\n"))
        }
    }

    func raw(_ bytes: [UInt8]) { output.append { $0.append(contentsOf: bytes) } }

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
        if problemsHidden > 0 { complain("\(problemsHidden) more bad lines") }
        output.finish { _ in done() }
    }
}
