"""The rows that measure the whole program."""
import tempfile
from pathlib import Path

from . import build, peers, terminal
from .measure import Cost, Result, compare, paired, run

IN_FLIGHT = 300


class Lists:
    """The same URLs as each program wants them."""

    def __init__(self, folder: str, server, count: int):
        self.count = count
        urls = [f"{server.url}/u/{number}" for number in range(count)]
        self.plain = Path(folder) / "urls"
        self.plain.write_text("".join(f"{url}\n" for url in urls))
        self.curl = Path(folder) / "curl"
        self.curl.write_text("".join(f"url={url}\noutput=/dev/null\n" for url in urls))
        self.records = Path(folder) / "records"
        self.one = urls[0]

    def fetchtop(self, *more) -> list:
        return [build.fetchtop(), "-i", self.plain, "-j", IN_FLIGHT, "--parallel-max-host", IN_FLIGHT,
                "--results", self.records, *more]


def headless(server, options):
    """Row 2: a list of URLs to a file of records, as a whole process."""
    with tempfile.TemporaryDirectory() as folder:
        lists = Lists(folder, server, 2_000 if options.smoke else 100_000)
        sides = {"fetchtop": lambda: run(lists.fetchtop("--headless"))}
        skipped = {}
        curl = ["curl", "-s", "-Z", "--parallel-max", IN_FLIGHT, "-K", lists.curl]
        sides["curl -Z"] = lambda: run(curl)
        if hey := peers.tool("hey"):
            sides["hey"] = lambda: run([hey, "-n", lists.count, "-c", IN_FLIGHT, lists.one])
        else:
            skipped["hey"] = "not to be had from Debian's packages here"
        # The Python clients are slow to install: a smoke run does without.
        for name, packages in {"Tornado": ("tornado", "pycurl"), "aiohttp": ("aiohttp",)}.items():
            client = None if options.smoke else peers.python_client(name.lower(), *packages)
            if client:
                sides[name] = lambda client=client: run([*client, lists.plain, IN_FLIGHT])
            else:
                skipped[name] = "smoke run" if options.smoke else "not to be had from PyPI here"
        costs = paired(sides, options.pairs)

    what = f"{lists.count:,} URLs of 1 KiB, {IN_FLIGHT} at once, headless"
    for peer, target in {"curl -Z": 0.75, "hey": 1.0, "Tornado": 0.25, "aiohttp": 1.0}.items():
        for metric, wanted in {"CPU/fetch": target, "wall/fetch": 1.0 if peer == "aiohttp" else None}.items():
            result = Result(2, what, metric, "µs", peer, wanted, skipped=skipped.get(peer))
            if not result.skipped:
                per_fetch = lambda cost: (cost.cpu if metric == "CPU/fetch" else cost.wall) * 1e6 / lists.count
                compare(result, [per_fetch(cost) for cost in costs["fetchtop"]], [per_fetch(cost) for cost in costs[peer]])
            yield result


def dashboard(server, options):
    """Row 3: the same with the dashboard on a terminal that reads."""
    with tempfile.TemporaryDirectory() as folder:
        lists = Lists(folder, server, 2_000 if options.smoke else 100_000)
        costs = paired({"on": lambda: terminal.run(lists.fetchtop("--exit-when-done")),
                        "off": lambda: run(lists.fetchtop("--headless"))}, options.pairs)
    what = f"{lists.count:,} URLs with the dashboard at 200x50"
    yield compare(Result(3, what, "fetches/s", "k/s", "headless", 0.95, at_least=True),
                  [lists.count / cost.wall / 1e3 for cost in costs["on"]], [lists.count / cost.wall / 1e3 for cost in costs["off"]])
    yield compare(Result(3, what, "CPU", "s", "headless", 1.05), [cost.cpu for cost in costs["on"]], [cost.cpu for cost in costs["off"]])


def start_up(server, options):
    """Row 10: what `-V` takes, loading libcurl and its many libraries included."""
    times = 5 if options.smoke else 40

    def repeat(command) -> Cost:
        costs = [run(command) for _ in range(times)]
        return Cost(sum(cost.wall for cost in costs) / times, sum(cost.cpu for cost in costs) / times, 0)

    costs = paired({"fetchtop": lambda: repeat([build.fetchtop(), "-V"]), "curl": lambda: repeat(["curl", "-V"])}, options.pairs)
    yield compare(Result(10, "start-up, -V", "wall", "ms", "curl", 1.5),
                  [cost.wall * 1e3 for cost in costs["fetchtop"]], [cost.wall * 1e3 for cost in costs["curl"]])
