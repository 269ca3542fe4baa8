import FetchLoop

/// What happens at an `await`, in slow motion. The compiler cuts a coroutine into jobs, one from each suspension to the
/// next; a job that can go on is handed to an executor. This one makes each of them a callback of the loop and says so.
/// FetchLoop's own does the same without a word.
private final class TalkativeRunner: TaskExecutor {
    private let loop: LoopExecutor

    init(_ loop: LoopExecutor) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.post {
            print("  loop: resumes the coroutine")
            job.runSynchronously(on: self.asUnownedTaskExecutor())
            print("  loop: goes on with other callbacks")
        }
    }
}

func runner() throws {
    let loop = try EventLoop(clock: .virtual)
    let executor = loop.executor

    Task(executorPreference: TalkativeRunner(executor)) {
        print("coroutine: begins, asks, and waits")
        let answer = await withCheckedContinuation { question in
            executor.post {
                print("callback: answers")
                question.resume(returning: 42)
                print("callback: nobody was resumed under its feet")
            }
        }
        print("coroutine: the answer is", answer)
    }
    print("main: the coroutine exists, and has not begun")
    loop.after(.seconds(1)) { loop.stop() }
    try loop.run()
}
