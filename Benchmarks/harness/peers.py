"""The programs and libraries that ours is compared with. A peer that cannot be had is None: its lines are skipped, and say so."""
import functools
import shutil
import subprocess
import sys
from pathlib import Path

from .build import BENCHMARKS, CACHE


@functools.cache
def tool(name: str, package: str | None = None) -> str | None:
    """A program, installed from Debian's packages if it is missing."""
    if not shutil.which(name) and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-qq", "-y", "--no-install-recommends", package or name],
                       stdin=subprocess.DEVNULL, stdout=sys.stderr)
    return shutil.which(name)


@functools.cache
def python(name: str, *packages: str) -> str | None:
    """A Python that has these packages from PyPI."""
    environment = CACHE / f"venv-{name}"
    interpreter = environment / "bin/python"
    if not interpreter.exists():
        made = subprocess.run([sys.executable, "-m", "venv", environment], stdout=sys.stderr)
        if made.returncode:
            return None
    installed = subprocess.run([interpreter, "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages],
                               stdin=subprocess.DEVNULL, stdout=sys.stderr)
    return None if installed.returncode else str(interpreter)


def python_client(name: str, *packages: str) -> list[str] | None:
    """A client in `reference/`, and the Python that has its packages."""
    interpreter = python(name, *packages)
    return [interpreter, str(Path(BENCHMARKS) / "reference" / f"{name}_client.py")] if interpreter else None
