import Glibc

/// The program. `main` is kept to one call: closures written in it would be main-actor isolated and never run, because
/// nothing serves that actor's queue here.
@main
struct Fetchtop {
    static func main() {
        Descriptors.occupyStandardOnes()
        // Names that are not ASCII are UTF-8 in every list, but libcurl reads them by the locale. The dashboard takes the
        // user's own; LC_NUMERIC stays "C".
        _ = unsafe setlocale(LC_CTYPE, "C.UTF-8")
        exit(run(Array(CommandLine.arguments.dropFirst())))
    }

    private nonisolated static func run(_ arguments: [String]) -> CInt {
        do throws(UsageError) {
            switch try Invocation.parse(arguments, environment: .current()) {
            case .show(let text):
                print(text)
                return 0
            case .run(let plan): return Application(plan: plan).run()
            }
        } catch {
            StandardError.complain(error.description)
            return error.exitCode
        }
    }
}
