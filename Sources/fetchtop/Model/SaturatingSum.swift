extension FixedWidthInteger {
    /// Adds, and stays at the largest value instead of overflowing: the figures of a file that is read back may be of any
    /// size, and any number of them.
    @inline(__always)
    mutating func add(saturating other: Self) {
        let (sum, isOverflow) = addingReportingOverflow(other)
        self = isOverflow ? (other < 0 ? .min : .max) : sum
    }
}
