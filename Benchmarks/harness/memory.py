"""Row 4: what waiting, queued and finished fetches hold, as the kernel counts resident memory."""
import resource
import selectors
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from . import build, peers
from .measure import Result, compare

MEGABYTE = 1 << 20


class SilentServer:
    """Takes requests and never answers; counts them."""

    def __enter__(self) -> "SilentServer":
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=16384)
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.asked = 0
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.running = True
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self

    def serve(self) -> None:
        seen = set()
        while self.running:
            for key, _ in self.selector.select(timeout=0.1):
                if key.fileobj is self.listener:
                    try:
                        connection, _ = self.listener.accept()
                    except OSError:
                        continue
                    connection.setblocking(False)
                    self.selector.register(connection, selectors.EVENT_READ)
                    continue
                try:
                    data = key.fileobj.recv(65536)
                except OSError:
                    data = b""
                if data and key.fd not in seen:
                    seen.add(key.fd)
                    self.asked += 1
                elif not data:
                    seen.discard(key.fd)
                    self.selector.unregister(key.fileobj)
                    key.fileobj.close()

    def __exit__(self, *_) -> None:
        self.running = False
        self.thread.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()


def resident(process: subprocess.Popen) -> int:
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) << 10
    raise SystemExit(f"{process.args[0]} ended early")


def start(arguments) -> subprocess.Popen:
    return subprocess.Popen([str(argument) for argument in arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


def end(process: subprocess.Popen) -> None:
    process.kill()
    process.wait()


def wait(what: str, condition, limit: float = 300) -> None:
    deadline = time.monotonic() + limit
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"waited {limit} s for {what}")
        time.sleep(0.02)


def settled(process: subprocess.Popen) -> int:
    """The memory once it has not grown for a second."""
    last, since = resident(process), time.monotonic()
    while time.monotonic() - since < 1:
        time.sleep(0.05)
        now = resident(process)
        if abs(now - last) > MEGABYTE // 4:
            last, since = now, time.monotonic()
    return last


def stalled(command, count: int) -> int:
    """What `count` transfers hold that have been sent and are not answered."""
    with SilentServer() as silent:
        process = start(command(f"http://127.0.0.1:{silent.port}/x", count))
        try:
            wait(f"{count} requests of {process.args[0]}", lambda: silent.asked >= count, 60)
            return settled(process)
        finally:
            end(process)


def rows(server, options):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    many, few = (1_000, 100) if options.smoke else (10_000, 1_000)
    urls = 20_000 if options.smoke else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        yield from stalled_rows(many, few, folder, options)
        yield from queued_rows(urls, folder, options)
        yield from finished_rows(urls, folder, server, options)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def stalled_rows(many: int, few: int, folder: str, options):
    def program(url, count):
        plain = Path(folder) / "stalled"
        plain.write_text("".join(f"{url}{number}\n" for number in range(count)))
        return [build.fetchtop(), "--headless", "-i", plain, "-j", count, "--parallel-max-host", count, "--results", "/dev/null"]

    commands = {"library": lambda url, count: [build.fetchloop_bench(), url, count, count], "program": program,
                "multi.c": lambda url, count: [build.multi(), url, count, count]}
    held = {name: [] for name in commands}
    for _ in range(min(options.pairs, 3)):
        for name, command in commands.items():
            # The difference of two loads, so that what a program holds anyway does not count.
            held[name].append((stalled(command, many) - stalled(command, few)) / (many - few) / 1024)
    for name in ("library", "program"):
        yield compare(Result(4, f"a stalled transfer of {many:,}, {name}", "RSS", "kB", "multi.c", 1.1), held[name], held["multi.c"])


def queued_rows(count: int, folder: str, options):
    with SilentServer() as silent:
        plain = Path(folder) / "queued"
        plain.write_text("".join(f"http://127.0.0.1:{silent.port}/a/file/of/{number}\n" for number in range(count)))

        def held(arguments) -> float:
            process = start(arguments)
            try:
                wait(f"a request of {arguments[0]}", lambda: silent.asked > 0, 120)
                return settled(process) / MEGABYTE
            finally:
                end(process)
                silent.asked = 0

        ours = held([build.fetchtop(), "--headless", "-i", plain, "--results", "/dev/null"])
        yield compare(Result(4, f"{count:,} queued URLs", "RSS", "MB", "300 MB", None if options.smoke else 1.0), [ours], [300])
        # aria2 would hold several gigabytes of a million; a smoke run has few enough.
        sides = {"wget2": lambda tool: [tool, "-q", "-O", "/dev/null", "-i", plain]}
        if options.smoke:
            sides["aria2c"] = lambda tool: [tool, "-q", "-d", folder, "-i", plain]
        for name, command in sides.items():
            if tool := peers.tool(name, {"aria2c": "aria2"}.get(name)):
                yield compare(Result(4, f"{count:,} queued URLs", "RSS", "MB", name), [ours], [held(command(tool))])


def finished_rows(count: int, folder: str, server, options):
    """Once the list is read, finishing its fetches must cost no more memory."""
    plain, records = Path(folder) / "finished", Path(folder) / "records"
    plain.write_text("".join(f"{server.url}/u/{number}\n" for number in range(count)))
    process = start([build.fetchtop(), "--headless", "-i", plain, "-j", 300, "--parallel-max-host", 300, "--results", records])
    size = lambda: records.stat().st_size if records.exists() else 0
    at = {}
    try:
        # Records are of one size, give or take a digit.
        wait("the first records", lambda: size() > 100_000)
        line = size() / max(1, records.read_bytes().count(b"\n"))
        for part in (0.25, 0.95):
            wait(f"{part:.0%} of the records", lambda: size() >= part * count * line or process.poll() is not None, 600)
            at[part] = resident(process) / MEGABYTE
    finally:
        end(process)
    yield compare(Result(4, f"{count:,} finished, with results", "RSS", "MB", "a quarter finished", None if options.smoke else 1.1), [at[0.95]], [at[0.25]])
