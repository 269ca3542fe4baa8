/// A body that is run once a period. Made by ``EventLoop/every(_:name:jitter:_:)``.
///
/// The first call comes one period after the start; bodies may suspend and never overlap: while one is still at work,
/// the calls that fall due are skipped. Tornado: `PeriodicCallback`.
public final class PeriodicTask {
    /// Time from the start of one call to the start of the next.
    public let period: Duration
    /// The share of the period by which calls are spread at random: 0.1 means from 5 % early to 5 % late.
    public let jitter: Double
    /// What the task is called in reports.
    public let name: StaticString
    /// Whether calls are to come.
    public private(set) var isRunning = false

    private let loop: EventLoop
    private let body: () async throws -> Void
    private var schedule: PeriodicSchedule
    /// At most one timer, and at most one body, whatever the order of `stop` and `start`.
    private var timer: LoopTimer?
    private var isInBody = false

    init(
        loop: EventLoop, period: Duration, jitter: Double, name: StaticString,
        body: @escaping () async throws -> Void
    ) {
        self.loop = loop
        self.period = period
        self.jitter = jitter
        self.name = name
        self.body = body
        schedule = PeriodicSchedule(period: period, jitter: jitter, start: loop.now)
    }

    /// Begins anew: the next call is one period from now. Without effect while the task runs.
    public func start() {
        guard !isRunning else { return }
        isRunning = true
        schedule = PeriodicSchedule(period: period, jitter: jitter, start: loop.now)
        // A body of before `stop` may still be at work; its end sets the timer.
        if !isInBody { setTimer() }
    }

    /// Makes no more calls. A body that is at work is left to its end.
    public func stop() {
        isRunning = false
        timer?.cancel()
        timer = nil
    }

    private func setTimer() {
        schedule.advance(now: loop.now, random: jitter == 0 ? 0 : Double.random(in: 0..<1))
        timer = loop.at(schedule.next, name: name) { [self] in
            timer = nil
            call()
        }
    }

    private func call() {
        isInBody = true
        loop.spawn { [self] in
            do { try await body() } catch {
                if !isCancellation(error) { loop.onDiagnostic(.callbackFailed(name: "\(name)", error: error)) }
            }
            isInBody = false
            if isRunning { setTimer() }
        }
    }
}

extension EventLoop {
    /// Runs a body once a period, first one period from now, until ``PeriodicTask/stop()``.
    ///
    /// An error of the body is reported, and the task goes on. Tornado: `PeriodicCallback`.
    ///
    /// - Parameters:
    ///   - period: From start to start; more than zero.
    ///   - name: What the task is called in reports.
    ///   - jitter: The share of the period by which calls are spread at random, so that many tasks do not march in step.
    ///   - body: What to do. While it is at work, the calls that fall due are skipped.
    /// - Cancellation: `stop` leaves a body that is at work to its end.
    @discardableResult
    public func every(
        _ period: Duration, name: StaticString = "periodic task", jitter: Double = 0,
        _ body: @escaping () async throws -> Void
    ) -> PeriodicTask {
        let task = PeriodicTask(loop: self, period: period, jitter: jitter, name: name, body: body)
        task.start()
        return task
    }
}
