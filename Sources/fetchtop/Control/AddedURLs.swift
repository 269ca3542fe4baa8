/// URLs that somebody typed behind `add`: a scheme is guessed and globs are expanded, as on the command line.
///
/// All of them or none: one that is wrong is more easily put right in the prompt's history than found among many.
struct AddedURLs {
    private(set) var urls: [String] = []

    /// A slip of the finger in a range must not become a million fetches.
    static let limit = 100_000

    struct Refusal: Error {
        let message: DisplayText
    }

    /// - Throws: `Refusal`, which names the word that is wrong.
    init(_ text: String) throws(Refusal) {
        for word in text.split(separator: " ").map(String.init) {
            guard !Self.isBareWord(word) else {
                throw Self.refusal(word, "no URL; if it is a host: http://\(word)")
            }
            let glob = try Self.glob(word)
            guard urls.count + glob.count <= Self.limit else {
                throw Self.refusal(word, "more than \(Self.limit) URLs at once")
            }
            for index in 0..<glob.count { urls.append(try Self.checked(glob.expansion(at: index).url, word)) }
        }
    }

    /// `nonsense` is rather a command mistyped than a host; `localhost` and what has a dot or a port is one.
    private static func isBareWord(_ word: String) -> Bool {
        word != "localhost" && !word.utf8.contains { ".:/[".utf8.contains($0) } && !word.hasPrefix("localhost?")
    }

    private static func glob(_ word: String) throws(Refusal) -> URLGlob {
        let url = URLCheck.guessingScheme(word)
        do throws(GlobError) {
            return try URLGlob(parsing: url)
        } catch {
            // Of a bracket in the host there is more to say than that it is no range.
            if let problem = URLCheck.problem(with: url) { throw refusal(word, "\(problem)") }
            throw refusal(word, "\(error)")
        }
    }

    private static func checked(_ url: String, _ word: String) throws(Refusal) -> String {
        if let problem = URLCheck.problem(with: url) { throw refusal(word, "\(problem)") }
        return url
    }

    private static func refusal(_ word: String, _ reason: String) -> Refusal {
        let name = DisplayText(sanitising: Secrets.masked(url: word), cap: 80)
        return Refusal(message: "\(name): \(DisplayText(sanitising: reason, cap: 160))")
    }
}
