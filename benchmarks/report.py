"""Machine and versions of a benchmark, and its results as CSV."""

import csv
import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def environment() -> str:
    """Return machine and versions in one line."""
    return f"{machine()}; tensorflow {version('tensorflow')}, keras {version('keras')}"


def write(name: str, rows: list[dict]):
    """Write rows to results/<name>.csv, with versions, machine and date."""
    columns = {
        "tensorflow": version("tensorflow"),
        "keras": version("keras"),
        "machine": machine(),
        "date": date.today().isoformat(),
    }
    path = RESULTS / f"{name}.csv"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], *columns])
        writer.writeheader()
        writer.writerows({**row, **columns} for row in rows)
    print(f"wrote {path}", flush=True)


def machine() -> str:
    """Return the name of the CPU and its number of cores."""
    names = [line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    flags = next((line for line in _lines("/proc/cpuinfo") if line.startswith("flags")), "")
    units = [unit for unit in ("avx512f", "avx512_bf16", "amx_bf16") if unit in flags.split()]
    return f"{names[0] if names else platform.processor()}, {len(names)} cores, {' '.join(units) or 'no AVX-512'}"


def _lines(path):
    return Path(path).read_text().splitlines() if Path(path).exists() else []
