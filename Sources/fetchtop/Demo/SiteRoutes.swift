extension OriginRoutes {
    /// A small web site whose pages link to each other: what a spider crawls.
    static let siteRoutes: [Route] = [
        Route(name: "site", parameters: "/PAGE", summary: "a page of links, one of them dead; begin with index") {
            call, _ in
            let name = call.text(0)
            guard let links = sitePages[name] else { return .text("no such page: \(name)\n", status: 404) }
            let items = links.map { "<li><a href=\"\($0)\">\($0)</a></li>" }.joined(separator: "\n")
            return .bytes(
                Array("<!DOCTYPE html>\n<title>\(name)</title>\n<ul>\n\(items)\n</ul>\n".utf8),
                type: "text/html; charset=utf-8")
        }
    ]

    /// Where each page links to: back and forth, to a part of a page, to a page that is gone, and off the site.
    private static let sitePages = [
        "index": ["/site/guide", "/site/library", "/site/about"],
        "guide": ["/site/coroutines", "/site/queues", "/site/index#top"],
        "library": ["/site/futures", "/site/queues", "/site/gone"],
        "coroutines": ["/site/futures", "/site/guide#coroutines"],
        "queues": ["/site/coroutines", "/site/index"],
        "futures": ["/site/library"],
        "about": ["/site/index", "https://www.example.org/"],
    ]
}
