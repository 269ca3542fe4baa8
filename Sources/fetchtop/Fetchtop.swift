@main
struct Fetchtop {
    static func main() {}
}
