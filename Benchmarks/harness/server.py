"""The benchmarks' nginx: own prefix, own free port, stopped by its own pid."""
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

CONFIGURATION = Path(__file__).resolve().parent.parent / "nginx.conf"
BIG_FILE_BYTES = 1 << 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __enter__(self) -> "Server":
        # A tmpfs where there is one: the server's files must not measure the disk.
        self.prefix = Path(tempfile.mkdtemp(prefix="fetchtop-bench-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
        self.prefix.chmod(0o755)  # nginx's worker is another user
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        www = self.prefix / "www"
        www.mkdir()
        (www / "1k").write_bytes(os.urandom(1024))
        configuration = CONFIGURATION.read_text().replace("PREFIX", str(self.prefix)).replace("PORT", str(self.port))
        (self.prefix / "nginx.conf").write_text(configuration)
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        self.process = subprocess.Popen([nginx, "-p", self.prefix, "-c", self.prefix / "nginx.conf", "-e", self.prefix / "error.log"])
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.01)
        raise SystemExit(f"nginx did not start: {(self.prefix / 'error.log').read_text()}")

    def __exit__(self, *_) -> None:
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.prefix, ignore_errors=True)

    def add_big_file(self) -> str:
        """A sparse 1 GiB file: zeros from the page cache, so that the disk is not measured."""
        with open(self.prefix / "www/1g", "wb") as file:
            file.truncate(BIG_FILE_BYTES)
        return f"{self.url}/1g"
