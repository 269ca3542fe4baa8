import Glibc

/// What a process must know and do about its descriptors before it opens any.
enum Descriptors {
    /// Occupies 0, 1 and 2 where the caller closed them (`>&-`): else the next file, or the loop's own epoll, would get
    /// that number, and be written to as if it were standard output. Reading or writing them fails as before.
    static func occupyStandardOnes() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// Allows as many open files as the system lets us, and returns how many that are.
    ///
    /// The limit that most shells give, 1,024, is for programs that use `select`; nothing here does. The corresponding C
    /// function is `setrlimit`.
    static func raiseLimit() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// With fewer than these, idle connections must be counted, too.
    static let plenty = 4_096

    /// How many connections there may be with so many descriptors: a fetch may need another one for its file, and some are
    /// the loop's and the resolver's.
    static func connections(within limit: Int) -> Int { max(1, (limit - min(limit / 2, 32)) / 2) }
}
