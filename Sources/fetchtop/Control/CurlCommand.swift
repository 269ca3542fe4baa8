/// A fetch as a curl command line that a shell takes as it is.
enum CurlCommand {
    static func line(url: String, values: FetchJob.Values?) -> String {
        var words = ["curl"]
        if let method = values?.method, method != "GET" { words += ["-X", quoted(method)] }
        for header in values?.headers ?? [] {
            words += ["-H", quoted(header.value.isEmpty ? "\(header.name):" : "\(header.name): \(header.value)")]
        }
        if let body = values?.body { words += ["--data-binary", quoted(String(decoding: body, as: UTF8.self))] }
        if let range = values?.range { words += ["-r", quoted(range)] }
        if let cookie = values?.cookie { words += ["-b", quoted(cookie)] }
        if let agent = values?.userAgent { words += ["-A", quoted(agent)] }
        if let referer = values?.referer { words += ["-e", quoted(referer)] }
        return (words + [quoted(url)]).joined(separator: " ")
    }

    private static func quoted(_ text: String) -> String {
        let parts = text.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.joined(separator: "'\\''") + "'"
    }
}
