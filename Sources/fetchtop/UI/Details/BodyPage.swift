/// The beginning of the body: text as text, anything else in hexadecimal.
enum BodyPage {
    static func page(_ subject: DetailsSubject) -> DetailsPage {
        guard let body = subject.scene.body else {
            if subject.fetch.state == .queued { return DetailsPage(subject.nothing("")) }
            return DetailsPage([
                StyledLine("not kept: only the bodies of the fetches that started last are", .dim),
                StyledLine("r fetches it again, and then it is", .dim),
            ])
        }
        guard body.byteCount > 0 else {
            return DetailsPage([
                StyledLine(subject.fetch.state.isInFlight ? "nothing of the body yet" : "the body is empty", .dim)
            ])
        }
        let isCut = body.isCut
        let count = body.lineCount
        return DetailsPage(count: count + (isCut ? 1 : 0)) { index in
            if index < count { return StyledLine(body.line(index)) }
            return StyledLine(
                "-- the first \(Format.bytes(Int64(body.byteCount))) of \(Format.bytes(subject.fetch.receivedBytes)) --",
                .dim)
        }
    }
}

/// A body's beginning in lines of a width. Where lines begin is found once; what is in them is looked at in sight only.
struct BodyText {
    private let bytes: [UInt8]
    private let width: Int
    let isCut: Bool
    let isBinary: Bool
    /// Where the lines of a text begin.
    private var starts: [Int32] = []

    init(_ preview: BodyPreview, width: Int) {
        bytes = preview.bytes
        isCut = preview.isCut
        self.width = max(1, width)
        isBinary = Self.isBinary(preview.bytes)
        if !isBinary { findLines() }
    }

    var byteCount: Int { bytes.count }

    /// Whether it still shows all there is, for a pane as wide.
    func covers(_ preview: BodyPreview, width: Int) -> Bool {
        preview.bytes.count == bytes.count && preview.isCut == isCut && max(1, width) == self.width
            && preview.bytes.first == bytes.first && preview.bytes.last == bytes.last
    }

    var lineCount: Int { isBinary ? (bytes.count + perLine - 1) / perLine : starts.count }

    func line(_ index: Int) -> DisplayText {
        if isBinary { return hexLine(index) }
        let start = Int(starts[index])
        let end = index + 1 < starts.count ? Int(starts[index + 1]) : bytes.count
        var slice = bytes[start..<end]
        if slice.last == UInt8(ascii: "\n") { slice.removeLast() }
        if slice.last == UInt8(ascii: "\r") { slice.removeLast() }
        return DisplayText(sanitising: slice)
    }

    // MARK: - Text

    /// A line ends at a line feed, or where its columns are used up: never within a character.
    private mutating func findLines() {
        guard !bytes.isEmpty else { return }
        starts.append(0)
        var columns = 0
        var marks = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\n") {
                index += 1
                columns = 0
                if index < bytes.count { starts.append(Int32(index)) }
                continue
            }
            if byte == UInt8(ascii: "\r"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\n") {
                index += 1
                continue
            }
            let length = byte < 0x80 ? 1 : min(Self.length(byte), bytes.count - index)
            var taken = byte >= 0x20 && byte < 0x7F ? 1 : DisplayText(sanitising: bytes[index..<index + length]).columns
            if isMark(index, length) {
                // Onto the character before it; alone it would be drawn as an escape.
                marks += 1
                if marks <= 2, columns > 0 { taken = 0 }
            } else {
                marks = 0
            }
            if columns + taken > width, columns > 0 {
                starts.append(Int32(index))
                columns = 0
            }
            columns += taken
            index += length
        }
    }

    private func isMark(_ index: Int, _ length: Int) -> Bool {
        guard length > 1, let text = String(validating: bytes[index..<index + length], as: UTF8.self) else {
            return false
        }
        return text.unicodeScalars.first.map { CharacterWidth.isMark($0) } ?? false
    }

    private static func length(_ lead: UInt8) -> Int { lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1 }

    /// A zero byte, or much that is neither text nor UTF-8, within the first kilobyte.
    private static func isBinary(_ bytes: [UInt8]) -> Bool {
        let head = bytes.prefix(1024)
        if head.contains(0) { return true }
        var decoder = UTF8Decoder()
        var odd = 0
        for byte in head {
            decoder.feed(byte) { piece in
                switch piece {
                case .invalid: odd += 1
                case .scalar(let scalar):
                    if scalar.value < 0x20, ![0x09, 0x0A, 0x0C, 0x0D, 0x1B].contains(scalar.value) { odd += 1 }
                }
            }
        }
        return odd * 10 > head.count
    }

    // MARK: - Hexadecimal

    /// `00000010  48 65 6c 6c 6f 20 77 6f  72 6c 64 0a              Hello world.`
    private var perLine: Int { width >= 77 ? 16 : width >= 43 ? 8 : 4 }

    private func hexLine(_ index: Int) -> DisplayText {
        let start = index * perLine
        let row = bytes[start..<min(bytes.count, start + perLine)]
        let offset = Sanitiser.hex(UInt32(start), digits: 8).lowercased()
        var text = offset + "  "
        for place in 0..<perLine {
            if place == 8 { text += " " }
            text += place < row.count ? Sanitiser.hex(UInt32(row[start + place]), digits: 2).lowercased() + " " : "   "
        }
        text += " "
        for byte in row { text += byte >= 0x20 && byte < 0x7F ? String(UnicodeScalar(byte)) : "." }
        return DisplayText(trusted: text)
    }
}
