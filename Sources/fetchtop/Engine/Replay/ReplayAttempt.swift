/// An attempt in a record.
struct ReplayAttempt {
    var number = 1
    var startedAt: Int64 = 0
    var length: Int64 = 0
    var status = 0
    var exitCode: Int?
    var message: String?
    var phase: String?
    var retryAfter: Int64?
    var backoff: Int64?

    var endedAt: Int64 { startedAt + length }

    init(_ value: inout JSONReader) throws {
        try value.readObject { name, value in
            if value.readNull() { return }
            switch name {
            case "attempt": number = try value.readInteger()
            case "started_at": startedAt = try ReplayValue.time(&value)
            case "time_total": length = try ReplayValue.nanoseconds(&value)
            case "http_code": status = try value.readInteger()
            case "exitcode": exitCode = try value.readInteger()
            case "errormsg": message = try value.readString()
            case "fail_phase": phase = try value.readString()
            case "retry_after": retryAfter = try ReplayValue.nanoseconds(&value)
            case "backoff": backoff = try ReplayValue.nanoseconds(&value)
            default: _ = try value.readRaw()
            }
        }
    }

    /// What is known of a transfer that was not the last.
    var transfer: TransferRecord {
        var transfer = TransferRecord()
        transfer.statusCode = status
        transfer.times.$total = length / 1_000
        return transfer
    }

    /// It did not come to an end, so that there is no code of it; a failure of ours has a message.
    var isCutOff: Bool { exitCode == nil && message == nil }

    /// Why it failed, as far as the record tells.
    var failure: FetchFailure? {
        guard let message else { return nil }
        let phase = phase.flatMap { FailPhase(rawValue: $0) } ?? .response
        return FetchFailure(
            kind: kind(phase), phase: phase, exitCode: Int32(clamping: exitCode ?? 0), message: message)
    }

    private func kind(_ phase: FailPhase) -> FailureKind {
        switch (exitCode, phase) {
        case (_, .queue): .queueTimeout
        case (nil, .write), (0, .write): .disk
        case (nil, .body), (0, .body): .checksum
        case (nil, .policy), (0, .policy): .policy
        case (28, .connect): .connectTimeout
        case (28, _): .timeout
        case (let code?, _): FailureKind(curlCode: Int32(clamping: code), phase: phase)
        case (nil, _): .other
        }
    }
}
