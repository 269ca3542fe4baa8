/// One character cell. A wide character fills two: the first holds it, the second is a continuation.
struct Cell: Hashable, Sendable {
    /// The base character; 0 in a continuation cell.
    var base: UInt32 = 0x20
    /// Up to two combining marks, 0 where there is none.
    var mark1: UInt32 = 0
    var mark2: UInt32 = 0
    var style = Style()

    static let blank = Cell()
    var isContinuation: Bool { base == 0 }
}

/// A picture of the screen: the only thing renderers produce and the only thing the terminal paints.
///
/// Drawing is clipped by columns, to the grid and to the rectangle given. A wide character that would straddle an
/// edge, or of which another text overwrites one half, is replaced by blanks, so the widths of a row always add up.
struct Grid: Equatable, Sendable {
    let size: Size
    private(set) var cells: [Cell]

    /// Where the mouse can do something; of two that overlap, the later one lies on top. Not part of how it looks.
    private(set) var zones: [HotZone] = []

    /// Where the text cursor stands, or none to hide it.
    var cursor: (column: Int, row: Int)?

    init(_ size: Size) {
        self.size = Size(columns: max(0, size.columns), rows: max(0, size.rows))
        cells = Array(repeating: .blank, count: self.size.columns * self.size.rows)
    }

    static func == (a: Grid, b: Grid) -> Bool {
        a.size == b.size && a.cells == b.cells && a.cursor?.column == b.cursor?.column && a.cursor?.row == b.cursor?.row
    }

    var bounds: Rect { Rect(size) }

    subscript(column: Int, row: Int) -> Cell { cells[row * size.columns + column] }

    /// The cells of one row.
    func row(_ row: Int) -> ArraySlice<Cell> { cells[row * size.columns..<(row + 1) * size.columns] }

    /// Draws `text` at (`x`, `y`), cut hard at the edges of `clip`, and answers the column after it.
    @discardableResult
    mutating func put(_ text: DisplayText, x: Int, y: Int, style: Style = .text, clip: Rect? = nil) -> Int {
        let area = clip.map { $0.intersection(bounds) } ?? bounds
        var column = x
        guard y >= area.y, y < area.maxY, !area.isEmpty else { return x + text.columns }
        var last = -1
        for scalar in text.string.unicodeScalars {
            let width = CharacterWidth.columns(of: scalar)
            if width == 0 {
                if last >= 0 { addMark(scalar.value, at: last) }
                continue
            }
            last = -1
            if column >= area.x, column + width <= area.maxX {
                last = set(scalar.value, width: width, column: column, row: y, style: style)
            } else if width == 2 {
                // Half of it would stick out: blank the half that is inside.
                for half in column...column + 1 where half >= area.x && half < area.maxX {
                    set(0x20, width: 1, column: half, row: y, style: style)
                }
            }
            column += width
            if column >= area.maxX { return x + text.columns }
        }
        return column
    }

    /// Says what the mouse does in a rectangle.
    mutating func mark(_ rect: Rect, _ target: HotZone.Target) {
        let area = rect.intersection(bounds)
        if !area.isEmpty { zones.append(HotZone(rect: area, target: target)) }
    }

    /// Fills a rectangle with blanks of one style.
    mutating func fill(_ rect: Rect, style: Style) {
        let area = rect.intersection(bounds)
        guard !area.isEmpty else { return }
        for y in area.y..<area.maxY {
            for x in area.x..<area.maxX { set(0x20, width: 1, column: x, row: y, style: style) }
        }
    }

    /// Changes the surface (and adds emphasis) under what is already drawn in `rect`.
    mutating func lay(_ surface: Surface, adding emphasis: Emphasis = [], in rect: Rect) {
        let area = rect.intersection(bounds)
        guard !area.isEmpty else { return }
        for y in area.y..<area.maxY {
            for index in y * size.columns + area.x..<y * size.columns + area.maxX {
                cells[index].style.surface = surface
                cells[index].style.emphasis.formUnion(emphasis)
            }
        }
    }

    /// The rows as text without styles and without trailing blanks: what golden frames and snapshots hold.
    func plainRows() -> [String] {
        (0..<size.rows).map { y in
            var line = String.UnicodeScalarView()
            for cell in row(y) where !cell.isContinuation {
                for value in [cell.base, cell.mark1, cell.mark2] where value != 0 {
                    if let scalar = Unicode.Scalar(value) { line.append(scalar) }
                }
            }
            while line.last == " " { line.removeLast() }
            return String(line)
        }
    }

    @discardableResult
    private mutating func set(_ base: UInt32, width: Int, column: Int, row: Int, style: Style) -> Int {
        let start = row * size.columns
        let index = start + column
        // Whatever this cuts in half becomes blank on the other side.
        if cells[index].isContinuation, column > 0 { blank(index - 1) }
        let after = index + width
        if after < start + size.columns, cells[after].isContinuation { blank(after) }
        cells[index] = Cell(base: base, style: style)
        if width == 2 { cells[index + 1] = Cell(base: 0, style: style) }
        return index
    }

    private mutating func blank(_ index: Int) {
        cells[index].base = 0x20
        cells[index].mark1 = 0
        cells[index].mark2 = 0
    }

    private mutating func addMark(_ value: UInt32, at index: Int) {
        if cells[index].mark1 == 0 {
            cells[index].mark1 = value
        } else if cells[index].mark2 == 0 {
            cells[index].mark2 = value
        }
    }
}
