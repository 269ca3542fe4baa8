"""Builds both sides, optimised, once."""
import functools
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent
CACHE = BENCHMARKS / ".cache"


def _swift(*arguments) -> None:
    subprocess.run(["swift", "build", "-c", "release", "--static-swift-stdlib", *arguments], check=True,
                   stdin=subprocess.DEVNULL, stdout=sys.stderr)


@functools.cache
def multi() -> Path:
    """The plain C reference."""
    CACHE.mkdir(exist_ok=True)
    binary = CACHE / "multi"
    subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", binary, BENCHMARKS / "reference/multi.c", "-lcurl"], check=True)
    return binary


@functools.cache
def fetchloop_bench() -> Path:
    # The package manager does not notice that a file of a package beside this one is gone, unless it plans anew.
    (BENCHMARKS / ".build/release.yaml").unlink(missing_ok=True)
    _swift("--package-path", str(BENCHMARKS), "--product", "fetchloop-bench")
    return BENCHMARKS / ".build/release/fetchloop-bench"


@functools.cache
def fetchloop_micro() -> Path:
    (BENCHMARKS / ".build/release.yaml").unlink(missing_ok=True)
    _swift("--package-path", str(BENCHMARKS), "--product", "fetchloop-micro")
    return BENCHMARKS / ".build/release/fetchloop-micro"


@functools.cache
def nio_micro() -> Path | None:
    """SwiftNIO's side, where SwiftNIO is to be had."""
    try:
        _swift("--package-path", str(BENCHMARKS / "nio"))
    except subprocess.CalledProcessError:
        return None
    return BENCHMARKS / "nio/.build/release/nio-micro"


@functools.cache
def fetchtop() -> Path:
    """The program as a user gets it."""
    subprocess.run([BENCHMARKS.parent / "fetchtop", "--version"], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return BENCHMARKS.parent / ".build/release/fetchtop"
