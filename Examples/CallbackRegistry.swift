import FetchLoop
import Glibc

/// The fourth style: callbacks are registered for something that happens again and again, here a POSIX signal. They run
/// on the loop, as everything does, and not inside of whatever the signal interrupted.
func callbackRegistry() throws {
    let loop = try EventLoop()
    var resizes = 0
    let watch = try loop.onSignal(SIGWINCH) {
        resizes += 1
        print("the window has a new size, number", resizes)
        if resizes < 3 { raise(SIGWINCH) } else { loop.stop() }
    }
    raise(SIGWINCH)  // as the terminal does
    try loop.run()
    watch.cancel()
}
