/// Writes what became of a fetch as one line of NDJSON: the schema of docs/records.md.
///
/// Names, units and types are those of curl's `--write-out` where curl has the value. Unknown is null.
struct ResultRecord {
    var includesHeaders = false
    /// URLs with their passwords and tokens, headers with their credentials: only for who has them shown on the screen.
    var revealsSecrets = false
    /// Tells which job a record is of, so that a later run can leave it out.
    var journal: Journal?

    /// Appends the record of a finished fetch.
    func write(_ fetch: Fetch, in store: FetchStore, to json: inout JSONRecord) {
        let detail = fetch.detail
        let last = detail?.attempts.last
        json.beginObject()
        writeEnvelope(fetch, store, last, &json)
        writeTransfer(fetch, store, last, &json)
        writeTimes(last?.record.times ?? PhaseTimes(), &json)
        writeOurs(fetch, store, detail, last, &json)
        if includesHeaders { writeHeaders(detail?.head, &json) }
        json.endObject()
        json.endLine()
    }

    private func writeEnvelope(_ fetch: Fetch, _ store: FetchStore, _ last: Attempt?, _ json: inout JSONRecord) {
        let values = fetch.extras?.values
        json.member("v", 1)
        json.member("type", "result")
        json.member("id", values?.id)
        json.key("key")
        if let journal {
            json.string(hexadecimal: journal.identity(of: fetch, in: store).rawValue)
        } else {
            json.null()
        }
        json.member("tag", values?.tag)
        json.member("state", fetch.state.word)
        json.member("attempt", Int(fetch.attempts))
        json.key("started_at")
        if fetch.attempts > 0, let started = fetch.detail?.firstStartedAt {
            json.time(unixNanoseconds: store.clock.unixNanoseconds(of: started))
        } else {
            json.null()
        }
        json.key("finished_at")
        if fetch.state.isFinished {
            json.time(unixNanoseconds: store.clock.unixNanoseconds(of: fetch.since))
        } else {
            json.null()
        }
    }

    private func writeTransfer(_ fetch: Fetch, _ store: FetchStore, _ last: Attempt?, _ json: inout JSONRecord) {
        let record = last?.record
        let hasAnswer = record.map { $0.statusCode != 0 } ?? false
        json.key("url")
        json.url(store.urlBytes(of: fetch.id), revealing: revealsSecrets)
        json.member("url_effective", url: record?.effectiveURL, revealing: revealsSecrets)
        json.member("method", store.method(of: fetch))
        json.member("http_code", hasAnswer ? record?.statusCode : nil)
        json.member("http_version", record?.httpVersion)
        json.member("exitcode", last.flatMap(exitCode))
        json.member("errormsg", last?.failure?.message)
        json.member("content_type", record?.contentType)
        json.member("remote_ip", record?.remoteIP)
        json.member("remote_port", record?.remotePort)
        json.member("local_ip", record?.localIP)
        json.member("local_port", record?.localPort)
        json.member("num_connects", record?.connectCount)
        json.member("num_redirects", record?.redirectCount)
        json.member("num_retries", max(0, Int(fetch.attempts) - 1))
        json.member("redirect_url", url: record?.redirectURL, revealing: revealsSecrets)
        json.member("size_download", record?.sizeDownload)
        json.member("size_header", record?.sizeHeader)
        json.member("size_request", record?.sizeRequest)
        json.member("size_upload", record?.sizeUpload)
        json.member("speed_download", record?.speedDownload)
        json.member("filename_effective", fetch.detail?.saved?.fileName)
        json.member("ssl_verify_result", record?.sslVerifyResult)
    }

    /// curl's; a failure that is ours has none, nor has what was cancelled.
    private func exitCode(_ attempt: Attempt) -> Int? {
        guard let failure = attempt.failure else { return attempt.isCutOff ? nil : 0 }
        return failure.exitCode == 0 ? nil : Int(failure.exitCode)
    }

