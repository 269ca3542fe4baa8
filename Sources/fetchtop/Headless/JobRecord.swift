/// A job as a line of NDJSON, with the keys that `-i` reads: what `--dry-run` shows, and what a list of failed jobs is
/// written in, so that it can be fed back.
enum JobRecord {
    /// - Parameter revealing: With passwords, tokens, credentials and cookies as they are: without them the job is another.
    static func write(_ job: FetchJob, revealing: Bool, to json: inout JSONRecord) {
        json.beginObject()
        json.member("url", url: job.url, revealing: revealing)
        if let values = job.extras?.values { write(values, revealing, to: &json) }
        json.endObject()
        json.endLine()
    }

    /// Only what is there: a reader takes what is missing for the run's default.
    private static func write(_ values: FetchJob.Values, _ revealing: Bool, to json: inout JSONRecord) {
        if let id = values.id { json.member("id", id) }
        if let method = values.method { json.member("method", method) }
        if !values.headers.isEmpty {
            json.key("header")
            json.beginArray()
            for header in values.headers {
                let empty = header.isSentEmpty ? ";" : ":"
                let value = revealing ? header.value : Secrets.masked(header: header.name, value: header.value)
                json.string(value.isEmpty ? header.name + empty : "\(header.name): \(value)")
            }
            json.endArray()
        }
        if let body = values.body {
            if let text = body[...].validated {
                json.member("data", revealing ? text : Secrets.masked(form: text))
            } else {
                json.member("data_base64", Base64.encode(body))
            }
        }
        if let output = values.output { json.member("output", output) }
        if values.priority != 0 { json.member("priority", Int(values.priority)) }
        if let tag = values.tag { json.member("tag", tag) }
        if let maxTime = values.maxTime { json.member("max_time", maxTime) }
        if let retries = values.retries { json.member("retry", retries) }
        if let checksum = values.checksum { json.member("checksum", checksum) }
        if let referer = values.referer { json.member("referer", url: referer, revealing: revealing) }
        if let userAgent = values.userAgent {
            json.member("user_agent", revealing ? userAgent : Secrets.masked(text: userAgent))
        }
        if let range = values.range { json.member("range", range) }
        if let cookie = values.cookie {
            json.member("cookie", revealing ? cookie : Secrets.masked(header: "cookie", value: cookie))
        }
    }
}
