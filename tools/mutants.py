"""Mutation testing: apply the mutants of mutants.txt, one by one, and run the tests that must fail.

    make mutants
    python tools/mutants.py --only cyclegan

Mutants are applied to copies; the working tree is not changed. The exit status is 1 if a mutant survives, if its tests
cannot be run, or if they fail without it.
"""

import argparse
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
TABLE = Path(__file__).with_name("mutants.txt")


@dataclass(frozen=True)
class Mutant:
    """A mutation of a file, and the tests that must fail.

    Args:
        file: path from the root of the repository.
        old: text that occurs in it exactly once; new: its replacement.
        tests: node ids, as pytest takes them.
    """

    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def __str__(self):
        return f"{self.file}: {self.old.strip()} -> {self.new.strip()}"

    def applied(self, text: str) -> str:
        """Return the text of the file with the mutation.

        Raises:
            ValueError: the old text does not occur exactly once.
        """
        if text.count(self.old) != 1:
            raise ValueError(f"{self.file} has {self.old!r} {text.count(self.old)} times, not once; mend {TABLE.name}")
        return text.replace(self.old, self.new)


def read(path: Path = TABLE) -> list[Mutant]:
    """Return the mutants of a table, whose paragraphs are a file and lines that begin with -, + and ?.

    Raises:
        ValueError: a paragraph is malformed.
    """
    mutants = []
    for paragraph in path.read_text().strip().split("\n\n"):
        lines = [line for line in paragraph.splitlines() if not line.startswith("#")]
        file, *rest = lines or [""]
        kinds = "".join(line[0] for line in rest)
        if file and not re.fullmatch(r"-\+\?+", kinds):
            raise ValueError(f"{path.name}: {file!r} is not followed by lines of -, + and ?, but of {kinds!r}")
        if file:
            old, new, *tests = (line[2:] for line in rest)
            mutants.append(Mutant(file, old, new, tuple(tests)))
    return mutants


class Runner:
    """Run tests in copies of the repository, several at a time.

    Args:
        copies: folders, one a process.
        timeout: seconds that the tests of a mutant may take.
    """

    def __init__(self, copies: list[Path], timeout: float):
        self.copies, self.timeout = queue.SimpleQueue(), timeout
        for copy in copies:
            self.copies.put(copy)
        self.running, self.lock, self.stopped = set(), threading.Lock(), False

    def check(self, mutant: Mutant) -> tuple[str, str]:
        """Return "killed" or another outcome, and the output of the tests."""
        copy = self.copies.get()
        path = copy / mutant.file
        text = path.read_text()
        try:
            path.write_text(mutant.applied(text))
            status, output = self.run(copy, mutant.tests)
        except ValueError as error:
            return "does not fit", str(error)
        finally:
            path.write_text(text)
            self.copies.put(copy)
        return {0: "lives", 1: "killed", None: "too slow"}.get(status, "tests broken"), output

    def baseline(self, tests: list[str]) -> tuple[str, str]:
        """Return "passed" or "failed", and the output of the tests; without a time limit."""
        copy = self.copies.get()
        try:
            status, output = self.run(copy, tests, limited=False)
        finally:
            self.copies.put(copy)
        return "passed" if status == 0 else "failed", output

    def run(self, copy: Path, tests, limited=True) -> tuple[int | None, str]:
        """Run tests; return pytest's exit status, None after a timeout, and their output."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
        # no bytecode: its cache is not invalidated for a file of the same length and second
        environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
        with self.lock:
            if self.stopped:
                return None, ""
            process = subprocess.Popen(
                command, cwd=copy, env=environment, text=True, start_new_session=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
            self.running.add(process)
        try:
            output, _ = process.communicate(timeout=self.timeout if limited else None)
            return process.returncode, output
        except subprocess.TimeoutExpired:
            _kill(process)
            return None, process.communicate()[0]
        finally:
            with self.lock:
                self.running.discard(process)

    def stop(self):
        """Kill all running tests, and start no more."""
        with self.lock:
            self.stopped = True
            for process in self.running:
                _kill(process)


def _kill(process):
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def copy_repository(to: Path):
    """Copy tracked and untracked files of the working tree that are not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():  # not deleted
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)


def main(arguments=None) -> int:
    """Run all mutants, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="TEXT", help="run those with this in their file, text or tests")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=600, help="seconds that the tests of one may take")
    options = parser.parse_args(arguments)
    mutants = [each for each in read() if options.only in f"{each} {' '.join(each.tests)}"]
    if not mutants:
        parser.error(f"--only {options.only!r} is in none of the mutants in {TABLE.name}")
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies = [Path(folder) / str(i) for i in range(max(1, min(options.processes, len(mutants))))]
        for copy in copies:
            copy_repository(copy)
        runner = Runner(copies, options.timeout)
        pool = ThreadPoolExecutor(len(copies))
        try:
            failed = check_all(runner, pool, mutants, len(copies))
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
            failed = None
        finally:
            runner.stop()
            pool.shutdown(cancel_futures=True)
    if failed is None:
        return 130
    print(f"{len(mutants) - failed} of {len(mutants)} mutants killed in {(time.monotonic() - start) / 60:.1f} minutes")
    return 1 if failed else 0


def check_all(runner: Runner, pool: ThreadPoolExecutor, mutants: list[Mutant], parts: int) -> int:
    """Run the tests without a mutant, then with each; print the outcomes, and return how many were not killed."""
    tests = sorted({test for mutant in mutants for test in mutant.tests})
    shares = [tests[i::parts] for i in range(parts) if tests[i::parts]]
    for outcome, output in pool.map(runner.baseline, shares):
        if outcome != "passed":
            print(f"{output}\nthe tests fail without a mutant", flush=True)
            return len(mutants)
    print(f"{len(tests)} tests pass without a mutant", flush=True)
    failed = 0
    for mutant, (outcome, output) in zip(mutants, pool.map(runner.check, mutants), strict=True):
        print(f"{outcome:8}{mutant}", flush=True)
        if outcome != "killed":
            failed += 1
            print(f"    by {' '.join(mutant.tests)}\n    " + "\n    ".join(output.splitlines()[-12:]), flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
