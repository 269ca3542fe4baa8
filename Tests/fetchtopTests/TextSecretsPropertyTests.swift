import TestSupport
import Testing

@testable import fetchtop

/// A secret that is put anywhere into anything never comes out again, however it is escaped.
@Suite struct SecretsPropertyTests {
    private static let names = [
        "token", "access_token", "api_key", "apiKey", "sig", "key", "password", "client_secret", "X-Amz-Signature",
        "jsessionid", "session", "code", "ticket", "auth", "jwt", "SAMLResponse",
    ]
    private static let plain = [
        "a", "page=2", "q=swift", "utm_source=x", "v", "lang=de", "empty=", "=", "%41=1", "f=a%20b",
    ]

    private struct Maker {
        var random: SeededGenerator
        /// Of letters that are in nothing else, so that a part of it is found as well.
        let secret: String

        init(seed: Int) {
            var random = SeededGenerator(seed: UInt64(seed))
            secret =
                "Q"
                + (6...Int.random(in: 6...24, using: &random)).map { _ in
                    ["Z", "7", "Q"].randomElement(using: &random)!
                }.joined() + "QZ7QZ9"
            self.random = random
        }

        mutating func one<Element>(of elements: [Element]) -> Element { elements.randomElement(using: &random)! }
        mutating func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &random) == 0 }

        /// Every letter of `text` that must be escaped where it stands, and some others.
        mutating func escaped(_ text: String, all: Bool) -> String {
            text.utf8.map { byte in
                let isPlain = byte.isASCIILetter || byte.isASCIIDigit
                guard all && !isPlain || chance(12) else { return String(UnicodeScalar(byte)) }
                let digits = String(byte, radix: 16, uppercase: chance(2))
                return "%" + (digits.count == 1 ? "0" + digits : digits)
            }.joined()
        }

        mutating func parameter() -> String {
            let name = one(of: SecretsPropertyTests.names)
            let mixed = String(name.map { chance(3) ? Character($0.uppercased()) : $0 })
            return (chance(3) ? escaped(mixed, all: false) : mixed) + "=" + secret
        }

        mutating func list(around parameter: String, _ separator: String) -> String {
            var parts = (0..<Int.random(in: 0...3, using: &random)).map { _ in one(of: SecretsPropertyTests.plain) }
            parts.insert(parameter, at: Int.random(in: 0...parts.count, using: &random))
            return parts.joined(separator: separator)
        }

        mutating func url(depth: Int = 0) -> String {
            let origin = one(of: ["http://h.example", "https://h:8080", "HTTP://[::1]:1", "http://me@h"])
            switch Int.random(in: 0..<(depth < 3 ? 9 : 6), using: &random) {
            case 0: return "http://user:\(secret)@h/\(one(of: ["", "x", "x?a=b"]))"
            case 1: return "http://\(secret)@h"
            case 2: return origin + "/a?" + list(around: parameter(), one(of: ["&", ";"]))
            case 3: return origin + "/#" + list(around: parameter(), "&")
            case 4: return origin + "/a;" + list(around: parameter(), ";") + one(of: ["", "/b", "?c=d"])
            case 5: return origin + "/x/eyJ" + secret + "." + secret + secret + one(of: ["", "/y", "?z"])
            case 6: return origin + "/proxy/" + url(depth: depth + 1)
            case 7:
                return origin + "/?" + one(of: ["u", "next", "a=b&url"]) + "="
                    + escaped(url(depth: depth + 1), all: true)
            default: return origin + "/redirect/" + escaped(url(depth: depth + 1), all: true) + one(of: ["", "/more"])
            }
        }
    }

    /// What anybody can read out of it who undoes its escapes.
    private func readable(_ text: String) -> String {
        var (all, last) = (text, text)
        for _ in 0..<6 {
            guard let next = UnescapedText.whole(last.utf8.span) else { break }
            last = String(decoding: next, as: UTF8.self)
            all += " " + last
        }
        return all
    }

    @Test(arguments: 0..<seedCount(40))
    func aSecretInAURLIsNeverSeen(hundred: Int) {
        for seed in hundred * 100..<(hundred + 1) * 100 { check(seed) }
    }

    private func check(_ seed: Int) {
        var maker = Maker(seed: seed)
        let url = maker.url()
        func hides(_ text: String) -> Bool { !readable(text).contains(maker.secret) }
        #expect(!hides(url), "there is nothing to hide in \(url)")
        let masked = Secrets.masked(url: url)
        #expect(hides(masked), "\(url)\n\(masked)")
        #expect(Secrets.masked(url: masked) == masked)
        #expect(hides(URLText(url).text.string), "\(url)")
        let sentence = "cannot go to \(maker.one(of: ["'", "(", ""]))\(url)\(maker.one(of: ["'", ").", ""])) now"
        #expect(hides(Secrets.masked(text: sentence)), "\(sentence)")
        #expect(hides(Secrets.masked(header: "Location", value: url)), "\(url)")
        #expect(hides(Secrets.masked(form: "a=1&" + maker.list(around: maker.parameter(), "&"))))
        var json = JSONRecord()
        json.beginObject()
        json.member("url", url: url)
        json.endObject()
        var bytes: [UInt8] = []
        json.move(to: &bytes)
        #expect(hides(String(decoding: bytes, as: UTF8.self)))
    }
}
