extension EventLoop {
    /// Calls `handler` whenever the descriptor is ready. Tornado: `add_handler`.
    ///
    /// - Throws: `SystemError`: `EEXIST` when the descriptor is watched already, `EPERM` for a regular file, which
    ///   the kernel does not poll, `ESHUTDOWN` when the loop is closed.
    public func watch(
        _ descriptor: CInt, for interest: Watch.Interest, name: StaticString = "watch",
        _ handler: @escaping (Watch.Events) throws -> Void
    ) throws(SystemError) -> Watch {
        requireThread("EventLoop.watch")
        guard descriptor >= 0 else { throw SystemError.notADescriptor }
        guard !isClosed else { throw SystemError.loopIsClosed }
        let index = Int(descriptor)
        // Grown on demand: most descriptors are small numbers.
        if index >= watches.count { watches.append(contentsOf: repeatElement(nil, count: index + 32 - watches.count)) }
        let stale = watches[index]
        let watch = Watch(
            descriptor: descriptor, interest: interest, generation: nextGeneration, name: name, loop: self,
            handler: handler)
        nextGeneration &+= 1
        // The kernel takes the same file once: so when it takes this one, it has forgotten the other, which was closed
        // without a word, and whose number was given away again.
        try poller.add(descriptor, interest, token: Self.token(watch))
        watches[index] = watch
        stale?.detach()
        stale?.dropHandler()
        return watch
    }

    /// The names and descriptors of what is watched now. - Complexity: O(n).
    public var activeWatches: [Watch] { watches.compactMap(\.self) }

    func updateInterest(of watch: Watch) {
        poller.modify(watch.descriptor, watch.registered, token: Self.token(watch))
    }

    func remove(_ watch: Watch) {
        poller.remove(watch.descriptor)
        watches[Int(watch.descriptor)] = nil
    }

    private static func token(_ watch: Watch) -> UInt64 {
        UInt64(watch.generation) << 32 | UInt64(UInt32(bitPattern: watch.descriptor))
    }

    func addInternal(_ descriptor: CInt, name: StaticString, _ body: @escaping () -> Void) throws(SystemError) {
        _ = try watch(descriptor, for: .read, name: name) { _ in body() }
    }

    func watchMainQueueOnMainThread() {
        #if os(Linux)
            guard (mainQueueWatch != nil) != MainQueue.isOnMainThread else { return }
            // Run by another thread now: that one must not run code of the main one.
            mainQueueWatch?.cancel()
            mainQueueWatch = nil
            guard MainQueue.isOnMainThread, MainQueue.canBeMade else { return }
            // A net for MainActor code of the embedding program; a failure leaves the loop itself whole.
            mainQueueWatch = try? watch(MainQueue.descriptor, for: .read, name: "main queue") { _ in
                MainQueue.drain()
            }
        #endif
    }

}

// MARK: Signals

extension EventLoop {
    /// Calls `handler` on the loop when the process gets a signal, on whichever thread. Several handlers may share one.
    ///
    /// - Throws: `SystemError`: `EBUSY` when another loop of the process watches that signal, `EINVAL` for one that cannot
    ///   be caught, `ESHUTDOWN` when this loop is closed.
    public func onSignal(_ signal: CInt, _ handler: @escaping () throws -> Void) throws(SystemError) -> SignalWatch {
        requireThread("EventLoop.onSignal")
        guard !isClosed else { throw SystemError.loopIsClosed }
        if signals == nil {
            let pipe = try SignalPipe()
            try addInternal(pipe.descriptor, name: "signals") { [unowned self] in deliverSignals() }
            signals = consume pipe
        }
        if !signalWatches.contains(where: { $0.signal == signal }) { try signals?.add(signal) }
        let watch = SignalWatch(signal: signal, loop: self, handler: handler)
        signalWatches.append(watch)
        return watch
    }

    private func deliverSignals() {
        for signal in signals?.take() ?? [] {
            for watch in signalWatches where watch.signal == signal {
                if let handler = watch.handler { perform("signal handler", handler) }
            }
        }
    }

    func removeSignalWatch(_ watch: SignalWatch) {
        signalWatches.removeAll { $0 === watch }
        if !signalWatches.contains(where: { $0.signal == watch.signal }) { signals?.remove(watch.signal) }
    }
}
