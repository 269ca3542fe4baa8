import FetchLoop

/// Hands the last steps of finished bodies to the thread pool: those of one turn of the loop together, since a call of
/// its own for each small file would cost more than the file.
final class FinishGroup {
    /// What is to be done for one file, and who is told on the loop.
    private struct Step {
        let work: @Sendable () -> Outcome
        let done: (Outcome) -> Void
    }

    typealias Outcome = Result<BodyFile.Finished, BodyFileError>

    private let loop: EventLoop
    private var steps: [Step] = []

    /// Few enough that files wait for the disk side by side rather than one after the other.
    private static let mostOfACall = 16

    init(loop: EventLoop) {
        self.loop = loop
    }

    /// Does the work in the pool; `done` is called in a later turn.
    func add(_ work: @escaping @Sendable () -> Outcome, _ done: @escaping (Outcome) -> Void) {
        if steps.isEmpty { loop.onNextTurn(name: "finish files") { self.start() } }
        steps.append(Step(work: work, done: done))
    }

    private func start() {
        var rest = steps[...]
        steps = []
        while !rest.isEmpty {
            let group = Array(rest.prefix(Self.mostOfACall))
            rest = rest.dropFirst(Self.mostOfACall)
            let works = group.map(\.work)
            let call = loop.runBlocking(name: "finish files") { works.map { $0() } }
            _ = call.whenDone { future in
                // Only the end of the loop keeps it from having a result.
                guard let outcomes = try? future.result() else { return }
                for (step, outcome) in zip(group, outcomes) { step.done(outcome) }
            }
        }
    }
}
