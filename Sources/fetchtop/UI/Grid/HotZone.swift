/// A part of the picture that the mouse can do something with.
///
/// Whoever draws a thing marks its place in the grid; so what one sees and what one can click cannot differ.
struct HotZone: Hashable, Sendable {
    enum Target: Hashable, Sendable {
        /// Clicked, it is as if the command were given.
        case command(Command)
        /// Clicked, it is as if the key were pressed: the answers of a question.
        case key(Key)
        /// A heading: orders by this column, and reverses when that is the order already.
        case sort(SortKey)
        /// A row of the table, by its place.
        case row(Int)
        /// A row of the timeline, by its attempt: rows move.
        case attempt(StartList.Start)
        /// A line of another view's list, by its place.
        case line(Int)
        /// The map: cells in rows of so many.
        case cells(columns: Int)
        /// An entry of what lies on top: of a menu.
        case item(Int)
        /// A line of the setup screen.
        case setting(Setup.Panel, Int)
        /// The details pane: the wheel scrolls it.
        case details
        /// Nothing happens here, though there may be something below.
        case nothing
    }

    let rect: Rect
    let target: Target
}
