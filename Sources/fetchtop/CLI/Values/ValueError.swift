/// Why the value of an option is refused; the option and the value themselves are named by whoever reports it.
struct ValueError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
