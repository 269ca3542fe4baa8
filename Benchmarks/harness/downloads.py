"""The rows about files: many small ones, a few large ones."""
import shutil
import tempfile
from pathlib import Path

from . import build, peers
from .measure import Result, compare, paired, run

IN_FLIGHT = 300
MEMORY = "/dev/shm"


class Folder:
    """An empty directory for each run: making and removing it is nobody's cost."""

    def __init__(self, parent: str):
        self.path = Path(tempfile.mkdtemp(prefix="fetchtop-files-", dir=parent))

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def expect(folder: Path, count: int, size: int) -> None:
    """A run that did not do its work must not look fast."""
    files = [file for file in folder.iterdir() if file.stat().st_size == size]
    if len(files) != count:
        raise SystemExit(f"{len(files)} files of {size} bytes in {folder}, {count} were wanted")


def small(server, options):
    """Row 5: 1 KiB files, to memory and to the disk."""
    count = 1_000 if options.smoke else 10_000
    with tempfile.TemporaryDirectory() as lists:
        urls = [f"{server.url}/u/{number}" for number in range(count)]
        plain = Path(lists) / "urls"
        plain.write_text("".join(f"{url}\n" for url in urls))
        for parent, where in {MEMORY: "tmpfs", str(build.CACHE): "disk"}.items():
            Path(parent).mkdir(exist_ok=True)

            def saved(command):
                with Folder(parent) as folder:
                    cost = run(command(folder), cwd=folder)
                    expect(folder, count, 1024)
                    return cost

            def curl(folder: Path) -> list:
                config = Path(lists) / "curl"
                config.write_text("".join(f"url={url}\noutput={folder}/{number}\n" for number, url in enumerate(urls)))
                return ["curl", "-s", "-Z", "--parallel-max", IN_FLIGHT, "-K", config]

            def fetchtop(policy: str):
                return lambda folder: [build.fetchtop(), "--headless", "-i", plain, "-j", IN_FLIGHT, "--parallel-max-host", IN_FLIGHT,
                                       "-O", "--output-dir", folder, "--fsync-policy", policy, "--results", "/dev/null"]

            commands = {"fetchtop": fetchtop("off"), "curl -Z": curl}
            if where == "disk":
                commands["with fsync"] = fetchtop("on")
            if wget2 := peers.tool("wget2"):
                commands["wget2"] = lambda folder: [wget2, "-q", "--max-threads", 50, "-P", folder, "-i", plain]
            if aria2 := peers.tool("aria2c", "aria2"):
                commands["aria2c"] = lambda folder: [aria2, "-q", f"-j{IN_FLIGHT}", "--file-allocation=none", "-d", folder, "-i", plain]
            # The program is built before the first measurement, not in it.
            build.fetchtop()
            costs = paired({name: lambda command=command: saved(command) for name, command in commands.items()}, options.pairs)
            what = f"{count:,} files of 1 KiB to {where}"
            for peer in ("curl -Z", "wget2", "aria2c"):
                if peer in costs:
                    yield compare(Result(5, what, "wall", "s", peer, 0.9), [cost.wall for cost in costs["fetchtop"]],
                                  [cost.wall for cost in costs[peer]])
                else:
                    yield Result(5, what, "wall", "s", peer, 0.9, skipped="not to be had from Debian's packages here")
            if "with fsync" in costs:
                yield compare(Result(5, f"{what}, each fsynced", "wall", "s", "without"), [cost.wall for cost in costs["with fsync"]],
                              [cost.wall for cost in costs["fetchtop"]])


def large(server, options):
    """Row 6: large bodies, thrown away and to memory."""
    url, number = server.add_big_file(), 1 if options.smoke else 8
    urls = [f"{url}?{index}" for index in range(number)]
    ours = [build.fetchtop(), "--headless", "-j", 8, "--parallel-max-host", 8, "--results", "/dev/null"]
    with tempfile.TemporaryDirectory() as lists:
        config, plain = Path(lists) / "curl", Path(lists) / "aria2"

        def curl(output) -> list:
            config.write_text("".join(f"url={one}\noutput={output(index)}\n" for index, one in enumerate(urls)))
            return ["curl", "-s", "-Z", "--parallel-max", 8, "-K", config]

        thrown = curl(lambda _: "/dev/null")
        costs = paired({"fetchtop": lambda: run([*ours, *urls]), "curl -Z": lambda: run(thrown)}, options.pairs)
        for metric, target in {"wall": 1.0, "cpu": 1.05}.items():
            yield compare(Result(6, f"{number} x 1 GiB, thrown away", metric, "s", "curl -Z", target),
                          [getattr(cost, metric) for cost in costs["fetchtop"]], [getattr(cost, metric) for cost in costs["curl -Z"]])

        def saved(command):
            with Folder(MEMORY) as folder:
                cost = run(command(folder), cwd=folder)
                expect(folder, number, 1 << 30)
                return cost

        plain.write_text("".join(f"{one}\n out=f{index}\n" for index, one in enumerate(urls)))
        commands = {"fetchtop": lambda folder: [*ours, "--output-dir", folder, *[word for index, one in enumerate(urls) for word in ("-o", f"f{index}", one)]]
                    if number > 1 else [*ours, "--output-dir", folder, "-o", "f0", urls[0]],
                    "curl -Z": lambda folder: curl(lambda index: folder / f"f{index}")}
        if aria2 := peers.tool("aria2c", "aria2"):
            commands["aria2c"] = lambda folder: [aria2, "-q", "-j8", "-x1", "--file-allocation=none", "-d", folder, "-i", plain]
        costs = paired({name: lambda command=command: saved(command) for name, command in commands.items()}, min(options.pairs, 3))
        for peer in costs:
            for metric, target in {"wall": 1.0, "cpu": 1.05 if peer == "curl -Z" else None}.items():
                if peer != "fetchtop":
                    yield compare(Result(6, f"{number} x 1 GiB to tmpfs", metric, "s", peer, target),
                                  [getattr(cost, metric) for cost in costs["fetchtop"]], [getattr(cost, metric) for cost in costs[peer]])
