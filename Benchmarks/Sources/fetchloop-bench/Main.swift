import FetchLoop
@preconcurrency import Glibc

/// usage: fetchloop-bench URL COUNT IN_FLIGHT [CA-FILE]   prints the same JSON line as `reference/multi.c`
@main
enum Main {
    static func main() {
        // One call: closures written here would belong to the main actor, whose queue nobody drains.
        do { try run() } catch { fail("\(error)") }
    }

    private static func run() throws {
        let arguments = CommandLine.arguments
        guard (4...5).contains(arguments.count), let count = Int(arguments[2]), let inFlight = Int(arguments[3]) else {
            fail("usage: fetchloop-bench URL COUNT IN_FLIGHT [CA-FILE]")
        }
        let loop = try EventLoop(name: "bench")
        var configuration = AsyncHTTPClient.Configuration()
        configuration.maxClients = inFlight
        let client = AsyncHTTPClient(loop: loop, configuration: configuration)
        let begin = loop.now
        let benchmark = FetchBenchmark(
            loop: loop, client: client, url: arguments[1], count: count,
            caFile: arguments.count == 5 ? arguments[4] : nil)
        try benchmark.run(inFlight: inFlight)
        report(benchmark, wall: begin.duration(to: loop.now))
        exit(benchmark.failed == 0 ? 0 : 1)
    }

    private static func report(_ benchmark: FetchBenchmark, wall: Duration) {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime)
        print(
            """
            {"fetches":\(benchmark.finished),"failed":\(benchmark.failed),"bytes":\(benchmark.bytes),\
            "wall":\(wall / .seconds(1)),"cpu":\(cpu),"max_rss_kb":\(usage.ru_maxrss)}
            """)
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }

    private static func fail(_ message: String) -> Never {
        fputs("fetchloop-bench: \(message)\n", stderr)
        exit(2)
    }
}
