"""The table of mutants fits the code and the tests; `make mutants` runs it."""

import sys

import pytest
from helpers import ROOT, one_line

sys.path.insert(0, str(ROOT / "tools"))
import mutants


def test_every_mutant_fits():
    found = mutants.read()
    assert len(found) >= 60
    for mutant in found:
        assert mutant.old != mutant.new
        mutant.applied((ROOT / mutant.file).read_text())  # raises if the text is not there once
        for test in mutant.tests:
            file, *names = test.split("[")[0].split("::")
            text = (ROOT / file).read_text()
            assert all(f"def {name}(" in text or f"class {name}:" in text for name in names), f"{test} of {mutant}"


def test_a_mutant_that_no_longer_fits_is_named(tmp_path):
    mutant = mutants.Mutant("a.py", "x = 1", "x = 2", ("tests/test_a.py",))
    assert mutant.applied("x = 1\ny = 1\n") == "x = 2\ny = 1\n"
    for text in ("x = 3", "x = 1; x = 1"):
        with pytest.raises(ValueError, match=r"a\.py has 'x = 1'") as error:
            mutant.applied(text)
        one_line(error)
    (tmp_path / "table.txt").write_text("a.py\n- x\n? tests/test_a.py\n")
    with pytest.raises(ValueError, match=r"'a\.py' is not followed by lines of -, \+ and \?, but of '-\?'"):
        mutants.read(tmp_path / "table.txt")


def test_outcomes(tmp_path):
    """Killed where a test fails; not where all pass, none is found, or it takes too long."""
    (tmp_path / "a.py").write_text("x = 1\n")
    tests = "import time\nfrom a import x\ndef test_one(): assert x == 1\ndef test_any(): time.sleep(x - 1)\n"
    (tmp_path / "test_a.py").write_text(tests)
    runner = mutants.Runner([tmp_path], timeout=60)
    outcomes = {}
    for name in ("test_one", "test_any", "test_none"):
        outcomes[name], _ = runner.check(mutants.Mutant("a.py", "x = 1", "x = 1.5", (f"test_a.py::{name}",)))
    runner.timeout = 5
    outcomes["slow"], _ = runner.check(mutants.Mutant("a.py", "x = 1", "x = 1e6", ("test_a.py::test_any",)))
    assert outcomes == {"test_one": "killed", "test_any": "lives", "test_none": "tests broken", "slow": "too slow"}
    assert (tmp_path / "a.py").read_text() == "x = 1\n" and runner.baseline(["test_a.py"])[0] == "passed"
