"""Running commands as a user would, in fresh processes, with their time and peak memory."""

import os
import platform
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "build" / "bench"
ARUSHA = [sys.executable, "-m", "arusha.conf.cli"]
THREADS = 2


@dataclass(frozen=True)
class Run:
    """Wall seconds, the peak resident memory of the process and its children in megabytes, and processor seconds."""

    seconds: float
    megabytes: float
    processor: float = 0.0


def run(command: list[str]) -> Run:
    """Run a command to its end; stop the benchmark where it fails."""
    began = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = child.stderr.read() if child.stderr else b""
    _pid, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{said.decode()[-2000:]}")
    return Run(time.perf_counter() - began, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)


def fresh_seed() -> int:
    """A seed that nobody has tuned to: printed, so that a run can be repeated with BENCH_SEED."""
    return int(os.environ.get("BENCH_SEED") or int.from_bytes(os.urandom(4), "big") + 1000)


def world(scenario: str, rows: int, seed: int) -> Path:
    """An invented world's folder, made once a seed through the command line."""
    out = WORK / f"{scenario}-{rows}-{seed}"
    if not (out / "data" / "crossings.parquet").exists():
        run([*ARUSHA, "synth", scenario, "--rows", str(rows), "--seed", str(seed), "--out", str(out)])
    return out


def settings() -> str:
    """What the figures were measured on and with."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "numba", "numpy", "pyarrow"))
    cores = os.cpu_count()
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    memory = "no memory limit" if limit == resource.RLIM_INFINITY else f"{limit >> 20} MB at most"
    return f"Python {platform.python_version()}, {packages}; {cores} cores, {THREADS} threads for DuckDB, {memory}"
