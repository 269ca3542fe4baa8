"""The rows of TARGETS that can be measured so far; each yields results, one for a line of the table."""
from . import build, dashboard, loop, program
from .measure import Result, compare, paired, run


def library(server, options):
    """Row 1: the library, one coroutine a fetch, against plain C on the same libcurl."""
    ours, reference = build.fetchloop_bench(), build.multi()
    for in_flight, target in {64: 0.90, 300: 0.85, 1000: 0.85, 5000: 0.52}.items():
        count = 5_000 if options.smoke else max(40_000, 12 * in_flight)
        arguments = [f"{server.url}/1k", count, in_flight]
        costs = paired({"ours": lambda: run([ours, *arguments]), "multi.c": lambda: run([reference, *arguments])}, options.pairs)
        cpu = {name: [cost.cpu * 1e6 / count for cost in side] for name, side in costs.items()}
        yield compare(Result(1, f"coroutine a fetch, 1 KiB, {in_flight} in flight", "CPU/fetch", "µs", "multi.c", target),
                      cpu["ours"], cpu["multi.c"])


ALL = {1: library, 2: program.headless, 3: program.dashboard, 6: program.large, 7: dashboard.keys, 8: dashboard.frames,
       9: dashboard.stalled, 10: program.start_up, 11: loop.micro}
