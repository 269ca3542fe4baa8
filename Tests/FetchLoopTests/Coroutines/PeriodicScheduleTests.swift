import Testing

@testable import FetchLoop

/// Tornado: TestPeriodicCallbackMath.
@Suite struct PeriodicScheduleTests {
    private func instant(_ seconds: Double) -> LoopInstant { LoopInstant(nanoseconds: Int64(seconds * 1e9)) }

    /// The due times when each call starts when due and takes as long as given.
    private func dueTimes(_ durations: [Double], from start: Double = 1000) -> [Double] {
        var schedule = PeriodicSchedule(period: .seconds(10), start: instant(start))
        var now = start
        return durations.map { duration in
            schedule.advance(now: instant(now), random: 0)
            let due = Double(schedule.next.nanoseconds) / 1e9
            now = due + duration
            return due
        }
    }

    @Test func basic() {
        #expect(dueTimes([0, 0, 0, 0, 0]) == [1010, 1020, 1030, 1040, 1050])
    }

    @Test func overrunSkipsWholeCycles() {
        // Up to a cycle, the call of 20 seconds ends exactly on a start, which is therefore over, and so on.
        #expect(
            dueTimes([0, 9, 9, 10, 10, 20, 20, 35, 35, 0, 0]) == [
                1010, 1020, 1030, 1040, 1060, 1080, 1110, 1140, 1180, 1220, 1230,
            ])
    }

    @Test func clockGoingBackMovesOnByOnePeriod() {
        var schedule = PeriodicSchedule(period: .seconds(10), start: instant(1000))
        schedule.advance(now: instant(1000), random: 0)
        #expect(schedule.next == instant(1010))
        schedule.advance(now: instant(1002), random: 0)
        #expect(schedule.next == instant(1020))
        schedule.advance(now: instant(10), random: 0)
        #expect(schedule.next == instant(1030))
    }

    @Test func jitterSpreadsThePeriodEvenlyAroundItself() {
        var due: [Double] = []
        var schedule = PeriodicSchedule(period: .seconds(10), jitter: 0.5, start: instant(1000))
        var now = instant(1000)
        for random in [0.5, 1, 0, 0.75] {
            schedule.advance(now: now, random: random)
            now = schedule.next
            due.append(Double(now.nanoseconds) / 1e9)
        }
        #expect(due == [1010, 1022.5, 1030, 1041.25])
    }

    @Test func fractionsOfASecondArePeriodsToo() {
        var schedule = PeriodicSchedule(period: .microseconds(1500), start: instant(0))
        schedule.advance(now: instant(0), random: 0)
        #expect(schedule.next.nanoseconds == 1_500_000)
        schedule.advance(now: LoopInstant(nanoseconds: 4_500_000), random: 0)
        #expect(schedule.next.nanoseconds == 6_000_000)
    }

    @Test func noPeriodIsTooLong() {
        for jitter in [0, 0.1, 1] {
            var schedule = PeriodicSchedule(period: .seconds(Int64.max), jitter: jitter, start: instant(1000))
            for random in [0, 0.5, 0.999] { schedule.advance(now: schedule.next, random: random) }
            #expect(schedule.next > instant(1000))
        }
    }
}
