"""Runs a program on a pseudo-terminal of 200x50 whose other end is read as fast as it paints."""
import fcntl
import os
import struct
import subprocess
import termios
import threading
import time

from .measure import Cost


def run(arguments, columns: int = 200, lines: int = 50) -> Cost:
    near, far = os.openpty()
    fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    painted = 0

    def read() -> None:
        nonlocal painted
        try:
            while data := os.read(near, 65536):
                painted += len(data)
        except OSError:
            pass  # how the end of a terminal reads

    begin = time.monotonic()
    process = subprocess.Popen(
        [str(argument) for argument in arguments], stdin=far, stdout=far, stderr=far, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        env={**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"})
    os.close(far)
    reader = threading.Thread(target=read)
    reader.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begin
    reader.join()
    os.close(near)
    if process.returncode is None:
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{arguments[0]} on a terminal exited {process.returncode}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, str(painted).encode())