    private func writeTimes(_ times: PhaseTimes, _ json: inout JSONRecord) {
        json.member("time_namelookup", microseconds: times.$nameLookup)
        json.member("time_connect", microseconds: times.$connect)
        json.member("time_appconnect", microseconds: times.$appConnect)
        json.member("time_pretransfer", microseconds: times.$preTransfer)
        json.member("time_starttransfer", microseconds: times.$startTransfer)
        json.member("time_redirect", microseconds: times.$redirect)
        json.member("time_total", microseconds: times.$total)
    }

    private func writeOurs(
        _ fetch: Fetch, _ store: FetchStore, _ detail: FetchDetail?, _ last: Attempt?, _ json: inout JSONRecord
    ) {
        let job = fetch.since.nanoseconds - fetch.addedAt.nanoseconds
        json.member("time_queue", microseconds: (detail?.waits.$queue ?? job) / 1_000)
        json.member("wait_slot", microseconds: detail.map { $0.waits.$slot / 1_000 } ?? -1)
        json.member("wait_host", microseconds: detail.map { $0.waits.$host / 1_000 } ?? -1)
        json.member("wait_rate", microseconds: detail.map { $0.waits.$rate / 1_000 } ?? -1)
        json.member("wait_retry", microseconds: detail.map { $0.waits.$retry / 1_000 } ?? -1)
        json.member("time_job", microseconds: job / 1_000)
        json.key("intended_at")
        if let intended = detail?.intendedAt {
            json.time(unixNanoseconds: store.clock.unixNanoseconds(of: intended))
        } else {
            json.null()
        }
        let late = detail?.intendedAt.map { fetch.since.nanoseconds - $0.nanoseconds }
        json.member("time_intended", microseconds: late.map { $0 / 1_000 } ?? -1)
        json.member("fetch", Int(fetch.id.rawValue))
        json.member("repetition", fetch.repetition == 0 ? nil : Int(fetch.repetition))
        json.member("previous_state", detail?.previous?.state.word)
        json.member("fail_phase", fetch.state == .failed ? fetch.failPhase?.rawValue : nil)
        json.key("attempts")
        json.beginArray()
        for attempt in detail?.attempts ?? [] where !attempt.isGivenUp { write(attempt, store, &json) }
        json.endArray()
        json.member("sha256", detail?.saved?.sha256)
        let validators = last == nil ? nil : detail?.head?.validatorBytes
        json.member("etag", validators?.etag)
        json.member("last_modified", validators?.lastModified)
        json.member("resumed_from", detail?.saved?.resumedFrom)
        json.member("host", store.hosts[fetch.host].name)
    }

    private func write(_ attempt: Attempt, _ store: FetchStore, _ json: inout JSONRecord) {
        json.beginObject()
        json.member("attempt", attempt.number)
        json.key("started_at")
        json.time(unixNanoseconds: store.clock.unixNanoseconds(of: attempt.startedAt))
        json.member("time_total", microseconds: attempt.totalNanoseconds / 1_000)
        json.member("http_code", attempt.record.statusCode == 0 ? nil : attempt.record.statusCode)
        json.member("exitcode", exitCode(attempt))
        json.member("errormsg", attempt.failure?.message)
        json.member("fail_phase", attempt.failure?.phase.rawValue)
        json.member("retry_after", attempt.retryAfter)
        json.member("backoff", attempt.backoff)
        json.endObject()
    }

    /// Names in lower case, each with all its values in order.
    private func writeHeaders(_ head: ResponseHead?, _ json: inout JSONRecord) {
        json.key("headers")
        guard let head else { return json.null() }
        var names: [String] = []
        var values: [String: [String]] = [:]
        for (name, value) in head.headers {
            let name = name.lowercased()
            if values[name] == nil { names.append(name) }
            values[name, default: []].append(value)
        }
        json.beginObject()
        for name in names {
            json.key(name)
            json.beginArray()
            for value in values[name] ?? [] {
                json.string(revealsSecrets ? value : Secrets.masked(header: name, value: value))
            }
            json.endArray()
        }
        json.endObject()
    }
}
