import CNcurses
import Glibc

/// ncurses as a pure function from pictures to bytes: it draws into a file in memory and never touches the terminal.
///
/// ```
/// Grid ──rows that changed──→ ncurses' virtual screen ──doupdate──→ memory file ──→ [UInt8] for the pump
/// ```
/// Given a terminal that stops reading, ncurses would block the loop (or spin when the descriptor does not block); a
/// memory file always takes all. One instance may exist at a time, on the loop's thread.
@safe final class CursesScreen {
    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    /// The terminfo entry in use, and what it is used for.
    let terminal: String
    private(set) var capabilities: Capabilities
    let sequences: TerminalSequences

    private let screen: OpaquePointer
    private let memory: CInt
    private let outputFile: UnsafeMutablePointer<FILE>
    private let inputFile: UnsafeMutablePointer<FILE>
    private let depth: ColorDepth
    private let isUTF8: Bool
    private var theme: Theme
    private var directColors = DirectColors()
    /// One prebuilt cell per style; nil until a style is first seen.
    private var templates: [cchar_t?]
    private var pairs: [Theme.Look: CInt] = [:]
    private var row: [cchar_t] = []
    private var painted: Grid?
    private var isCleared = true

    /// - Parameter names: Values for `TERM` to try in turn.
    init(terminals names: [String], preferences: DisplayPreferences, size: Size) throws(Unusable) {
        let isUTF8 = cncurses_use_utf8_locale(preferences.refusesUTF8 ? 1 : 0) != 0
        let memory = cncurses_memory_file()
        guard memory >= 0, let output = unsafe fdopen(memory, "w+"), let input = unsafe fopen("/dev/null", "r") else {
            throw Unusable(description: "no memory file to draw in: \(unsafe String(cString: strerror(errno)))")
        }
        var opened: (OpaquePointer, String)?
        for name in names where !name.isEmpty && name != "dumb" {
            let rows = CInt(max(1, size.rows))
            if let screen = unsafe cncurses_newterm(name, output, input, rows, CInt(max(1, size.columns))) {
                // Colours are wanted whatever the description says: one that knows some is taken instead.
                if preferences.forcesColor, !has_colors(), name != names.last {
                    endwin()
                    unsafe delscreen(screen)
                    continue
                }
                unsafe opened = (screen, name)
                break
            }
        }
        guard let (screen, name) = unsafe opened else {
            unsafe fclose(output)
            unsafe fclose(input)
            throw Unusable(description: "TERM=\(names.first ?? "") is not a terminal we can draw on")
        }
        unsafe self.screen = screen
        terminal = name
        self.memory = memory
        unsafe outputFile = output
        unsafe inputFile = input
        typeahead(-1)
        unsafe leaveok(cncurses_stdscr(), false)
        unsafe idlok(cncurses_stdscr(), true)
        var depth = ColorDepth.mono
        if start_color() == OK, use_default_colors() == OK {
            depth = Self.depth(colors: Int(cncurses_colors()))
        }
        self.depth = depth
        self.isUTF8 = isUTF8
        capabilities = preferences.capabilities(depth: depth, isUTF8: isUTF8, isConsole: name == "linux")
        theme = Theme(capabilities)
        templates = Array(repeating: nil, count: Style.indexCount)
        sequences = TerminalSequences(terminal: name) { capability in
            guard let value = unsafe cncurses_string_capability(capability) else { return nil }
            return withoutPadding(
                unsafe Array(UnsafeBufferPointer(start: value, count: strlen(value))).map(UInt8.init(bitPattern:)))
        }
        resize(to: size)
    }

    deinit {
        endwin()
        unsafe delscreen(screen)
        unsafe fclose(outputFile)
        unsafe fclose(inputFile)
    }

    /// Draws with other colours and characters from now on.
    ///
    /// - Parameter reportedLight: What the terminal said of its background.
    func setLook(_ preferences: DisplayPreferences, reportedLight: Bool?) {
        let wanted = preferences.capabilities(
            depth: depth, isUTF8: isUTF8, isConsole: terminal == "linux", reportedLight: reportedLight)
        guard wanted != capabilities else { return }
        capabilities = wanted
        theme = Theme(wanted)
        templates = Array(repeating: nil, count: Style.indexCount)
        // The numbers are used again: terminals of eight colours have few pairs.
        pairs.removeAll()
        directColors = DirectColors()
        invalidate()
    }

    private static func depth(colors: Int) -> ColorDepth {
        switch colors {
        case ..<8: .mono
        case 8..<16: .ansi8
        case 16..<256: .ansi16
        case 256..<(1 << 24): .palette256
        default: .trueColor
        }
    }

    /// Follows the window. Everything is painted anew: what a terminal keeps of a resized screen is its own affair.
    func resize(to size: Size) {
        resize_term(CInt(max(1, size.rows)), CInt(max(1, size.columns)))
        invalidate()
    }

