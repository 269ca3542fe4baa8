"""The row that measures the loop alone."""
import sys

from . import build, peers
from .measure import Result, compare, paired, run

#: What each program prints a line of, in nanoseconds an operation, and whether the targets hold for it.
LOADS = {"callback": True, "timer-add-remove": True, "timer-fire": False, "spawn-await": True,
         "spawn-suspend-await": True, "await-future": False, "cross-thread-post": True}
TARGETS = {"asyncio": 10, "uvloop": None, "Tornado": None, "SwiftNIO": 1.0}


def micro(server, options):
    """Row 11: callbacks, timers, coroutines and posts a second, a hundred chains of each."""
    count = 2_000 if options.smoke else 200_000
    reference = build.BENCHMARKS / "reference/loop_micro.py"
    sides = {"ours": [build.fetchloop_micro(), count], "asyncio": [sys.executable, reference, "asyncio", count]}
    skipped = {}
    if options.smoke:
        # Slow to install and to build.
        skipped = dict.fromkeys(["uvloop", "Tornado", "SwiftNIO"], "smoke run")
    else:
        for peer in ("uvloop", "Tornado"):
            if interpreter := peers.python(peer.lower(), peer.lower()):
                sides[peer] = [interpreter, reference, peer.lower(), count]
            else:
                skipped[peer] = "not to be had from PyPI here"
        if nio := build.nio_micro():
            sides["SwiftNIO"] = [nio, count]
        else:
            skipped["SwiftNIO"] = "not to be had here"

    costs = paired({name: lambda command=command: run(command) for name, command in sides.items()}, options.pairs)
    rates = {name: [_rates(cost) for cost in side] for name, side in costs.items()}
    for load, counts in LOADS.items():
        for peer, target in TARGETS.items():
            result = Result(11, load, "rate", "M/s", peer, target if counts else None, at_least=True, skipped=skipped.get(peer))
            if not result.skipped:
                compare(result, [rate[load] for rate in rates["ours"]], [rate[load] for rate in rates[peer]])
            yield result
    # What a coroutine costs is mostly what Swift's task under it costs, and no peer's executor makes that cheaper.
    result = Result(11, "spawn-suspend-await", "rate", "M/s", "a bare task", 0.95, at_least=True)
    yield compare(result, [rate["spawn-suspend-await"] for rate in rates["ours"]], [rate["bare-task"] for rate in rates["ours"]])


def _rates(cost) -> dict[str, float]:
    """Millions of operations a second."""
    lines = (line.split() for line in cost.output.decode().splitlines())
    return {name: 1e3 / float(nanoseconds) for name, nanoseconds in lines}
