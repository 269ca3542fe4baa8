"""Paired runs and what they cost."""
import json
import os
import resource
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from typing import Callable


@dataclass
class Cost:
    """What one run of one side used."""
    wall: float
    cpu: float
    rss_kb: int
    output: bytes = b""

    def json(self) -> dict:
        return json.loads(self.output)


@dataclass
class Result:
    """One line of the table: ours against one peer."""
    row: int
    what: str
    metric: str
    unit: str
    peer: str
    target: float | None = None
    at_least: bool = False
    ours: float = 0
    theirs: float = 0
    ratio: float = 0
    pairs: list = field(default_factory=list)
    skipped: str | None = None

    @property
    def met(self) -> bool | None:
        if self.target is None or self.skipped:
            return None
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target


def run(arguments, stdin=subprocess.DEVNULL, environment=None, cwd=None) -> Cost:
    """Runs a command to its end; CPU and memory are the kernel's own count for the child and its children."""
    begin = time.monotonic()
    process = subprocess.Popen(
        [str(argument) for argument in arguments], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, **(environment or {})}, cwd=cwd)
    output, errors = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{arguments[0]} exited {process.returncode}: {errors.decode(errors='replace')[-2000:]}")
    return Cost(time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, output)


def paired(sides: dict[str, Callable[[], Cost]], pairs: int) -> dict[str, list[Cost]]:
    """Runs the sides in turn, `pairs` times, after one unmeasured turn that warms caches; each starts every other round."""
    for side in sides.values():
        side()
    costs: dict[str, list[Cost]] = {name: [] for name in sides}
    order = list(sides)
    for number in range(pairs):
        for name in order if number % 2 == 0 else reversed(order):
            costs[name].append(sides[name]())
    return costs


def compare(result: Result, ours: list[float], theirs: list[float]) -> Result:
    """Fills in the medians; the ratio is the median of the pairs' ratios, which slow drift of the machine does not bend."""
    result.pairs = [[a, b] for a, b in zip(ours, theirs)]
    result.ours, result.theirs = statistics.median(ours), statistics.median(theirs)
    result.ratio = statistics.median(a / b for a, b in result.pairs)
    return result
