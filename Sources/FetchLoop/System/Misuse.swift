/// Stops the process, with a message that names the misuse: nothing sound could follow.
///
/// Not `precondition`, whose message an optimised build does not print.
@inline(never)
func stopMisuse(_ what: StaticString) -> Never {
    fatalError("FetchLoop: \(what)")
}
