/// Where bodies go: chooses the path of each fetch, and gives no path to two fetches of a run.
struct DownloadNames {
    private let options: RunOptions.Save
    /// Paths given out, so that a second `index.html` becomes `index.html.1` instead of overwriting the first.
    private var taken: Set<String> = []
    /// How far the numbers of a path have come.
    private var numbers: [String: Int] = [:]

    init(_ options: RunOptions.Save) { self.options = options }

    /// The path that a job's body is to have, before anything is known about other files; nil to discard it.
    func wanted(url: String, values: FetchJob.Values?) -> String? {
        if let output = values?.output { return output == "/dev/null" ? nil : placed(output) }
        switch options.naming {
        case nil: return options.directory == nil ? nil : placed(name(ofURL: url))
        case .remoteName: return placed(name(ofURL: url))
        case .template(let template): return template == "/dev/null" ? nil : placed(template)
        }
    }

    /// The path that the server's proposal gives, if it makes one and it was asked for (`-J`).
    func proposed(by head: ResponseHead, insteadOf path: String) -> String {
        guard case .remoteName(contentDisposition: true) = options.naming,
            let value = head.value(of: "content-disposition"), let text = ContentDisposition.fileName(value),
            let name = SafeName.fileName(text)
        else { return path }
        return placed(name)
    }

    /// Gives a path to one fetch of this run, numbered if another one has it; what is no file takes the bodies of all.
    mutating func take(_ path: String) -> String {
        if isFree(path) {
            taken.insert(path)
            return path
        }
        // Asked once for each name that several fetches have: it may block.
        if numbers[path] == nil, FileSystem.takesBytesDirectly(path) { return path }
        var number = numbers[path] ?? 1
        while !isFree("\(path).\(number)") { number += 1 }
        numbers[path] = number + 1
        taken.insert("\(path).\(number)")
        return "\(path).\(number)"
    }

    /// Whether neither the path is given out nor one whose body is gathered under it, or the other way round.
    private func isFree(_ path: String) -> Bool {
        if taken.contains(path) { return false }
        return !BodyFile.companionSuffixes.contains { suffix in
            taken.contains(path + suffix)
                || path.hasSuffix(suffix) && taken.contains(String(path.dropLast(suffix.count)))
        }
    }

    mutating func giveBack(_ path: String) { taken.remove(path) }

    private func name(ofURL url: String) -> String { RemoteName.of(url).flatMap(SafeName.fileName) ?? "index.html" }

    private func placed(_ path: String) -> String {
        guard let directory = options.directory, !path.hasPrefix("/") else { return path }
        return directory.hasSuffix("/") ? directory + path : "\(directory)/\(path)"
    }
}
