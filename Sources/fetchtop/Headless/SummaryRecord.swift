internal import FetchLoop

/// The run in one JSON object (`--summary json`): the last line of the records' schema, `"type":"summary"`.
enum SummaryRecord {
    static func write(_ store: FetchStore, exitCode: Int32, at now: Moment, to json: inout JSONRecord) {
        json.beginObject()
        json.member("v", 1)
        json.member("type", "summary")
        json.key("started_at")
        json.time(unixNanoseconds: store.clock.startedAtUnixNanoseconds)
        json.key("finished_at")
        json.time(unixNanoseconds: store.clock.unixNanoseconds(of: now))
        json.member("time_total", now - Moment.start)
        json.member("exit_code", Int(exitCode))
        json.member("fetchtop", VersionText.number)
        json.member("libcurl", CurlFeatures.current().version)
        json.member("fetches", store.count)
        writeCounts(store, &json)
        json.member("completions", store.statistics.completions)
        json.member("retries", store.statistics.retries)
        json.member("num_connects", store.statistics.connections)
        json.member("size_download", store.statistics.receivedBytes)
        json.member("size_upload", store.statistics.sentBytes)
        json.key("latency")
        json.beginObject()
        write("ok", store.statistics.succeeded, &json)
        write("failed", store.statistics.failedLatencies, &json)
        json.endObject()
        writeHosts(store, &json)
        json.endObject()
        json.endLine()
    }

    private static func writeCounts(_ store: FetchStore, _ json: inout JSONRecord) {
        json.key("state")
        json.beginObject()
        for state in FetchState.allCases where state.isFinished {
            json.key(state.word)
            json.integer(Int64(store.counts[state]))
        }
        json.key("unfinished")
        json.integer(Int64(store.count - store.counts.finished))
        json.endObject()
        json.key("http_code")
        json.beginObject()
        for (status, count) in store.outcomes.byStatus.sorted(by: { $0.key < $1.key }) where count > 0 {
            json.key(String(status))
            json.integer(Int64(count))
        }
        json.endObject()
        json.key("errors")
        json.beginObject()
        for (kind, count) in store.outcomes.byFailure.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where count > 0
        {
            json.key(kind.label)
            json.integer(Int64(count))
        }
        json.endObject()
        json.key("exitcode")
        json.beginObject()
        for (code, count) in store.statistics.exitCodes.sorted(by: { $0.key < $1.key }) {
            json.key(String(code))
            json.integer(Int64(count))
        }
        json.endObject()
    }

    private static func write(
        _ name: StaticString, _ latencies: RunStatistics.Latencies, _ json: inout JSONRecord
    ) {
        json.key(name)
        json.beginObject()
        write("dns", latencies.dns, &json)
        write("connect", latencies.connect, &json)
        write("ttfb", latencies.timeToFirstByte, &json)
        write("total", latencies.total, &json)
        write("intended", latencies.fromIntended, &json)
        json.endObject()
    }

    private static func write(_ name: StaticString, _ histogram: Histogram, _ json: inout JSONRecord) {
        json.key(name)
        json.beginObject()
        json.member("count", histogram.count)
        json.member("mean", histogram.mean)
        json.member("p50", histogram.percentile(0.5))
        json.member("p90", histogram.percentile(0.9))
        json.member("p95", histogram.percentile(0.95))
        json.member("p99", histogram.percentile(0.99))
        json.member("p99_9", histogram.percentile(0.999))
        json.member("max", histogram.maximum)
        json.endObject()
    }

    private static func writeHosts(_ store: FetchStore, _ json: inout JSONRecord) {
        json.key("hosts")
        json.beginArray()
        for host in store.hosts.hosts {
            json.beginObject()
            json.member("host", host.name)
            json.member("fetches", host.counts.total)
            json.member("ok", host.counts.successes)
            json.member("failed", host.counts.failures)
            json.member("retries", host.retries)
            json.member("size_download", host.receivedBytes)
            json.member("p50", host.latency?.percentile(0.5))
            json.member("p99", host.latency?.percentile(0.99))
            json.endObject()
        }
        json.endArray()
    }
}
