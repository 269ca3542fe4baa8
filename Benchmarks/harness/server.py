"""The benchmarks' nginx: own prefix, own free port, stopped by its own pid."""
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
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
        self.ca_file = self.make_certificate()
        self.secure = {name: free_port() for name in ("TLS_KEPT", "TLS_NEW", "HTTP_2")}
        configuration = CONFIGURATION.read_text().replace("PREFIX", str(self.prefix)).replace("PORT", str(self.port))
        for name, port in self.secure.items():
            configuration = configuration.replace(name, str(port))
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

    def make_certificate(self) -> Path:
        """A certificate for localhost that vouches for itself."""
        path = self.prefix / "server.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-keyout", self.prefix / "server.key", "-out", path], check=True, stderr=subprocess.DEVNULL)
        return path

    def secure_url(self, name: str) -> str:
        return f"https://127.0.0.1:{self.secure[name]}"

    def request_count(self) -> int:
        """Requests answered so far, as nginx counts them."""
        with urllib.request.urlopen(f"{self.url}/status") as answer:
            return int(answer.read().split(b"\n")[2].split()[2])

    def add_big_file(self) -> str:
        """A sparse 1 GiB file: zeros from the page cache, so that the disk is not measured."""
        with open(self.prefix / "www/1g", "wb") as file:
            file.truncate(BIG_FILE_BYTES)
        return f"{self.url}/1g"
