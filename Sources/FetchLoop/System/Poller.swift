/// What a loop needs of the kernel's readiness interface. `EpollPoller` is Linux's; a kqueue one fits beside it.
protocol Poller: ~Copyable {
    /// Starts reporting a descriptor. `token` comes back with its events.
    func add(_ descriptor: CInt, _ interest: PollInterest, token: UInt64) throws(SystemError)
    /// Changes the interest; unknown descriptors are no error (a closed one leaves by itself).
    func modify(_ descriptor: CInt, _ interest: PollInterest, token: UInt64)
    /// Stops reporting; unknown descriptors are no error.
    func remove(_ descriptor: CInt)
    /// Waits at most `milliseconds` (-1: without end).
    ///
    /// - Returns: How many events there are, each to be had by ``event(_:)``.
    mutating func wait(milliseconds: CInt) -> Int
    /// One of the events that the last `wait` found.
    func event(_ index: Int) -> (token: UInt64, events: PollEvents)
}
