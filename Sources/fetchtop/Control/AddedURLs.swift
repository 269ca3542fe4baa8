/// URLs that somebody typed behind `add`: a scheme is guessed and globs are expanded, as on the command line.
///
/// All of them or none: one that is wrong is more easily put right in the prompt's history than found among many.
struct AddedURLs {
    private var globs: [URLGlob] = []
    /// How many URLs there are.
    private(set) var count = 0

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
            guard glob.count <= Self.limit - count else {
                throw Self.refusal(word, "more than \(Self.limit) URLs at once")
            }
            // One of a glob is enough to catch a slip; they are made one by one, when they are added.
            let first = glob.expansion(at: 0).url
            if let problem = URLCheck.problem(with: first) { throw Self.refusal(word, "\(problem)") }
            globs.append(glob)
            count += glob.count
        }
    }

    subscript(index: Int) -> String {
        var index = index
        for glob in globs {
            if index < glob.count { return glob.expansion(at: index).url }
            index -= glob.count
        }
        preconditionFailure("there are only \(count) URLs")
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

    private static func refusal(_ word: String, _ reason: String) -> Refusal {
        let name = DisplayText(sanitising: Secrets.masked(url: word), cap: 80)
        return Refusal(message: "\(name): \(DisplayText(sanitising: reason, cap: 160))")
    }
}
