internal import Synchronization

/// One HTTP request: a URL, an optional body and settings.
///
/// Settings are shared until changed: many requests made from one template cost one copy of them, and the client
/// recognises the template and sets only the URL anew.
///
/// ```swift
/// var request = HTTPRequest("https://example.org/")
/// request.method = "HEAD"
/// request.headers["Accept"] = "text/html"
/// ```
/// Tornado: `httpclient.HTTPRequest`.
@dynamicMemberLookup
public struct HTTPRequest: Sendable {
    /// The absolute URL, `http` or `https`.
    public var url: String
    /// The body; required for POST, PUT and PATCH, refused for other methods unless `allowNonstandardMethods`.
    public var body: HTTPBody?
    var storage: Storage

    final class Storage: Sendable {
        let settings: HTTPRequestSettings
        /// The request timeout for libcurl.
        let timeoutMilliseconds: Int
        /// With whom the request may share connections; nil for the ordinary case.
        let policy: ConnectionPolicy?
        /// Whether no proxy can be in the way.
        let isDirect: Bool
        private let valid = Atomic(false)
        private let validWithoutBody = Atomic(false)
        /// Whether the settings were found valid. Any thread may find so.
        var isValid: Bool {
            get { valid.load(ordering: .relaxed) }
            set { valid.store(newValue, ordering: .relaxed) }
        }
        /// Whether they were for a request without a body.
        var isValidWithoutBody: Bool {
            get { validWithoutBody.load(ordering: .relaxed) }
            set { validWithoutBody.store(newValue, ordering: .relaxed) }
        }
        init(_ settings: HTTPRequestSettings) {
            self.settings = settings
            // libcurl counts in 32 bits. Longer is none, as it would make of it without a word.
            let milliseconds = settings.requestTimeout.millisecondsUp
            timeoutMilliseconds = milliseconds > Int32.max ? 0 : milliseconds
            policy = ConnectionPolicy(settings)
            isDirect = settings.proxy == nil && !settings.usesEnvironmentProxy
        }
        static let standard = Storage(HTTPRequestSettings())
    }

    /// Creates a request with the default settings.
    public init(_ url: String, method: String = "GET", body: HTTPBody? = nil) {
        self.url = url
        self.body = body
        storage = .standard
        if method != "GET" { self.method = method }
    }

    /// Creates a request from settings made before.
    public init(_ url: String, settings: HTTPRequestSettings, body: HTTPBody? = nil) {
        self.url = url
        self.body = body
        storage = Storage(settings)
    }

    init(_ url: String, storage: Storage, body: HTTPBody?) {
        self.url = url
        self.body = body
        self.storage = storage
    }

    /// Everything but URL and body.
    public var settings: HTTPRequestSettings {
        get { storage.settings }
        set { storage = Storage(newValue) }
    }

    /// Reads or changes one of the ``HTTPRequestSettings``.
    public subscript<Value>(dynamicMember path: WritableKeyPath<HTTPRequestSettings, Value>) -> Value {
        get { storage.settings[keyPath: path] }
        set { settings[keyPath: path] = newValue }
    }
}
