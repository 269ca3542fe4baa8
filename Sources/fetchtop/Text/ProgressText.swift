/// How far a run is, in a few words, for the header and for the line that logs and screen readers get.
enum ProgressText {
    /// `6913/10240 67%`; of a load test `load 12000/50000 24%` or `load 12s of 30s 14213 done`, of a watched list
    /// `round 3 120/500 24%` and between two rounds `round 3 500/500 next in 7s`.
    ///
    /// - Parameter isTotalKnown: While a producer still writes, a share of what is known so far would only mislead.
    static func text(_ mode: RunMode, finished: Int, of known: Int, isTotalKnown: Bool = true) -> DisplayText {
        let total = mode.total(of: known)
        let count: DisplayText = "\(finished)/\(total)"
        let percent = Format.percent(finished, of: total)
        switch mode {
        case .once: return isTotalKnown ? count + " " + percent : count + "+"
        case .reading(let byteCount, let size):
            guard let size else { return "reading " + Format.bytes(byteCount) }
            return "reading " + Format.bytes(size) + " " + Format.percent(Int(byteCount), of: Int(size))
        case .load: return "load " + count + " " + percent
        case .timedLoad(let elapsed, let duration):
            return "load " + seconds(elapsed, .down) + " of " + seconds(duration, .up) + " \(finished) done"
        case .watch(let round, let next):
            let text: DisplayText = "round \(round) " + count + " "
            guard let next, finished == total else { return text + percent }
            return text + "next in " + seconds(next, .up)
        }
    }

    /// `eta 65s`.
    static func eta(_ time: Duration) -> DisplayText { "eta " + seconds(time, .up) }

    /// Whole seconds: a clock that runs while one looks.
    private static func seconds(_ duration: Duration, _ rule: FloatingPointRoundingRule) -> DisplayText {
        let whole = duration.inSeconds.rounded(rule)
        return whole < 10 ? "\(Int(whole))s" : Format.seconds(whole)
    }
}
