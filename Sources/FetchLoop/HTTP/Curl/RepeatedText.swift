/// The last text that libcurl gave as the answer to one question.
///
/// Servers repeat themselves, from the address to the Content-Type: a comparison costs a tenth of a new string.
struct RepeatedText {
    private var last = ""
    /// The bytes that `last` was made from, with their zero; a longer text is not remembered.
    private var bytes = InlineArray<64, CChar>(repeating: 0)

    /// The text as a string; invalid UTF-8 is repaired, as `String(cString:)` does.
    mutating func string(_ text: UnsafePointer<CChar>) -> String {
        for index in bytes.indices {
            let byte = unsafe text[index]
            guard byte == bytes[index] else { break }
            if byte == 0 { return last }
        }
        return unsafe remember(text)
    }

    private mutating func remember(_ text: UnsafePointer<CChar>) -> String {
        last = unsafe String(cString: text)
        for index in bytes.indices {
            bytes[index] = unsafe text[index]
            if bytes[index] == 0 { return last }
        }
        // Too long: as if the text before had been the empty one.
        bytes[0] = 0
        let long = last
        last = ""
        return long
    }
}

/// The repeated texts of one client.
struct RepeatedTexts {
    var contentType = RepeatedText()
    var remoteIP = RepeatedText()
    var localIP = RepeatedText()
}
