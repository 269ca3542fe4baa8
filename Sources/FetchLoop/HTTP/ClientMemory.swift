/// What a client remembers of servers from one response to the next, and through files from one program to the next.
///
/// Nothing, unless asked. Files are read when the client is made and written when it is closed.
public struct ClientMemory: Sendable, Hashable {
    /// Whether cookies that servers set are sent back to them.
    public var keepsCookies = false
    /// Files of cookies to begin with, in Netscape's format. The libcurl option is `COOKIEFILE`.
    public var cookieFiles: [String] = []
    /// Where the cookies are written at the end. The libcurl option is `COOKIEJAR`.
    public var cookieJar: String?
    /// Hosts that are to be asked by HTTPS only; an empty name keeps them for the client's life alone.
    ///
    /// The libcurl option is `HSTS`; it takes libcurl 7.88 to share them among transfers.
    public var hstsFile: String?
    /// Other places where origins are to be found; an empty name keeps them for the client's life alone.
    ///
    /// The libcurl option is `ALTSVC`. libcurl cannot share these, so a transfer knows what is in the file and what
    /// transfers on the same easy handle have learnt; at the end all of it is in the file.
    public var altSvcFile: String?

    /// Creates a memory that keeps nothing.
    public init() {}

    var usesCookies: Bool { keepsCookies || cookieJar != nil || !cookieFiles.isEmpty }
}
