extension Grid {
    /// The characters of one row without colours, blanks at its end left out.
    func text(ofRow row: Int) -> String {
        var scalars = String.UnicodeScalarView()
        for cell in self.row(row) where !cell.isContinuation {
            for value in [cell.base, cell.mark1, cell.mark2] where value != 0 {
                scalars.append(Unicode.Scalar(value) ?? "?")
            }
        }
        while scalars.last == " " { scalars.removeLast() }
        return String(scalars)
    }
}
