/// The size of a screen or a part of it, in character cells.
struct Size: Hashable, Sendable {
    var columns: Int
    var rows: Int
}

/// A rectangle of character cells. Never negative: cutting more than there is leaves an empty one.
struct Rect: Hashable, Sendable {
    var x: Int
    var y: Int
    var width: Int
    var height: Int

    init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = max(0, width)
        self.height = max(0, height)
    }

    init(_ size: Size) { self.init(x: 0, y: 0, width: size.columns, height: size.rows) }

    var isEmpty: Bool { width == 0 || height == 0 }
    var maxX: Int { x + width }
    var maxY: Int { y + height }
    var size: Size { Size(columns: width, rows: height) }

    /// Takes `count` rows off the top, or fewer if there are not that many.
    mutating func takeTop(_ count: Int) -> Rect {
        let taken = min(max(0, count), height)
        defer {
            y += taken
            height -= taken
        }
        return Rect(x: x, y: y, width: width, height: taken)
    }

    /// Takes `count` rows off the bottom, or fewer if there are not that many.
    mutating func takeBottom(_ count: Int) -> Rect {
        let taken = min(max(0, count), height)
        height -= taken
        return Rect(x: x, y: y + height, width: width, height: taken)
    }

    /// Takes `count` columns off the left, or fewer if there are not that many.
    mutating func takeLeft(_ count: Int) -> Rect {
        let taken = min(max(0, count), width)
        defer {
            x += taken
            width -= taken
        }
        return Rect(x: x, y: y, width: taken, height: height)
    }

    /// Takes `count` columns off the right, or fewer if there are not that many.
    mutating func takeRight(_ count: Int) -> Rect {
        let taken = min(max(0, count), width)
        width -= taken
        return Rect(x: x + width, y: y, width: taken, height: height)
    }

    func inset(_ columns: Int, _ rows: Int = 0) -> Rect {
        Rect(x: x + columns, y: y + rows, width: width - 2 * columns, height: height - 2 * rows)
    }

    func intersection(_ other: Rect) -> Rect {
        let left = max(x, other.x)
        let top = max(y, other.y)
        return Rect(x: left, y: top, width: min(maxX, other.maxX) - left, height: min(maxY, other.maxY) - top)
    }

    func contains(column: Int, row: Int) -> Bool { column >= x && column < maxX && row >= y && row < maxY }
}
