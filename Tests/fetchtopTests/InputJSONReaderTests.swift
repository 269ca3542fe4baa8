import Testing

@testable import fetchtop

@Suite("JSON reader") struct InputJSONReaderTests {
    private func reader(_ text: String) -> JSONReader { JSONReader(ArraySlice(text.utf8)) }

    private func raw(_ text: String) throws -> String {
        var reader = reader(text)
        let bytes = try reader.readRaw()
        try reader.finish()
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        "Strings are decoded",
        arguments: [
            (#""""#, ""), (#""plain""#, "plain"), (#""a\"b\\c\/d""#, #"a"b\c/d"#),
            (#""\b\f\n\r\t""#, "\u{8}\u{c}\n\r\t"), (#""\u00e9\u20AC""#, "é€"), (#""\ud83d\ude00""#, "😀"),
            (#""naïve""#, "naïve"), (#""\u0000""#, "\0"),
        ])
    func strings(json: String, expected: String) throws {
        var reader = reader(json)
        #expect(try reader.readString() == expected)
        try reader.finish()
    }

    @Test(
        "Everything RFC 8259 allows is read",
        arguments: [
            "{}", "[]", "null", "true", "false", "0", "-0", "1.5e+3", "1E-2", #"{"a":[1,{"b":null}],"c":"d"}"#,
            "[ 1 , 2 ]", #"{ "a" : 1 }"#,
        ])
    func values(json: String) throws {
        #expect(try raw(json) == json)
        #expect(try raw(" \t\r\n" + json + " ") == json)
    }

    @Test(
        "Everything else is refused, with a column",
        arguments: [
            ("", 1), ("{", 2), ("{a:1}", 2), (#"{"a"}"#, 5), (#"{"a":}"#, 6), (#"{"a":1,}"#, 8), ("[1,]", 4),
            ("[1 2]", 4),
            ("01", 3), ("+1", 1), (".5", 1), ("1.", 3), ("1e", 3), ("-", 2), ("nul", 1), ("True", 1), ("'a'", 1),
            (#""a"#, 3), ("\"a\u{1}\"", 3), (#""\x""#, 3), (#""\u12""#, 4), (#""\ud800""#, 8), (#""\udc00""#, 8),
            (#""\ud800\u0041""#, 14), ("1 2", 3), ("[1]]", 4), ("NaN", 1),
        ])
    func refuses(json: String, column: Int) {
        #expect {
            try raw(json)
        } throws: { error in
            (error as? JSONError)?.column == column
        }
    }

    @Test("Bytes that are not UTF-8 are refused, not repaired")
    func notUTF8() {
        var reader = JSONReader([0x22, 0x68, 0xff, 0x22])
        #expect(throws: JSONError(reason: "string is not UTF-8", column: 2)) { try reader.readString() }
    }

    @Test("Deep nesting is refused before the stack is in danger")
    func depth() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JSONError(reason: "nested too deeply", column: 66)) { try raw(deep) }
    }

    @Test("Members are handed out in order")
    func members() throws {
        var reader = reader(#"{"n": 42, "x": -1.5, "b": true, "s": ["u", "v"], "z": null}"#)
        var seen: [String] = []
        try reader.readObject { key, value in
            switch key {
            case "n": seen.append("n=\(try value.readInteger())")
            case "x": seen.append("x=\(try value.readNumber())")
            case "b": seen.append("b=\(try value.readBool())")
            case "s": try value.readArray { element in seen.append(try element.readString()) }
            default: seen.append("null=\(value.readNull())")
            }
        }
        #expect(seen == ["n=42", "x=-1.5", "b=true", "u", "v", "null=true"])
    }
}
