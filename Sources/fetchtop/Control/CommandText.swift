/// A command as `CommandCatalog.parse` reads it: what help shows beside a key and a configuration binds it to.
extension Command {
    var text: String {
        switch self {
        case .move(let movement): "move \(movement.rawValue)"
        case .scrollColumns(let count): "scroll \(count)"
        case .zoom(let step): "zoom \(step)"
        case .view(let view): "view \(view.rawValue)"
        case .nextView: "next-view"
        case .previousView: "previous-view"
        case .open: "open"
        case .back: "back"
        case .goTo(let id): "go \(id)"
        case .help: "help"
        case .setup: "setup"
        case .find(let text): with("find", text)
        case .findNext: "find-next"
        case .findPrevious: "find-previous"
        case .filter(let text): text == "" ? "filter -" : with("filter", text)
        case .toggleFilter: "toggle-filter"
        case .sort(let key): with("sort", key?.rawValue)
        case .sortStep(let step): "sort-step \(step)"
        case .invertSort: "invert-sort"
        case .group: "group"
        case .freeze: "freeze"
        case .holdOrder: "hold-order"
        case .follow: "follow"
        case .toggleHeaders: "headers"
        case .toggleMeters: "meters"
        case .reveal: "reveal"
        case .toggleMouse: "mouse"
        case .repaint: "repaint"
        case .pauseAll: "pause-all"
        case .resumeAll: "resume-all"
        case .togglePauseAll: "toggle-pause-all"
        case .concurrency(.asked): "parallel-max"
        case .limits: "limits"
        case .concurrency(.absolute(let count)): "parallel-max \(count)"
        case .concurrency(.relative(let step)): "parallel-max \(step < 0 ? "" : "+")\(step)"
        case .hostLimit(let host, let limit): with(with("host-limit", host), limit.map(String.init))
        case .rate(let rate): with("rate", rate)
        case .add(let url): with("add", url)
        case .cancel(let target): with("cancel", target.words)
        case .retry(let target): with("retry", target.words)
        case .pause(let target): with("pause", target.words)
        case .resume(let target): with("resume", target.words)
        case .togglePause(let target): with("toggle-pause", target.words)
        case .tag: "tag"
        case .tagSimilar: "tag-similar"
        case .untagAll: "untag-all"
        case .yank(let kind): "yank \(kind.rawValue)"
        case .export(let file): with("export", file)
        case .commandLine: "command"
        case .suspend: "suspend"
        case .interrupt: "interrupt"
        case .quit(let isForced): isForced ? "quit !" : "quit"
        case .key(let key): "key \(key)"
        }
    }

    private func with(_ name: String, _ argument: String?) -> String {
        guard let argument, !argument.isEmpty else { return name }
        return "\(name) \(argument)"
    }
}
