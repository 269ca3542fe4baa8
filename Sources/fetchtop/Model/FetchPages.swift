/// A million fetches in pages: no copying growth, and each page keeps its URLs as one run of bytes.
///
/// An array of a million records would be copied while it grows (both copies alive), and a million Strings would cost
/// twice the memory of the text.
struct FetchPages {
    private static let pageShift = 10
    private static let pageSize = 1 << pageShift

    private struct Page {
        var fetches: [Fetch] = []
        var text: [UInt8] = []
    }

    private var pages: [Page] = []
    private(set) var count = 0

    /// Appends a record made from where its URL was put.
    mutating func append(url: String, _ make: (_ offset: UInt32, _ length: UInt32) -> Fetch) {
        if count & (Self.pageSize - 1) == 0 {
            if let last = pages.indices.last { pages[last].text = Array(pages[last].text) }
            var page = Page()
            page.fetches.reserveCapacity(Self.pageSize)
            page.text.reserveCapacity(Self.pageSize * 48)
            pages.append(page)
        }
        let last = pages.count - 1
        let offset = pages[last].text.count
        pages[last].text.append(contentsOf: url.utf8)
        pages[last].fetches.append(make(UInt32(offset), UInt32(pages[last].text.count - offset)))
        count += 1
    }

    subscript(index: Int) -> Fetch {
        @inline(__always) _read { yield pages[index >> Self.pageShift].fetches[index & (Self.pageSize - 1)] }
        @inline(__always) _modify { yield &pages[index >> Self.pageShift].fetches[index & (Self.pageSize - 1)] }
    }

    /// The bytes of a fetch's URL, without a copy.
    func urlBytes(_ index: Int) -> ArraySlice<UInt8> {
        let page = index >> Self.pageShift
        let fetch = pages[page].fetches[index & (Self.pageSize - 1)]
        return pages[page].text[Int(fetch.urlOffset)..<Int(fetch.urlOffset + fetch.urlLength)]
    }
}
