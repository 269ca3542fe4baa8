"""The rows of TARGETS that can be measured so far; each yields results, one for a line of the table."""
import tempfile

from . import build, dashboard, downloads, loop, memory, peers, program
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


def secure(server, options):
    """Row 12: HTTPS on connections that stay and on new ones, and HTTP/2, against plain C."""
    ours, reference = build.fetchloop_bench(), build.multi()
    count = 2_000 if options.smoke else 40_000
    h2load = peers.tool("h2load", "nghttp2-client")
    for name, what, in_flight, share in (("TLS_KEPT", "HTTPS, kept connections", 64, 1), ("TLS_NEW", "HTTPS, a connection a fetch", 64, 10),
                                         ("HTTP_2", "HTTP/2, 100 streams a connection", 1000, 1)):
        url = f"{server.secure_url(name)}/1k"
        arguments = [url, count // share, in_flight, server.ca_file]
        sides = {"ours": lambda: run([ours, *arguments]), "multi.c": lambda: run([reference, *arguments])}
        if name == "HTTP_2" and h2load:
            sides["h2load"] = lambda: run([h2load, "-n", count, "-c", 10, "-m", 100, url])
        costs = paired(sides, options.pairs)
        cpu = {side: [cost.cpu * 1e6 / (count // share) for cost in values] for side, values in costs.items()}
        yield compare(Result(12, what, "CPU/fetch", "µs", "multi.c", 1.05), cpu["ours"], cpu["multi.c"])
        if "h2load" in cpu:
            yield compare(Result(12, what, "CPU/fetch", "µs", "h2load"), cpu["ours"], cpu["h2load"])


def release_build(server, options):
    """Row 13: a clean optimised build of the program, against the clock."""
    if options.smoke:
        yield Result(13, "clean release build", "wall", "s", "5 min", 1.0, skipped="smoke run")
        return
    with tempfile.TemporaryDirectory() as folder:
        cost = run(["swift", "build", "-c", "release", "--product", "fetchtop", "--scratch-path", folder,
                    "--package-path", build.BENCHMARKS.parent])
    yield compare(Result(13, "clean release build", "wall", "s", "5 min", 1.0), [cost.wall], [300])


ALL = {1: library, 2: program.headless, 3: program.dashboard, 4: memory.rows, 5: downloads.small, 6: downloads.large,
       7: dashboard.keys, 8: dashboard.frames, 9: dashboard.stalled, 10: program.start_up, 11: loop.micro, 12: secure,
       13: release_build}
