import FetchLoop
import Foundation
import TestSupport
import Testing

@testable import DemoServer
@testable import fetchtop

@Suite struct EngineNamingTests {
    @Test(arguments: [
        ("report.pdf", "report.pdf"), ("a/b/c.txt", "c.txt"), ("..\\..\\evil.exe", "evil.exe"),
        ("/etc/passwd", "passwd"),
        ("..", nil), ("", nil), ("   ", nil), (".bashrc", "_bashrc"), ("a\u{0}b\nc", "a_b_c"),
        ("x\u{202E}fdp.exe", "x_fdp.exe"),
        ("trailing. . ", "trailing"), ("naïve €.txt", "naïve €.txt"),
    ])
    func aServersNameIsMadeSafe(text: String, name: String?) {
        #expect(SafeName.fileName(text) == name)
    }

    /// It would be taken for what an earlier run gathered.
    @Test(arguments: [
        ("victim.part", "victim.part_"), ("victim.part.version", "victim.part.version_"), ("v.PART", "v.PART_"),
        ("v.part.Version.new", "v.part.Version.new_"), ("v.part. .", "v.part_"), (".part", "_part"),
        ("v.part.ver\u{17F}ion", "v.part.ver\u{17F}ion_"), ("\u{D4E}.part", "\u{D4E}.part_"), ("v.party", "v.party"),
    ])
    func noNameFromOutsideIsThatOfAPart(text: String, name: String) {
        #expect(SafeName.fileName(text) == name)
        var save = RunOptions.Save()
        save.naming = .remoteName(contentDisposition: true)
        if text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            #expect(DownloadNames(save).wanted(url: "http://h/" + text, values: nil) == name)
            let raw = Array("HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename=\"\(text)\"\r\n\r\n".utf8)
            let head = ResponseHead(status: 200, expectedBytes: nil, rawHeaders: raw)
            #expect(DownloadNames(save).proposed(by: head, insteadOf: "a") == name)
        }
    }

    @Test func aLongNameIsNotThatOfAPartEither() {
        for length in 180...210 {
            for suffix in BodyFile.companionSuffixes {
                let name = SafeName.fileName(String(repeating: "a", count: length) + suffix)!
                #expect(name.utf8.count <= SafeName.longest && SafeName.fileName(name) == name)
                #expect(!BodyFile.companionSuffixes.contains { name.hasSuffix($0) }, "\(name)")
            }
        }
    }

    @Test func longNamesKeepTheirExtension() {
        let name = SafeName.fileName(String(repeating: "ü", count: 300) + ".tar.gz")!
        #expect(name.utf8.count <= SafeName.longest)
        #expect(name.hasSuffix(".gz"))
    }

    /// Whatever a server sends: one component, short enough, seen by `ls`, and no name that a shell or a program reads by
    /// itself.
    @Test func noNameOfAServersIsHiddenEmptyOrTooLong() {
        var random = SeededGenerator(seed: 5)
        let pieces: [Unicode.Scalar] = [
            ".", ".", " ", "/", "\\", "\u{301}", "\u{301}", "\u{301}", "\u{20DD}", "\u{200D}", "\u{FE0F}", "a", "b",
            "~",
            "\u{0}", "\u{7F}", "\u{202E}", "😀", "\u{1F3FB}", "한", "\u{E000}", "\u{10FFFF}",
        ]
        let texts = (0..<seedCount(20_000)).map { _ in
            var text = String.UnicodeScalarView()
            var left = Int.random(in: 0...6, using: &random)
            while left > 0 {
                left -= 1
                let scalar = pieces.randomElement(using: &random)!
                let length = Bool.random(using: &random) ? 1 : Int.random(in: 1...150, using: &random)
                text.append(contentsOf: repeatElement(scalar, count: length))
            }
            return String(text) + (Bool.random(using: &random) ? ".bashrc" : "")
        }
        for text in ["e" + String(repeating: "\u{301}", count: 100) + ".bashrc"] + texts {
            guard let name = SafeName.fileName(text) else { continue }
            #expect(!name.isEmpty && name.utf8.count <= SafeName.longest, "\(text.debugDescription)")
            #expect(name.utf8.first != UInt8(ascii: "."), "\(text.debugDescription)")
            #expect(![" ", "."].contains(name.unicodeScalars.last!), "\(text.debugDescription)")
            #expect(!name.utf8.contains { $0 < 0x20 || $0 == UInt8(ascii: "/") || $0 == 0x7F })
            #expect(SafeName.fileName(name) == name, "\(text.debugDescription)")
        }
    }

    @Test(arguments: [
        ("attachment; filename=\"a b.txt\"", "a b.txt"), ("inline;filename=x.bin ; size=3", "x.bin"),
        ("attachment; filename=\"EURO.txt\"; filename*=UTF-8''%e2%82%ac%20rates.txt", "€ rates.txt"),
        ("attachment; filename*=iso-8859-1'en'%A3.txt; filename=\"pound.txt\"", "pound.txt"),
        ("attachment; filename=\"with \\\"quotes\\\"; and more\"", "with \"quotes\"; and more"),
        ("attachment", nil), ("attachment; filename*=UTF-8''%zz", nil), ("", nil),
    ])
    func contentDispositionIsRead(value: String, name: String?) {
        #expect(ContentDisposition.fileName(value) == name)
    }

    @Test func namesComeFromTheJobTheTemplateOrTheURL() {
        var save = RunOptions.Save()
        #expect(DownloadNames(save).wanted(url: "http://h/a/b.txt?q", values: nil) == nil)
        save.directory = "out/"
        #expect(DownloadNames(save).wanted(url: "http://h/a/b.txt?q", values: nil) == "out/b.txt")
        #expect(DownloadNames(save).wanted(url: "http://h/a/", values: nil) == "out/index.html")
        save.naming = .template("x")
        #expect(DownloadNames(save).wanted(url: "http://h/a", values: nil) == "out/x")
        var values = FetchJob.Values()
        values.output = "/abs/y"
        #expect(DownloadNames(save).wanted(url: "http://h/a", values: values) == "/abs/y")
        values.output = "/dev/null"
        #expect(DownloadNames(save).wanted(url: "http://h/a", values: values) == nil)
    }

    @Test func aProposedNameIsTakenOnlyWhenAskedFor() {
        var save = RunOptions.Save()
        save.directory = "out"
        let raw = Array("HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename=\"../x.txt\"\r\n\r\n".utf8)
        let head = ResponseHead(status: 200, expectedBytes: nil, rawHeaders: raw)
        save.naming = .remoteName(contentDisposition: false)
        #expect(DownloadNames(save).proposed(by: head, insteadOf: "out/a") == "out/a")
        save.naming = .remoteName(contentDisposition: true)
        #expect(DownloadNames(save).proposed(by: head, insteadOf: "out/a") == "out/x.txt")
    }

    @Test func contentRangesAreRead() {
        #expect(ContentRange("bytes 5-9/10")?.first == 5)
        #expect(ContentRange("bytes 5-9/10")?.total == 10)
        #expect(ContentRange("bytes */7")?.total == 7)
        #expect(ContentRange("bytes */7")?.first == nil)
        #expect(ContentRange("bytes 0-1/*")?.total == nil)
        #expect(ContentRange("items 1-2/3") == nil)
        #expect(ContentRange(nil) == nil)
    }
}
