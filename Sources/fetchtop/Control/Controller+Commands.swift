extension Controller {
    /// Carries out one command.
    func perform(_ command: Command) -> Reaction {
        if control.isReplay, command.steersFetches {
            say("this run is over: a replay can only be looked at", .warn)
            return .redraw
        }
        switch command {
        case .move, .scrollColumns, .zoom, .open, .back, .goTo, .view, .nextView, .previousView: navigate(command)
        case .find(let text): find(text)
        case .findNext: findNext(1)
        case .findPrevious: findNext(-1)
        case .filter(let text): filter(text)
        case .toggleFilter:
            state.filter.isOn.toggle()
            setNeedsRebuild()
        case .sort(nil): openSortMenu()
        case .sort(let key?): sort(by: key)
        case .sortStep(let step): sort(by: state.arrangement.sort.neighbour(step))
        case .invertSort:
            state.arrangement.isInverted.toggle()
            setNeedsRebuild()
        case .group:
            state.arrangement.isGrouped.toggle()
            setNeedsRebuild()
        case .freeze: toggleFreeze()
        case .holdOrder:
            state.isOrderHeld.toggle()
            say(state.isOrderHeld ? "order held" : "order live")
        case .follow:
            state.isFollowing.toggle()
            say(state.isFollowing ? "the cursor follows its fetch" : "the cursor stays on its line")
        case .scrollDetails(let lines): scrollDetails(by: lines)
        case .details(let tab): showDetails(tab)
        case .toggleHeaders: showDetails(state.details.tab == .headers ? .timing : .headers)
        case .toggleMeters: state.isHeaderHidden.toggle()
        case .reveal: state.isRevealing.toggle()
        case .toggleMouse:
            state.settings.usesMouse.toggle()
            say(state.settings.usesMouse ? "mouse on" : "mouse off: the terminal selects text")
            return [.redraw, .mouse]
        case .repaint: return [.redraw, .repaint]
        case .help: state.overlay = .help(scroll: 0, LineEditor())
        case .setup: openSetup()
        case .commandLine: openPrompt(.command)
        case .suspend: return [.redraw, .suspend]
        case .interrupt: return interrupt()
        case .quit(let isForced): return quit(isForced: isForced)
        case .key(let key): return handle(key)
        case .pauseAll, .resumeAll, .togglePauseAll, .concurrency, .hostLimit, .limits, .rate, .add: changeRun(command)
        case .cancel, .retry, .pause, .resume, .togglePause: changeFetches(command)
        case .tag, .tagSimilar, .untagAll: changeTags(command)
        case .yank(let kind): yank(kind)
        case .export(let file): export(to: file)
        }
        return .redraw
    }

    private func sort(by key: SortKey) {
        state.arrangement.sort = key
        state.arrangement.isInverted = false
        state.overlay = .none
        setNeedsRebuild()
    }

    private func openSortMenu() {
        let items = SortKey.allCases.map { (DisplayText(trusted: $0.rawValue), Command.sort($0)) }
        let choice = SortKey.allCases.firstIndex(of: state.arrangement.sort) ?? 0
        state.overlay = .menu(
            Menu(title: "Order by", items: items.map { (label: $0.0, command: $0.1) }, choice: choice))
    }

    // MARK: - Quitting

    private func quit(isForced: Bool) -> Reaction {
        let running = store.counts.inFlight
        guard !isForced, running > 0 else { return [.redraw, .quit] }
        state.overlay = .confirm(
            Confirmation(
                question: running == 1 ? "Quit with a fetch in flight?" : "Quit with \(running) fetches in flight?",
                details: ["They are cut off; \(store.counts.pending) more have not run."], action: .quit))
        return .redraw
    }

    private func interrupt() -> Reaction {
        let isIdle = control.isIdle
        if control.interrupt() > 1 { return [.redraw, .quit, .abort] }
        if isIdle { return [.redraw, .quit] }
        say("draining: what is in flight goes on; Ctrl-C again stops it", .warn)
        return .redraw
    }

    /// Answers a confirmation with yes.
    func confirm(_ confirmation: Confirmation) -> Reaction {
        state.overlay = .none
        switch confirmation.action {
        case .cancel(let ids): act(on: ids, "Cancelling", "cancelled", control.cancel)
        case .retry(let ids): act(on: ids, "Queueing again", "queued again", control.retry)
        case .add(let urls): add(urls.count) { urls[$0] }
        case .export(let request): export(request)
        case .quit: return [.redraw, .quit]
        }
        return .redraw
    }

    // MARK: - The run

    private func changeRun(_ command: Command) {
        switch command {
        case .pauseAll: control.pauseAll()
        case .resumeAll: control.resumeAll()
        case .togglePauseAll: if control.isPaused { control.resumeAll() } else { control.pauseAll() }
        case .limits: openLimits()
        case .concurrency(.asked): openPrompt(.concurrency)
        case .concurrency(.absolute(let count)): setConcurrency(count)
        case .concurrency(.relative(let step)): setConcurrency(control.concurrency + step * concurrencyStep(step))
        case .hostLimit(let host, let limit): setHostLimit(host, limit)
        case .rate(nil): openPrompt(.rate)
        case .rate(let text?): setRate(text)
        case .add(nil): openPrompt(.add)
        case .add(let text?): add(text)
        default: break
        }
    }

    private func add(_ text: String) {
        do throws(AddedURLs.Refusal) {
            let urls = try AddedURLs(text)
            add(urls.count) { urls[$0] }
        } catch {
            say(error.message, .err)
        }
    }

    /// In pieces: there may be tens of thousands.
    private func add(_ count: Int, _ url: @escaping (Int) -> String) {
        var first: FetchID?
        begin(
            Errand("Adding", .numbers(count)) { [unowned self] number in
                let id = control.add(FetchJob(url: url(number.index)))
                first = first ?? id
                return true
            } finish: { [unowned self] added, _ in
                guard let first else { return }
                if added.count < count { return say("stopped: added \(added.count) of \(count)", .warn) }
                say(count == 1 ? "added \(DisplayText(trusted: first.description))" : "added \(count)", .ok)
            })
    }

    /// The limits that hold the run back, with what they are now; the row's host first.
    private func openLimits() {
        var items: [(label: DisplayText, command: Command)] = []
        if let host = currentHost {
            let (name, limit) = (store.hosts[host].name, store.hosts[host].limit)
            items.append(
                (
                    "at once from \(DisplayText(sanitising: name, cap: 40))  \(limit)",
                    .hostLimit(host: name, limit: nil)
                ))
        }
        items.append(("at once in all  \(control.concurrency)", .concurrency(.asked)))
        items.append(("starts a second", .rate(nil)))
        state.overlay = .menu(Menu(title: "Limits", items: items, choice: 0))
    }

    /// A press changes little when few run and more when many do: about a tenth, in round numbers.
    private func concurrencyStep(_ direction: Int) -> Int {
        let count = direction < 0 ? control.concurrency - 1 : control.concurrency
        return switch count {
        case ..<20: 1
        case ..<100: 5
        case ..<500: 25
        default: 100
        }
    }

    private func setConcurrency(_ count: Int) {
        control.setConcurrency(max(1, min(100_000, count)))
        say(control.concurrency == 1 ? "1 fetch at once" : "\(control.concurrency) fetches at once")
    }

    private func setHostLimit(_ name: String?, _ limit: Int?) {
        let host = name.map { store.hosts.find($0.lowercased()) } ?? currentHost
        guard let host else {
            let unknown = name.map { "no such host: '\(DisplayText(sanitising: $0, cap: 64))'" as DisplayText }
            return say(unknown ?? "no host under the cursor", .err)
        }
        guard let limit else { return openPrompt(.hostLimit(store.hosts[host].name)) }
        control.setLimit(limit, of: host)
        say("\(limit) at once from \(DisplayText(sanitising: store.hosts[host].name, cap: 64))")
    }

    private func setRate(_ text: String) {
        if text == "-" || text == "0" {
            control.setRate(nil)
            return say("no limit of starts")
        }
        guard let rate = try? RateValue.parse(text) else {
            return say("'\(DisplayText(sanitising: text, cap: 32))': a rate is 5/s, 100/m or 5/15s", .err)
        }
        control.setRate(rate)
        say("starts limited to \(DisplayText(sanitising: text, cap: 32))")
    }

    var currentHost: HostID? {
        if state.view == .hosts { return listedHost }
        if state.view == .errors { return listedError?.host }
        guard state.view == .fetches else { return nil }
        switch currentRow {
        case .fetch(let id): return store[id].host
        case .group(let host): return host
        case nil: return nil
        }
    }

    func report(_ done: Int, of count: Int, _ what: DisplayText) {
        if done == count { return say("\(done) \(what)", .ok) }
        // What is shown is not how it is.
        let why: DisplayText = isFrozen ? "went on behind the frozen display" : "were not in a state for it"
        say(done == 0 ? "none \(what): they \(why)" : "\(done) of \(count) \(what); the rest \(why)", .warn)
    }
}
