import Glibc

/// The program. `main` is kept to one call: closures written in it would be main-actor isolated and never run, because
/// nothing serves that actor's queue here.
@main
struct Fetchtop {
    static func main() { exit(run(Array(CommandLine.arguments.dropFirst()))) }

    private nonisolated static func run(_ arguments: [String]) -> CInt {
        do throws(UsageError) {
            switch try Invocation.parse(arguments, environment: .current()) {
            case .show(let text):
                print(text)
                return 0
            case .run:
                complain("this build reads its command line and does not fetch")
                return 70
            }
        } catch {
            complain(error.description)
            return 2
        }
    }

    private nonisolated static func complain(_ message: String) {
        let line = Array("fetchtop: \(message)\n".utf8)
        _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
