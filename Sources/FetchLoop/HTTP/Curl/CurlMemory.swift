internal import CCurl

/// Cookies and HSTS hosts in the share of a client's handles, read from files at its start and written at its end.
///
/// The files belong to one easy handle that fetches nothing: libcurl writes them when that handle goes, and every other
/// handle finds their contents in the share.
@safe final class CurlMemory {
    private let memory: ClientMemory
    private let keeper: UnsafeMutableRawPointer
    /// Held: the keeper writes what is in it.
    private let share: CurlShare
    private let altSvc: AltSvcFile?

    /// - Parameter share: What all the client's handles share, whatever their connections are.
    init?(_ memory: ClientMemory, share: CurlShare) {
        guard let easy = unsafe curl_easy_init() else { return nil }
        self.share = share
        self.memory = memory
        unsafe keeper = unsafe easy
        altSvc = memory.altSvcFile.map { AltSvcFile($0) }
        if memory.usesCookies { share.add(Int(CURL_LOCK_DATA_COOKIE.rawValue)) }
        if memory.hstsFile != nil { share.add(ccurl_lock_data_hsts()) }
        unsafe ccurl_set_pointer(easy, CURLOPT_SHARE, share.raw)
        for file in memory.cookieFiles { unsafe ccurl_set_string(easy, CURLOPT_COOKIEFILE, file) }
        if let jar = memory.cookieJar { unsafe ccurl_set_string(easy, CURLOPT_COOKIEJAR, jar) }
        if let file = memory.hstsFile, !file.isEmpty { unsafe ccurl_set_string(easy, CURLOPT_HSTS, file) }
        // libcurl reads the files when a transfer begins. This one ends right there: its scheme is not allowed.
        unsafe ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http")
        unsafe ccurl_set_string(easy, CURLOPT_URL, "ftp://localhost/")
        _ = unsafe curl_easy_perform(easy)
    }

    /// Lets a handle of the client use what is remembered; again after each `curl_easy_reset`.
    func install(on easy: UnsafeMutableRawPointer, slot: inout AltSvcFile.Slot?) {
        // A file of no name turns the handle's cookie engine on.
        if memory.usesCookies { unsafe ccurl_set_string(easy, CURLOPT_COOKIEFILE, "") }
        unsafe altSvc?.install(on: easy, slot: &slot)
    }

    /// Before each `curl_easy_reset`, which forgets the list of files without freeing it (seen in 7.88).
    func uninstall(from easy: UnsafeMutableRawPointer) {
        if memory.usesCookies { unsafe ccurl_set_string(easy, CURLOPT_COOKIEFILE, nil) }
    }

    /// Takes what a handle that is gone has left.
    func collect(_ slot: AltSvcFile.Slot?) {
        if let slot { altSvc?.collect(slot) }
    }

    /// Writes the Alt-Svc file; libcurl writes the others. The handles of the client must be gone.
    ///
    /// - Throws: `SystemError`.
    func save() throws(SystemError) { try altSvc?.save() }

    deinit {
        unsafe curl_easy_cleanup(keeper)
    }
}
