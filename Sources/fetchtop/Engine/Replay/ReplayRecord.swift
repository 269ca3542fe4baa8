/// A result record read back: what the schema of the records says, as far as a line has it.
struct ReplayRecord {
    var url = ""
    /// The fetch's number in its run.
    var fetch: UInt32?
    /// What tells fetches with the same number apart when a file holds several runs.
    var identity: UInt64 = 0
    var values = FetchJob.Values()
    var state = FetchState.succeeded
    /// Times of day in nanoseconds since 1970.
    var finishedAt: Int64 = 0
    var startedAt: Int64?
    var intendedAt: Int64?
    var jobLength: Int64 = 0
    var repetition: UInt32 = 0
    var attempts: [ReplayAttempt] = []
    /// What is known of the last attempt.
    var transfer = TransferRecord()
    var waits = Waits()
    var saved: SavedBody?
    /// As lines, the way they came.
    var headers: [UInt8] = []

    var addedAt: Int64 { finishedAt - jobLength }

    /// Nothing, in the place of what was told.
    init() {}

    /// Reads a line.
    ///
    /// - Returns: nil for a line of another type: an event or a summary.
    /// - Throws: `JSONError` for what is no JSON, `ReplayError` for what is no record.
    init?(_ line: ArraySlice<UInt8>) throws {
        var reader = JSONReader(line)
        var type: String?
        var isComplete = (url: false, state: false, end: false)
        try reader.readObject { name, value in
            if value.readNull() { return }
            switch name {
            case "type": type = try value.readString()
            case "url": isComplete.url = true
            case "state": isComplete.state = true
            case "finished_at": isComplete.end = true
            default: break
            }
            if name == "type" { return }
            guard type == nil || type == "result" else { return _ = try value.readRaw() }
            try read(name, &value)
        }
        try reader.finish()
        if type == "event" || type == "summary" { return nil }
        guard type == "result" else { throw ReplayError(message: "not a record of fetchtop's") }
        guard isComplete == (true, true, true) else {
            throw ReplayError(message: "a record without url, state or finished_at")
        }
        finish()
    }

    private mutating func read(_ name: String, _ value: inout JSONReader) throws {
        switch name {
        case "url": url = try value.readString()
        case "fetch": fetch = UInt32(clamping: try value.readInteger())
        case "key": identity = JobIdentity(hexadecimal: Array(try value.readString().utf8)[...])?.rawValue ?? 0
        case "id": values.id = try value.readString()
        case "tag": values.tag = try value.readString()
        case "method": values.method = try value.readString()
        case "state": state = try Self.state(try value.readString())
        case "started_at": startedAt = try ReplayValue.time(&value)
        case "finished_at": finishedAt = try ReplayValue.time(&value)
        case "intended_at": intendedAt = try ReplayValue.time(&value)
        case "time_job": jobLength = try ReplayValue.nanoseconds(&value)
        case "repetition": repetition = UInt32(clamping: try value.readInteger())
        case "time_queue": waits.$queue = try ReplayValue.nanoseconds(&value)
        case "wait_slot": waits.$slot = try ReplayValue.nanoseconds(&value)
        case "wait_host": waits.$host = try ReplayValue.nanoseconds(&value)
        case "wait_rate": waits.$rate = try ReplayValue.nanoseconds(&value)
        case "wait_retry": waits.$retry = try ReplayValue.nanoseconds(&value)
        case "filename_effective": saved = SavedBody(fileName: try value.readString())
        case "sha256": saved?.sha256 = try value.readString()
        case "resumed_from": saved?.resumedFrom = Int64(try value.readInteger())
        case "attempts":
            try value.readArray {
                let attempt = try ReplayAttempt(&$0)
                if attempts.count < ReplayPlan.mostAttempts { attempts.append(attempt) }
            }
        case "headers": try readHeaders(&value)
        default: if try !transfer.read(name, &value) { _ = try value.readRaw() }
        }
    }

    private mutating func readHeaders(_ value: inout JSONReader) throws {
        try value.readObject { name, list in
            try list.readArray { element in
                headers += "\(name): \(try element.readString())\r\n".utf8
            }
        }
    }

    /// The last attempt is described by the record itself, and the state says how it went.
    private mutating func finish() {
        if values.method == "GET" || values.method == "POST" { values.method = nil }
        if identity == 0 { identity = JobIdentity(url: url.utf8, values: nil).rawValue }
        // Most URLs are not redirected: one copy is enough.
        if transfer.effectiveURL == url { transfer.effectiveURL = url }
        guard let last = attempts.indices.last else { return }
        if state == .failed, attempts[last].message == nil { attempts[last].message = "failed" }
    }

    /// What is known of the last attempt's transfer.
    func lastTransfer(_ attempt: ReplayAttempt) -> TransferRecord {
        var transfer = transfer
        transfer.statusCode = attempt.status
        return transfer
    }

    private static func state(_ word: String) throws -> FetchState {
        guard let state = FetchState.allCases.first(where: { $0.word == word && $0.isFinished }) else {
            throw ReplayError(message: "unknown state '\(word)'")
        }
        return state
    }
}

extension TransferRecord {
    /// Reads a member of a result record that is about the transfer.
    ///
    /// - Returns: false if it is not, so that the caller reads it.
    fileprivate mutating func read(_ name: String, _ value: inout JSONReader) throws -> Bool {
        switch name {
        case "url_effective": effectiveURL = try value.readString()
        case "http_version": httpVersion = try value.readString()
        case "content_type": contentType = try value.readString()
        case "remote_ip": remoteIP = try value.readString()
        case "remote_port": remotePort = try value.readInteger()
        case "local_ip": localIP = try value.readString()
        case "local_port": localPort = try value.readInteger()
        case "num_connects": connectCount = try value.readInteger()
        case "num_redirects": redirectCount = try value.readInteger()
        case "redirect_url": redirectURL = try value.readString()
        case "size_download": sizeDownload = try ReplayValue.bytes(&value)
        case "size_header": sizeHeader = try ReplayValue.bytes(&value)
        case "size_request": sizeRequest = try ReplayValue.bytes(&value)
        case "size_upload": sizeUpload = try ReplayValue.bytes(&value)
        case "speed_download": speedDownload = try ReplayValue.bytes(&value)
        case "ssl_verify_result": sslVerifyResult = try value.readInteger()
        case "time_namelookup": times.$nameLookup = try microseconds(&value)
        case "time_connect": times.$connect = try microseconds(&value)
        case "time_appconnect": times.$appConnect = try microseconds(&value)
        case "time_pretransfer": times.$preTransfer = try microseconds(&value)
        case "time_starttransfer": times.$startTransfer = try microseconds(&value)
        case "time_redirect": times.$redirect = try microseconds(&value)
        case "time_total": times.$total = try microseconds(&value)
        default: return false
        }
        return true
    }

    private func microseconds(_ value: inout JSONReader) throws -> Int64 {
        try ReplayValue.nanoseconds(&value) / 1_000
    }
}
