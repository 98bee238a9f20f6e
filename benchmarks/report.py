"""What every benchmark says of where and with what it ran, and how it writes its results."""

import csv
import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def circumstances() -> str:
    """Name the machine and the versions in one line."""
    return f"{machine()}; tensorflow {version('tensorflow')}, keras {version('keras')}"


def write(name: str, rows: list[dict]):
    """Write rows to results/<name>.csv, with versions, machine and date."""
    known = {
        "tensorflow": version("tensorflow"),
        "keras": version("keras"),
        "machine": machine(),
        "date": date.today().isoformat(),
    }
    path = RESULTS / f"{name}.csv"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], *known])
        writer.writeheader()
        writer.writerows({**row, **known} for row in rows)
    print(f"wrote {path}", flush=True)


def machine() -> str:
    """Name the processor and the number of cores used."""
    names = [line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    flags = next((line for line in _lines("/proc/cpuinfo") if line.startswith("flags")), "")
    units = [unit for unit in ("avx512f", "avx512_bf16", "amx_bf16") if unit in flags.split()]
    return f"{names[0] if names else platform.processor()}, {len(names)} cores, {' '.join(units) or 'no AVX-512'}"


def _lines(path):
    return Path(path).read_text().splitlines() if Path(path).exists() else []
