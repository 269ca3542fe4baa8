"""Runs a program on a pseudo-terminal of 200x50, reads what it paints, and types."""
import fcntl
import os
import re
import signal
import struct
import subprocess
import termios
import threading
import time

from .measure import Cost


class Terminal:
    """A program on a terminal whose other end is read as fast as it paints, for as long as `is_reading` is set."""

    def __init__(self, arguments, columns: int = 200, lines: int = 50):
        self.near, far = os.openpty()
        fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.painted = 0
        self.is_reading = threading.Event()
        self.is_reading.set()
        self._tail = b""
        self._news = threading.Condition()
        self.begin = time.monotonic()
        self.process = subprocess.Popen(
            [str(argument) for argument in arguments], stdin=far, stdout=far, stderr=far, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"})
        os.close(far)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        try:
            while True:
                self.is_reading.wait()
                data = os.read(self.near, 65536)
                if not data:
                    return
                with self._news:
                    self.painted += len(data)
                    self._tail = (self._tail + data)[-262144:]
                    self._news.notify_all()
        except OSError:
            pass  # how the end of a terminal reads

    def press(self, keys: str) -> None:
        os.write(self.near, keys.encode())

    def forget(self) -> None:
        """What was painted so far does not count any more."""
        with self._news:
            self._tail = b""

    def wait_for(self, text: bytes, seconds: float = 60) -> float:
        """Waits until these bytes were painted, and says when that was."""
        with self._news:
            if not self._news.wait_for(lambda: text in self._tail, seconds):
                raise SystemExit(f"waited {seconds} s for {text!r} on the terminal; the last of it: {self._tail[-400:]!r}")
            return time.perf_counter()

    def text(self) -> str:
        """What was painted since `forget`, without the escape sequences; of use after a whole repaint."""
        with self._news:
            return re.sub(r"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[()].|.)", " ", self._tail.decode(errors="replace"))

    @property
    def cpu_seconds(self) -> float:
        """Time on a CPU so far, to the nanosecond, of the program's main thread, on which the loop runs."""
        return int(open(f"/proc/{self.process.pid}/schedstat").read().split()[0]) / 1e9

    def finish(self) -> Cost:
        """Waits for the program's end."""
        self.is_reading.set()
        _, status, usage = os.wait4(self.process.pid, 0)
        wall = time.monotonic() - self.begin
        self._reader.join(5)
        os.close(self.near)
        if self.process.returncode is None:
            self.process.returncode = os.waitstatus_to_exitcode(status)
        return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, str(self.painted).encode())

    def stop(self) -> None:
        """Ends a program that is in the middle of its work."""
        self.is_reading.set()
        for _ in range(2):
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)
                time.sleep(0.3)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.near)


def run(arguments, columns: int = 200, lines: int = 50) -> Cost:
    terminal = Terminal(arguments, columns, lines)
    cost = terminal.finish()
    if terminal.process.returncode:
        raise SystemExit(f"{arguments[0]} on a terminal exited {terminal.process.returncode}")
    return cost
