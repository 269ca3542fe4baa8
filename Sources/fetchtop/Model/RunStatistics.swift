/// The figures of the whole run that are not counts of states: rates, histories, latencies.
struct RunStatistics {
    /// Body bytes received.
    var received = RecentSeconds(length: 300)
    /// Body bytes sent.
    var sent = RecentSeconds(length: 300)
    /// Fetches finished.
    var finished = RecentSeconds(length: 300)
    /// Fetches finished as failures.
    var failed = RecentSeconds(length: 300)
    var receivedBytes: Int64 = 0
    var sentBytes: Int64 = 0
    /// Attempts after the first, of all fetches.
    var retries = 0
    var connections = 0
    /// Ends of fetches, each as often as it came to one.
    var completions = 0
    /// Checks after a fetch's first, in watch mode.
    var rechecks = 0
    /// Attempts by curl's exit code; those that failed for a reason that is not libcurl's are not counted.
    var exitCodes: [Int32: Int] = [:]
    /// Success and failure apart: a fast refusal must not flatter the latencies.
    var succeeded = Latencies()
    var failedLatencies = Latencies()

    mutating func recordIntended(_ length: Duration, isSuccess: Bool) {
        if isSuccess { succeeded.fromIntended.record(length) } else { failedLatencies.fromIntended.record(length) }
    }

    /// Histograms of the phases, and of the whole.
    struct Latencies {
        var dns = Histogram()
        var connect = Histogram()
        var timeToFirstByte = Histogram()
        var total = Histogram()
        /// From when the schedule wanted the start: what a user who does not wait for others would have seen.
        var fromIntended = Histogram()

        mutating func record(_ attempt: Attempt) {
            let times = attempt.record.times
            let isNew = !attempt.record.isOnOldConnection
            if times.$nameLookup >= PhaseTimes.leastMicroseconds, isNew {
                dns.record(nanoseconds: times.$nameLookup * 1_000)
            }
            if times.$connect > 0, isNew {
                connect.record(nanoseconds: (times.$connect - max(0, times.$nameLookup)) * 1_000)
            }
            if times.$startTransfer >= 0, attempt.record.statusCode != 0 {
                timeToFirstByte.record(nanoseconds: times.$startTransfer * 1_000)
            }
            total.record(nanoseconds: attempt.totalNanoseconds)
        }
    }
}
