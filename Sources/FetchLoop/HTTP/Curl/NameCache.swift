/// For how long libcurl's DNS answers are good: about a minute, as libcurl has it, but without looking through all of them
/// at the end of each transfer, as libcurl does (7.88): with 60,000 hosts that took longer than all the rest.
///
/// So for nearly all transfers answers are good for ever, and only now and then one throws out those that are too old.
final class NameCache {
    /// libcurl's "for ever".
    static let forever = -1
    /// The age in seconds that answers reach.
    static let lifetime = 60
    /// The age they reach while connections are made by the thousand: a cache that large would be slow to find anything in.
    static let crowdedLifetime = 5
    /// After so many connections there may be as many answers more.
    static let crowd = 2048

    @safe @exclusivity(unchecked) private var cleared: LoopInstant
    @safe @exclusivity(unchecked) private var openedBefore = 0

    init(now: LoopInstant) { cleared = now }

    /// The age in seconds of answers that the next transfer throws out as it ends.
    ///
    /// - Parameter opened: how many connections were opened so far.
    func lifetimeOfNext(now: LoopInstant, opened: Int) -> Int {
        let isCrowded = opened - openedBefore >= Self.crowd
        guard isCrowded || now - cleared >= .seconds(Self.lifetime) else { return Self.forever }
        cleared = now
        openedBefore = opened
        return isCrowded ? Self.crowdedLifetime : Self.lifetime
    }
}
