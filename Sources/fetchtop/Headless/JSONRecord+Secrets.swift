/// URLs as records have them: without passwords and tokens, unless somebody asked for those.
extension JSONRecord {
    mutating func url(_ url: ArraySlice<UInt8>, revealing: Bool = false) {
        if !revealing, let masked = URLSecrets.masked(url.span) { string(masked[...]) } else { string(url) }
    }

    mutating func member(_ name: StaticString, url: String?, revealing: Bool = false) {
        key(name)
        guard let url else { return null() }
        string(revealing ? url : Secrets.masked(url: url))
    }
}
