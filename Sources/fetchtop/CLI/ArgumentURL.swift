/// URLs given as arguments: curl's rules, checked before anything is fetched.
enum ArgumentURL {
    /// - Throws: `UsageError` that names the URL and what is wrong with it, with the position in a glob.
    static func parse(_ text: String, globs: Bool) throws(UsageError) -> URLGlob {
        let url = URLCheck.guessingScheme(text)
        let glob: URLGlob
        do throws(GlobError) {
            glob = globs ? try URLGlob(parsing: url) : URLGlob(literal: url)
        } catch {
            throw UsageError("'\(Secrets.masked(url: text))': \(error.moved(by: text.utf8.count - url.utf8.count))")
        }
        // The URLs of a glob differ only in what its globs stand for, which may be in the host; one is enough to catch a
        // slip, and libcurl looks at each when it is its turn.
        if let problem = URLCheck.problem(with: glob.expansion(at: 0).url) {
            throw UsageError("'\(Secrets.masked(url: text))': \(problem)")
        }
        return glob
    }
}

extension GlobError {
    /// The same error, its position counted in the text as typed.
    fileprivate func moved(by offset: Int) -> GlobError {
        GlobError(reason: reason, position: position + offset)
    }
}
