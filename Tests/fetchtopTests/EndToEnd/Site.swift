import TestSupport

/// 500 different files behind a real nginx, half over HTTP, half over HTTPS, and a list of their URLs.
struct Site {
    let folder: TemporaryFolder
    let nginx: NginxServer
    let urls: [String]
    var list: String { folder["list"] }

    /// - Parameter isGated: The first file does not arrive before `nginx.openGate()` and another try.
    init(isGated: Bool = false) throws {
        folder = try TemporaryFolder()
        let names = (1...250).map { "file-\($0)" }
        nginx = try NginxServer(
            files: Dictionary(uniqueKeysWithValues: names.map { ($0, String(repeating: $0, count: $0.count * 20)) }))
        var urls = [nginx.url, nginx.secureURL].flatMap { base in names.map { "\(base)/\($0)" } }
        if isGated {
            try nginx.closeGate()
            urls[0] = "\(nginx.url)/gated/file-1"
        }
        self.urls = urls
        try folder.write(urls.joined(separator: "\n") + "\n", to: "list")
    }

    func byteCount(of url: String) -> Int {
        let length = url.split(separator: "/").last!.count
        return length * length * 20
    }
}
