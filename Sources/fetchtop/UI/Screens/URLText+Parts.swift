extension URLText {
    /// The parts with their roles, in at most `limit` columns: the path gives way first, in its middle, because URLs
    /// of one list differ at the end; then the scheme; and of the host the end stays, which says whose it is.
    func parts(in limit: Int, withScheme: Bool = true) -> [(DisplayText, Role)] {
        let scheme = withScheme ? scheme : .empty
        let full: [(DisplayText, Role)] = [(scheme, .dim), (userinfo, .warn), (host, .text), (rest, .text)]
        let width = scheme.columns + userinfo.columns + host.columns + rest.columns
        if width <= limit { return full }
        let head = scheme.columns + userinfo.columns + host.columns
        if head + 8 <= limit {
            return full.dropLast() + [(rest.elided(to: limit - head), .text)]
        }
        if userinfo.columns + host.columns + 2 <= limit {
            let space = limit - userinfo.columns - host.columns
            return [(userinfo, .warn), (host, .text), (rest.elided(to: space), .text)]
        }
        return [(host.truncatedLeft(to: limit), .text)]
    }
}
