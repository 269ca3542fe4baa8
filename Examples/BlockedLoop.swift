import FetchLoop
import Glibc

/// A function blocks when it waits before it returns: for the network, the disk, or for the processor. On a loop nothing
/// else moves meanwhile, so the loop tells who did it.
func blockedLoop() throws {
    let loop = try EventLoop()
    loop.blockedThreshold = .milliseconds(100)  // what it is anyway
    loop.onDiagnostic = { diagnostic in
        if case .blocked(name: "careless callback", duration: _) = diagnostic {
            print("the loop was blocked by the careless callback")
        }
    }
    loop.onNextTurn(name: "careless callback") { usleep(200_000) }
    loop.onNextTurn(name: "its victim") {
        print("at last")
        loop.stop()
    }
    try loop.run()
}
