import DemoServer
import FetchLoop
@preconcurrency import Glibc

// `swift run Examples` lists the examples, `swift run Examples web-spider` runs one. Each stands in a file of its own
// and fetches from a server that is started here, on loopback.
@main enum Main {
    static func main() {
        // One call: closures written here would belong to the main actor.
        exit(run())
    }

    private nonisolated static func run() -> CInt {
        let name = CommandLine.arguments.dropFirst().first
        do {
            if try runExample(name) { return 0 }
            fputs("there is no example \(name ?? ""); `swift run Examples` lists them\n", stderr)
        } catch {
            fputs("\(error)\n", stderr)
        }
        return 1
    }
}

/// Starts the server of `fetchtop --demo` on a loop and in a thread of its own, for as long as the process lives.
func startOrigin() throws -> String {
    let loop = try EventLoop(name: "origin")
    let origin = try Origin(loop: loop)
    nonisolated(unsafe) let handedOver = loop  // sound: from here on it is only used by that thread
    _ = loop.runBlocking { try handedOver.run() }
    return origin.url
}
