import Testing

@testable import fetchtop

@Suite struct GridTests {
    @Test func wideCharactersNeverStraddleAnEdge() {
        var grid = Grid(Size(columns: 4, rows: 1))
        grid.put("abc日", x: 0, y: 0)
        #expect(grid.plainRows() == ["abc"])
        grid.put("日本", x: -1, y: 0)
        #expect(grid.plainRows() == [" 本"])
        expectWidthsAddUp(grid)
    }

    @Test func overwritingHalfOfAWideCharacterBlanksTheOther() {
        var grid = Grid(Size(columns: 6, rows: 1))
        grid.put("日本語", x: 0, y: 0)
        grid.put("x", x: 1, y: 0)
        grid.put("y", x: 4, y: 0)
        #expect(grid.plainRows() == [" x本y"])
        expectWidthsAddUp(grid)
    }

    @Test func marksStayOnTheirBase() {
        var grid = Grid(Size(columns: 3, rows: 1))
        grid.put(DisplayText(sanitising: "e\u{301}x"), x: 1, y: 0)
        #expect(grid.plainRows() == [" e\u{301}x"])
        #expect(grid[1, 0].mark1 == 0x301)
    }

    @Test func drawingAnywhereStaysInside() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            var grid = Grid(
                Size(columns: .random(in: 0...12, using: &generator), rows: .random(in: 0...4, using: &generator)))
            for _ in 0..<8 {
                let clip = Rect(
                    x: .random(in: -3...12, using: &generator), y: .random(in: -2...4, using: &generator),
                    width: .random(in: 0...12, using: &generator), height: .random(in: 0...5, using: &generator))
                grid.put(
                    "a日e\u{301}本z", x: .random(in: -8...14, using: &generator),
                    y: .random(in: -2...6, using: &generator),
                    clip: Bool.random(using: &generator) ? clip : nil)
            }
            expectWidthsAddUp(grid)
        }
    }

    @Test func ourWidthsAreThoseOfTheCLibrary() {
        // Asked through the painter's own guard elsewhere; here the rules that never may change.
        #expect(CharacterWidth.columns(of: "日") == 2)
        #expect(CharacterWidth.columns(of: "\u{301}") == 0)
        #expect(CharacterWidth.columns(of: "é") == 1)
        #expect(CharacterWidth.columns(of: "▇") == 1)
        #expect(CharacterWidth.columns(of: "한") == 2)
        #expect(CharacterWidth.columns(of: "\u{1161}") == 0)
    }

    @Test func takingMoreThanThereIsLeavesNothing() {
        var rect = Rect(x: 0, y: 0, width: 10, height: 3)
        #expect(rect.takeTop(2).height == 2)
        #expect(rect.takeBottom(5).height == 1)
        #expect(rect.isEmpty)
        #expect(rect.takeLeft(4).width == 4)
    }
}

/// Every row's cells must fill it exactly: a wide character is followed by its continuation, and by nothing else.
func expectWidthsAddUp(_ grid: Grid, sourceLocation: SourceLocation = #_sourceLocation) {
    for y in 0..<grid.size.rows {
        var columns = 0
        for cell in grid.row(y) where !cell.isContinuation {
            columns += Unicode.Scalar(cell.base).map { CharacterWidth.columns(of: $0) } ?? 0
        }
        #expect(columns == grid.size.columns, "row \(y)", sourceLocation: sourceLocation)
    }
}
