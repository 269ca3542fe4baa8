import Testing

@testable import fetchtop

@Suite struct EngineDigestTests {
    @Test(arguments: [
        (Checksum.Kind.md5, "", "d41d8cd98f00b204e9800998ecf8427e"),
        (.md5, "abc", "900150983cd24fb0d6963f7d28e17f72"),
        (.sha1, "", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        (.sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            .sha512, "abc",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
    ])
    func theStandardsOwnExamples(kind: Checksum.Kind, text: String, digest: String) {
        var hasher = kind.makeHasher()
        hasher.update(Array(text.utf8).span)
        #expect(hasher.finishHexadecimal() == digest)
    }

    /// A million times the letter a, the standards' third example, cut into pieces of every awkward size.
    @Test(arguments: [
        (Checksum.Kind.md5, "7707d6ae4e027c70eea2a935c2296f21"),
        (.sha1, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
        (.sha256, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
    func thePiecesDoNotMatter(kind: Checksum.Kind, digest: String) {
        var hasher = kind.makeHasher()
        var left = 1_000_000
        var size = 1
        while left > 0 {
            let count = min(left, size)
            hasher.update([UInt8](repeating: 0x61, count: count).span)
            left -= count
            size = size % 300 + 7
        }
        #expect(hasher.finishHexadecimal() == digest)
    }

    @Test func everyLengthAroundABlockIsPadded() {
        for kind in [Checksum.Kind.md5, .sha1, .sha256, .sha512] {
            var digests: Set<String> = []
            for length in 0...300 {
                var (whole, pieces) = (kind.makeHasher(), kind.makeHasher())
                let bytes = [UInt8](repeating: 7, count: length)
                whole.update(bytes.span)
                for byte in bytes { pieces.update([byte].span) }
                let digest = whole.finishHexadecimal()
                #expect(digest == pieces.finishHexadecimal())
                digests.insert(digest)
            }
            #expect(digests.count == 301)
        }
    }

    @Test func checksumsAreReadAsAria2WritesThem() throws {
        let text = "sha-1=" + String(repeating: "Ab", count: 20)
        #expect(try Checksum(parsing: text).hexadecimal == String(repeating: "ab", count: 20))
        #expect(try Checksum(parsing: "SHA256=" + String(repeating: "0", count: 64)).kind == .sha256)
        for bad in ["", "sha-256", "sha-256=12", "crc32=00000000", "md5=" + String(repeating: "g", count: 32)] {
            #expect(throws: InvalidChecksum.self) { try Checksum(parsing: bad) }
        }
    }
}
