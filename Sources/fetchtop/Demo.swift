import DemoServer
import FetchLoop

/// `--demo`: an origin on the run's own loop and the list of what to fetch from it. Nothing leaves the machine.
struct Demo {
    let origin: Origin
    let jobs: [FetchJob]

    /// Starts the origin, one loopback address for each of the list's hosts.
    init(loop: EventLoop) throws(SystemError) {
        origin = try Origin(loop: loop, hosts: (1...DemoList.hostCount).map { "127.0.0.\($0)" })
        jobs = DemoList.urls(at: origin.addresses.map(\.description)).map { FetchJob(url: $0) }
    }
}
