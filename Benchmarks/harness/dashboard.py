"""The rows about the dashboard itself: keys, frames, a terminal that does not read."""
import random
import re
import statistics
import tempfile
import time

from . import build
from .measure import Result
from .program import IN_FLIGHT, Lists
from .terminal import Terminal

# What xterm's cursor becomes when an input line opens and closes: bytes that nothing but the key can cause.
SHOWN, HIDDEN = b"\x1b[?25h", b"\x1b[?25l"


def _percentile(values: list[float], fraction: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * fraction))]


def _limit(result: Result, values: list[float], ours: float) -> Result:
    """Fills in a figure that is compared with a limit instead of a peer."""
    result.pairs = [[value, result.target] for value in values[:2000]]
    result.ours, result.theirs = ours, result.target
    result.ratio, result.target = ours / result.target, 1.0
    return result


def _repaint(terminal: Terminal, view: str, sign: bytes) -> str:
    """The text of a view, painted whole."""
    terminal.press(view)
    time.sleep(0.5)
    terminal.forget()
    terminal.press("\x0c")
    terminal.wait_for(sign)
    time.sleep(0.2)
    return terminal.text()


def keys(server, options):
    """Row 7: from a key to the bytes that paint it, with 1,000 in flight at full speed."""
    presses = 60 if options.smoke else 500
    generator = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        lists = Lists(folder, server, 500_000 if options.smoke else 1_000_000)
        terminal = Terminal([build.fetchtop(), "-i", lists.plain, "-j", 1000, "--parallel-max-host", 1000,
                             "--results", "/dev/null"])
        terminal.wait_for(b"F10")
        before = server.request_count()
        times = []
        for number in range(presses):
            time.sleep(generator.uniform(0.003, 0.035))
            key, sign = (":", SHOWN) if number % 2 == 0 else ("\x7f", HIDDEN)
            terminal.forget()
            begin = time.perf_counter()
            terminal.press(key)
            times.append((terminal.wait_for(sign) - begin) * 1e3)
            if terminal.process.poll() is not None:
                raise SystemExit("the list was too short for the keys")
        fetched = server.request_count() - before
        terminal.stop()
    if fetched < presses:
        raise SystemExit("nothing was fetched while keys were pressed")
    what = "key to paint, 1,000 in flight at full speed"
    yield _limit(Result(7, what, "p50", "ms", "16 ms", 16), times, statistics.median(times))
    yield _limit(Result(7, what, "p99", "ms", "16 ms", 16), times, _percentile(times, 0.99))


def _press(terminal: Terminal, key: str) -> tuple[float, int]:
    """One key and the frame it causes: CPU in ms and bytes."""
    before, painted = terminal.cpu_seconds, terminal.painted
    terminal.press(key)
    deadline = time.monotonic() + 10
    while terminal.painted == painted and time.monotonic() < deadline:
        time.sleep(0.0005)
    time.sleep(0.01)
    return (terminal.cpu_seconds - before) * 1e3, terminal.painted - painted


def frames(server, options):
    """Row 8: what one frame costs over a list of 100,000, all of them fetched."""
    presses = 40 if options.smoke else 400
    with tempfile.TemporaryDirectory() as folder:
        lists = Lists(folder, server, 5_000 if options.smoke else 100_000)
        terminal = Terminal(lists.fetchtop())
        terminal.wait_for(b"DONE", 300)
        time.sleep(3)  # rows that finished last sink, and then nothing moves by itself
        # Down from the top and up from the end: a key that can move nothing paints nothing.
        costs = [_press(terminal, "jG"[number % 40 == 39] if number % 80 < 40 else "kg"[number % 40 == 39]) for number in range(presses)]
        # The other views: a key that turns to one and one that comes back, over and over.
        views = {}
        for view in "2345678":
            pairs = [(_press(terminal, view)[0], _press(terminal, "1")[0]) for _ in range(max(5, presses // 20))]
            views[view] = statistics.median(there for there, _ in pairs)
        _, whole = _press(terminal, "\x0c")
        terminal.stop()
    what = f"a frame at 200x50 over {lists.count:,} fetches"
    cpu = [cost for cost, _ in costs]
    yield _limit(Result(8, what, "CPU, p50", "ms", "2 ms", 2), cpu, statistics.median(cpu))
    yield _limit(Result(8, what, "CPU, p99", "ms", "2 ms", 2), cpu, _percentile(cpu, 0.99))
    slowest = max(views, key=views.get)
    yield _limit(Result(8, f"turning to view {slowest}, painted whole", "CPU, p50", "ms", "5 ms", 5), list(views.values()), views[slowest])
    result = Result(8, what, "bytes", "B", "a full repaint", 0.5)
    result.ours, result.theirs = statistics.median(painted for _, painted in costs), whole
    result.ratio = result.ours / result.theirs
    yield result


def stalled(server, options):
    """Row 9: seconds in which the terminal is read and seconds in which it is not, in turn, in one run."""
    length, pairs = (1, 2) if options.smoke else (10, min(options.pairs, 3))
    with tempfile.TemporaryDirectory() as folder:
        lists = Lists(folder, server, 1_000_000 if options.smoke else 4_000_000)
        terminal = Terminal([build.fetchtop(), "-i", lists.plain, "-j", IN_FLIGHT, "--parallel-max-host", IN_FLIGHT,
                             "--results", "/dev/null"])
        terminal.wait_for(b"F10")
        time.sleep(1)
        rates = {True: [], False: []}
        for _ in range(pairs):
            for is_reading in (True, False):
                (terminal.is_reading.set if is_reading else terminal.is_reading.clear)()
                time.sleep(0.2)
                before, begin = server.request_count(), time.monotonic()
                time.sleep(length)
                rates[is_reading].append((server.request_count() - before) / (time.monotonic() - begin) / 1e3)
        terminal.is_reading.set()
        text = _repaint(terminal, "8", b"slowest")
        if "DONE" in text or min(rates[False]) == 0:
            raise SystemExit("the list was too short for the seconds")
        terminal.stop()
    what = f"{length} s of a terminal that does not read"
    result = Result(9, what, "fetches/s", "k/s", "it reads", 0.97, at_least=True)
    result.pairs = [list(pair) for pair in zip(rates[False], rates[True])]
    result.ours, result.theirs = statistics.median(rates[False]), statistics.median(rates[True])
    result.ratio = statistics.median(ours / theirs for ours, theirs in result.pairs)
    yield result
    found = re.search(r"slowest\s+(.+?)\s+([0-9.]+)(ms|us|s)\b", text)
    if not found:
        raise SystemExit(f"no slowest callback in the Futures view: {text[:2000]}")
    slowest = float(found.group(2)) * {"us": 1e-3, "ms": 1, "s": 1e3}[found.group(3)]
    yield _limit(Result(9, f"{what}: slowest, {found.group(1).strip()[:16]}", "callback", "ms", "5 ms", 5), [slowest], slowest)
