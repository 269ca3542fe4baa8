import FetchLoop

/// Blocks the thread until the response is there: right for a script, wrong where anything else has to go on.
func synchronousFetch(from origin: String) throws {
    let client = try HTTPClient()
    let response = try client.fetch("\(origin)/bytes/1000")
    print(response.status, response.reason, response.body.count, "bytes")
}
