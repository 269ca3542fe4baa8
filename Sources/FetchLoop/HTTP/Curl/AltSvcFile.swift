internal import CCurl

/// The Alt-Svc caches of all handles, as one file.
///
/// libcurl keeps such a cache in each handle and writes it whole when the handle goes, so that of many handles with one
/// file the last would win. Here each writes a file of its own, and those are merged.
@safe final class AltSvcFile {
    /// A handle's own file.
    struct Slot {
        let number: Int
    }

    private let path: String
    /// What is known, by origin and alternative: libcurl's lines, whose first six fields say which.
    private var lines: [String: String] = [:]
    private var order: [String] = []
    private var slotCount = 0

    init(_ path: String) {
        self.path = path
        merge(SmallFile.read(path) ?? [])
    }

    /// The first time the handle reads the file; from then on it only has to know where to write.
    func install(on easy: UnsafeMutableRawPointer, slot: inout Slot?) {
        if slot == nil {
            slot = Slot(number: slotCount)
            slotCount += 1
            unsafe ccurl_set_string(easy, CURLOPT_ALTSVC, path)
        }
        if let slot, !path.isEmpty { unsafe ccurl_set_string(easy, CURLOPT_ALTSVC, file(of: slot)) }
    }

    /// Takes what a handle has written at its end.
    func collect(_ slot: Slot) {
        guard !path.isEmpty else { return }
        let file = file(of: slot)
        merge(SmallFile.read(file) ?? [])
        SmallFile.remove(file)
    }

    /// Writes what is known, if there is anything.
    ///
    /// - Throws: `SystemError`.
    func save() throws(SystemError) {
        guard !path.isEmpty, !order.isEmpty else { return }
        let text = Self.heading + order.compactMap { lines[$0] }.map { $0 + "\n" }.joined()
        try SmallFile.replace(path, with: Array(text.utf8))
    }

    private static let heading = "# Your alt-svc cache. https://curl.se/docs/alt-svc.html\n"

    private func file(of slot: Slot) -> String { "\(path).\(CurrentProcess.id).\(slot.number)" }

    private func merge(_ bytes: [UInt8]) {
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where !line.hasPrefix("#") {
            let fields = line.split(separator: " ")
            guard fields.count >= 7 else { continue }
            let key = fields[..<6].joined(separator: " ")
            if lines.updateValue(String(line), forKey: key) == nil { order.append(key) }
        }
    }
}
