import Testing

@testable import fetchtop

@Suite struct ModelQueryTests {
    let store = FetchStore()

    init() {
        // #1 receiving, #2 an HTTP error after a retry, #3 a DNS failure, #4 queued.
        let first = store.add(FetchJob(url: "https://CDN.example/big.iso"), at: .at(0))
        store.apply(.started(attempt: 1), to: first, at: 0)
        store.apply(.head(ResponseHead(status: 200, expectedBytes: 4_000_000, rawHeaders: [])), to: first, at: 250)
        store.apply(.received(2_000_000), to: first, at: 1_000)
        let second = store.add(FetchJob(url: "http://api.example:8080/v1/items?p=2"), at: .at(0))
        store.apply(.started(attempt: 2), to: second, at: 0)
        store.apply(.attemptFinished(attempt(2, status: 503)), to: second, at: 10)
        store.apply(.finished(.httpError), to: second, at: 10)
        var values = FetchJob.Values()
        values.tag = "b7"
        values.method = "HEAD"
        let third = store.add(FetchJob(url: "http://no-such.invalid/", extras: .init(values)), at: .at(0))
        store.apply(.started(attempt: 1), to: third, at: 0)
        let failure = FetchFailure(kind: .dns, phase: .dns, exitCode: 6, message: "Could not resolve host")
        store.apply(.attemptFinished(attempt(failure: failure)), to: third, at: 5)
        store.apply(.finished(.failed), to: third, at: 5)
        store.add(FetchJob(url: "http://api.example:8080/v1/items?p=3"), at: .at(0))
    }

    func found(_ text: String, tagged: Set<Int> = []) throws -> [Int] {
        let query = try FetchQuery(text)
        return (0..<store.count).map { $0 + 1 }.filter { number in
            query.matches(FetchID(index: number - 1), in: store, at: .at(2_000)) { tagged.contains(Int($0.rawValue)) }
        }
    }

    @Test(arguments: [
        ("", [1, 2, 3, 4]), ("   ", [1, 2, 3, 4]),
        ("state:recv", [1]), ("state:R", [1]), ("state:active", [1]), ("state:done", [2, 3]), ("state:q", [4]),
        ("state:pending", [4]), ("state!=q", [1, 2, 3]),
        ("host~cdn", [1]), ("host=cdn.example", [1]), ("host=cdn", []), ("host!~api", [1, 3]),
        ("code>=400", [2]), ("code:5xx", [2]), ("code=200", [1]), ("code<300", [1]), ("!code:5xx", [1, 3, 4]),
        ("ttfb>200ms", [1]), ("ttfb>1s", []), ("size>1M", [1]), ("size>=2000000", [1]), ("size>2M", []),
        ("try>1", [2]), ("try=0", [4]), ("rate>1k", [1]), ("expected>1M", [1]),
        ("tag:b7", [3]), ("method:head", [3]), ("error:dns", [3]), ("phase:dns", [3]), ("wait:slot", [4]),
        ("id>=3", [3, 4]), ("id:#2", [2]),
        ("items", [2, 4]), ("ITEMS \"p=3\"", [4]), ("\"v1/items\"", [2, 4]), ("http://no", [3]),
        ("/items\\?p=\\d$/", [2, 4]), ("/ISO|invalid/", [1, 3]), ("host~/^api/", [2, 4]), ("url:/\\/v1\\//", [2, 4]),
        ("host~cdn or code:5xx", [1, 2]), ("host~cdn | code:5xx", [1, 2]), ("items and try=0", [4]),
        ("not items", [1, 3]), ("!(items or cdn)", [3]), ("(items or cdn) !state:q", [1, 2]),
        ("cdn or items state:q", [1, 4]), ("orange", []), ("android", []), ("api.example:8080/v1", [2, 4]),
        ("localhost:8080", []),
    ])
    func aFilterFinds(text: String, expected: [Int]) throws {
        #expect(try found(text) == expected)
    }

    @Test func taggedRowsAreTheViews() throws {
        #expect(try found("tagged", tagged: [2, 4]) == [2, 4])
        #expect(try found("tag !state:q", tagged: [2, 4]) == [2])
    }

    @Test(arguments: [
        ("state:", 6, true), ("(items", 0, true), ("items)", 5, false), ("code>=", 6, true), ("code>=x", 6, true),
        ("/items", 0, true), ("/(/ x", 0, false), ("colour:red", 0, false), ("state:blue x", 6, false),
        ("state<q ", 6, false), ("a or", 4, true), ("!", 1, true), ("()", 1, false), ("url>\"x", 4, true),
        ("size>1Q x", 5, false), ("\"abc", 0, true),
    ])
    func aBadFilterSaysWhere(text: String, position: Int, isIncomplete: Bool) {
        do {
            _ = try FetchQuery(text)
            Issue.record("\(text) was read")
        } catch {
            #expect(error.position == position)
            #expect(error.isIncomplete == isIncomplete, "\(error)")
        }
    }

    @Test func theMessageNamesTheFields() {
        #expect(throws: QueryError.self) { try FetchQuery("colour:red") }
        do { _ = try FetchQuery("colour:red") } catch { #expect(error.description.contains("ttfb")) }
    }
}
