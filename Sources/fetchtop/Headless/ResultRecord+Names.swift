extension ResultRecord {
    /// The members a record can have, in their order: what `--write-out` may name.
    static let memberNames: [String] = [
        "v", "type", "id", "key", "tag", "state", "attempt", "started_at", "finished_at", "url", "url_effective",
        "method", "http_code", "http_version", "exitcode", "errormsg", "content_type", "remote_ip", "remote_port",
        "local_ip", "local_port", "num_connects", "num_redirects", "num_retries", "redirect_url", "size_download",
        "size_header", "size_request", "size_upload", "speed_download", "filename_effective", "ssl_verify_result",
        "time_namelookup", "time_connect", "time_appconnect", "time_pretransfer", "time_starttransfer",
        "time_redirect", "time_total", "time_queue", "wait_slot", "wait_host", "wait_rate", "wait_retry", "time_job",
        "intended_at", "time_intended", "fetch", "repetition", "previous_state", "fail_phase", "attempts", "sha256",
        "etag", "last_modified", "resumed_from", "host", "headers",
    ]
}