    /// The terminal's content is unknown from now on.
    func invalidate() {
        unsafe clearok(cncurses_curscr(), true)
        painted = nil
    }

    /// The terminal was somebody else's: the cursor is visible, whatever ncurses remembers.
    func forgetTerminal() {
        curs_set(1)
        _ = drain()
        invalidate()
    }

    /// The bytes that turn what the terminal shows into `grid`; none when it shows that already.
    func paint(_ grid: Grid) -> [UInt8] {
        if let painted, painted == grid { return [] }
        let window = unsafe cncurses_stdscr()
        for y in 0..<grid.size.rows {
            if let painted, painted.size == grid.size, painted.row(y) == grid.row(y) { continue }
            row.removeAll(keepingCapacity: true)
            for cell in grid.row(y) where !cell.isContinuation { row.append(curses(cell)) }
            unsafe row.withUnsafeBufferPointer { buffer in
                _ = unsafe mvwadd_wchnstr(window, CInt(y), 0, buffer.baseAddress, CInt(buffer.count))
            }
        }
        if let cursor = grid.cursor, grid.bounds.contains(column: cursor.column, row: cursor.row) {
            curs_set(1)
            unsafe wmove(window, CInt(cursor.row), CInt(cursor.column))
        } else {
            curs_set(0)
            unsafe wmove(window, 0, 0)
        }
        unsafe wnoutrefresh(window)
        doupdate()
        painted = grid
        return drain() + onlyCell(of: grid)
    }

    /// ncurses reaches the lower right corner by way of the cell before it, and leaves it empty where there is none.
    private func onlyCell(of grid: Grid) -> [UInt8] {
        guard grid.size == Size(columns: 1, rows: 1), let cell = grid.row(0).first, (0x20..<0x7F).contains(cell.base)
        else { return [] }
        return [0x0D, UInt8(cell.base), 0x0D]
    }

    /// What ncurses wrote since the last time.
    private func drain() -> [UInt8] {
        unsafe fflush(outputFile)
        let end = lseek(memory, 0, SEEK_CUR)
        guard end > 0 else { return [] }
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: end) { buffer, count in
            count = unsafe max(0, pread(memory, buffer.baseAddress, end, 0))
        }
        _ = lseek(memory, 0, SEEK_SET)
        ftruncate(memory, 0)
        return directColors.replacingNumbers(in: bytes)
    }

    private func curses(_ cell: Cell) -> cchar_t {
        var result = template(cell.style)
        // Where the C library has another idea of a width, a question mark keeps the columns in place.
        if cell.base < 0x7F {
            result.chars.0 = wchar_t(cell.base)
        } else {
            let scalar = Unicode.Scalar(cell.base) ?? "?"
            let agrees = wcwidth(wchar_t(cell.base)) == CharacterWidth.columns(of: scalar)
            result.chars.0 = agrees ? wchar_t(cell.base) : 0x3F
        }
        if cell.mark1 != 0, wcwidth(wchar_t(cell.mark1)) == 0 {
            result.chars.1 = wchar_t(cell.mark1)
            if cell.mark2 != 0, wcwidth(wchar_t(cell.mark2)) == 0 { result.chars.2 = wchar_t(cell.mark2) }
        }
        return result
    }

    private func template(_ style: Style) -> cchar_t {
        if let known = templates[style.index] { return known }
        let look = theme.look(of: style)
        var attributes: attr_t = 0
        if look.emphasis.contains(.bold) { attributes |= cncurses_bold() }
        if look.emphasis.contains(.dim) { attributes |= cncurses_dim() }
        if look.emphasis.contains(.underline) { attributes |= cncurses_underline() }
        if look.emphasis.contains(.reverse) { attributes |= cncurses_reverse() }
        let cell = cncurses_cell(attributes, pair(look))
        templates[style.index] = cell
        return cell
    }

    private func pair(_ look: Theme.Look) -> CInt {
        if look.foreground == -1, look.background == -1 { return 0 }
        var key = Theme.Look(foreground: look.foreground, background: look.background)
        if capabilities.colors == .trueColor, depth == .palette256 {
            key.foreground = directColors.number(for: key.foreground)
            key.background = directColors.number(for: key.background)
        }
        if let known = pairs[key] { return known }
        let number = CInt(pairs.count + 1)
        guard number < cncurses_color_pairs(),
            init_extended_pair(number, CInt(key.foreground), CInt(key.background)) == OK
        else { return 0 }
        pairs[key] = number
        return number
    }
}

/// Terminfo strings may ask for pauses (`$<5>`), which no terminal of this century needs.
private func withoutPadding(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = bytes[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "$"), rest.first == UInt8(ascii: "<"), let end = rest.firstIndex(of: UInt8(ascii: ">"))
        {
            rest = rest[(end + 1)...]
        } else {
            result.append(byte)
        }
    }
    return result
}
