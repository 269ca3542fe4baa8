/// What to fetch: one line of a list, one argument, one record of a job file.
///
/// Most jobs are a URL and nothing else, so everything else lives in one box that is present only when needed.
struct FetchJob: Hashable, Codable, Sendable {
    var url: String
    /// What differs from the run's defaults, if anything does.
    var extras: Extras?
    /// Which round of a repeated list it belongs to, from 1; 0 when lists are not repeated.
    var repetition: UInt32 = 0

    init(url: String, extras: Extras? = nil) {
        self.url = url
        self.extras = extras
    }

    /// Everything but the URL. Absent values mean the run's defaults.
    struct Values: Hashable, Codable, Sendable {
        /// The producer's own id, given back in the record.
        var id: String?
        var method: String?
        /// In order, names as given; a value of "" removes a default header.
        var headers: [Header] = []
        var body: [UInt8]?
        /// Where the body goes, relative to the output directory; `#1`, `#<n>` already replaced.
        var output: String?
        var priority: Int32 = 0
        var tag: String?
        var maxTime: Duration?
        var retries: Int?
        /// `sha-256=HEX`, as given.
        var checksum: String?
        var referer: String?
        var userAgent: String?
        var range: String?
        var cookie: String?
        /// The line of the input the job came from, for messages.
        var lineNumber: Int?
        /// The glob's matches, for `#1` in output templates.
        var globMatches: [String] = []

        /// Whether it asks for a part of the resource.
        var asksForPart: Bool { range != nil || headers.contains { $0.name.lowercased() == "range" } }

        struct Header: Hashable, Codable, Sendable {
            var name: String
            var value: String
            /// Sent although it has no value (`Name;`).
            var isSentEmpty = false
        }
    }

    /// The box: one pointer a job, copied only when a shared one is changed.
    struct Extras: Hashable, Codable, Sendable {
        private final class Box: Sendable {
            let values: Values
            init(_ values: Values) { self.values = values }
        }

        private var box: Box

        init(_ values: Values) { box = Box(values) }

        var values: Values {
            get { box.values }
            set { box = Box(newValue) }
        }

        static func == (left: Extras, right: Extras) -> Bool {
            left.box === right.box || left.values == right.values
        }

        func hash(into hasher: inout Hasher) { hasher.combine(values) }

        init(from decoder: any Decoder) throws { box = Box(try Values(from: decoder)) }

        func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }
    }
}

extension FetchJob {
    /// The values of the box; setting them makes the box when there is none.
    var values: Values {
        get { extras?.values ?? Values() }
        set { extras = newValue == Values() ? nil : Extras(newValue) }
    }

    var id: String? { extras?.values.id }
    var method: String? { extras?.values.method }
    var output: String? { extras?.values.output }
    var priority: Int32 { extras?.values.priority ?? 0 }
    var tag: String? { extras?.values.tag }
    var lineNumber: Int? { extras?.values.lineNumber }
}
