#!/usr/bin/env python3
"""Would a test notice if a condition were wrong?

    python benchmarks/mutation_sampling.py [--sample 60] [--seed 1] [--packages extract resolve store] [--seconds 300] [--trust] [--list]

A guard is the condition of an ``if``, of a conditional expression or of a comprehension. A random sample of the guards in
the packages is taken, the same number of each. One guard at a time is negated in a copy of the sources, and the tests of its module
are run against that copy: those that import the module, else those in the folder of its package. The working tree is not touched.

A mutant is killed if a test fails. It is undecided if the tests take longer than ``--seconds``: an endless loop, or a busy machine,
which needs a larger number. It survives if all of them pass: then
either a test is missing, or the guard is not needed, or it only makes something quicker. Each survivor is printed with its file, line and
condition; look at it before you believe any of the three. Where tests fail, they are run once without the mutation too, since a test that
fails anyway kills nothing; ``--trust`` leaves that out. ``--list`` prints the sample with its tests and runs nothing.

Undecided mutants are in no count. Sixty mutants take about half an hour on two free cores, by estimate.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "dutybook"
PACKAGES = ("extract", "resolve", "store")
#: No more files of tests are run for a module: the smallest, which are about it most likely.
MOST_FILES = 6


@dataclass(frozen=True)
class Guard:
    """A condition of a file: its line (from 1), where it begins and ends in bytes, and its words."""

    file: Path
    line: int
    start: int
    end: int
    words: str

    @property
    def place(self) -> str:
        return f"{self.file.relative_to(ROOT) if self.file.is_relative_to(ROOT) else self.file.name}:{self.line}"


@cache
def guards_in(file: Path) -> tuple[Guard, ...]:
    """The guards of a file; what only type checkers see is none."""
    source = file.read_bytes()
    found = []
    for node in ast.walk(ast.parse(source)):
        for test in [node.test] if isinstance(node, ast.If | ast.IfExp) else getattr(node, "ifs", []):
            start, end = _offsets(source, test)
            words = " ".join(source[start:end].decode("utf-8").split())
            if words not in ("TYPE_CHECKING", '__name__ == "__main__"'):
                found.append(Guard(file, test.lineno, start, end, words))
    return tuple(found)


def _offsets(source: bytes, node: ast.expr) -> tuple[int, int]:
    """Where an expression begins and ends, in bytes."""
    starts = _starts(source)
    return starts[node.lineno - 1] + node.col_offset, starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)


@cache
def _starts(source: bytes) -> list[int]:
    """Where each line begins, in bytes."""
    return list(accumulate((len(line) for line in source.splitlines(keepends=True)), initial=0))


def negated(guard: Guard) -> str:
    """The source of the guard's file with this condition turned around."""
    source = guard.file.read_bytes()
    changed = source[: guard.start] + b"(not (" + source[guard.start : guard.end] + b"))" + source[guard.end :]
    ast.parse(changed)
    return changed.decode("utf-8")


def module_of(file: Path) -> str:
    """The dotted name of a file of the package."""
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def _imports() -> dict[Path, frozenset[str]]:
    """Each file of tests with the dotted names that it imports, or names in strings as ``monkeypatch`` does."""
    found = {}
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        names: set[str] = set()
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            elif isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("dutybook."):
                names.add(node.value.rpartition(".")[0])
        found[file] = frozenset(names)
    return found


def tests_of(file: Path) -> tuple[Path, ...]:
    """The tests of a module: the smallest files that import it or its package, else the folder of the package it stands in."""
    module = module_of(file)
    while module.count(".") > 1:
        ours = [test for test, names in _imports().items() if module in names]
        if ours:
            return tuple(sorted(sorted(ours, key=lambda test: test.stat().st_size)[:MOST_FILES]))
        module = module.rpartition(".")[0]
    return (ROOT / "tests" / file.relative_to(PACKAGE).parts[0],)


def sample(packages: Sequence[str], number: int, seed: int) -> list[Guard]:
    """Guards at random, about as many of each package."""
    chance = random.Random(seed)
    chosen: list[Guard] = []
    for at, package in enumerate(packages):
        all_guards = [guard for file in sorted((PACKAGE / package).rglob("*.py")) for guard in guards_in(file)]
        share = number // len(packages) + (at < number % len(packages))
        chosen += chance.sample(all_guards, min(share, len(all_guards)))
    return chosen


class Copy:
    """A copy of the sources in a folder of its own, in which one file at a time is changed."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder, self.seconds = folder, seconds
        shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
        # Data is found from where the package lies.
        for name in ("corpora", "models"):
            (folder / name).symlink_to(ROOT / name)
        self._sound: dict[tuple[Path, ...], bool] = {}

    def fails(self, tests: Sequence[Path]) -> bool | None:
        """Whether one of the tests fails against the copy as it is now; None if they take too long."""
        env = {**os.environ, "PYTHONPATH": str(self.folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *map(str, tests)]
        try:
            done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, timeout=self.seconds, check=False)
        except subprocess.TimeoutExpired:
            return None
        # 5: all were deselected or there are none, which notices nothing.
        return done.returncode not in (0, 5)

    def outcome(self, guard: Guard, tests: Sequence[Path], *, trust: bool) -> str:
        """What becomes of the mutant in which a guard is negated: killed, undecided or survived."""
        target = self.folder / guard.file.relative_to(ROOT)
        target.write_text(negated(guard), "utf-8")
        try:
            failed = self.fails(tests)
        finally:
            shutil.copyfile(guard.file, target)
        if failed is None or (failed and not trust and not self._is_sound(tuple(tests))):
            return "undecided"
        return "killed" if failed else "SURVIVED"

    def _is_sound(self, tests: tuple[Path, ...]) -> bool:
        """Whether the tests pass without any mutation."""
        if tests not in self._sound:
            self._sound[tests] = self.fails(tests) is False
            if not self._sound[tests]:
                print(f"these fail anyway: {' '.join(_short(test) for test in tests)}", file=sys.stderr)
        return self._sound[tests]


def _short(test: Path) -> str:
    return str(test.relative_to(ROOT))


def main() -> int:
    """Run the mutants, and print what became of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--packages", nargs="+", default=list(PACKAGES))
    parser.add_argument("--seconds", type=float, default=300, help="for the tests of a mutant")
    parser.add_argument("--trust", action="store_true", help="the tests are known to pass without mutations")
    parser.add_argument("--list", action="store_true", help="print the sample and run nothing")
    given = parser.parse_args()
    chosen = sample(given.packages, given.sample, given.seed)
    if given.list:
        for guard in chosen:
            print(f"{guard.place}: {guard.words}  ←  {' '.join(_short(test) for test in tests_of(guard.file))}")
        return 0
    killed: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    survivors: list[Guard] = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder), given.seconds)
        for number, guard in enumerate(chosen, 1):
            started = time.monotonic()
            outcome = copy.outcome(guard, tests_of(guard.file), trust=given.trust)
            package = guard.file.relative_to(PACKAGE).parts[0]
            tried[package] += outcome != "undecided"
            killed[package] += outcome == "killed"
            if outcome == "SURVIVED":
                survivors.append(guard)
            seconds = time.monotonic() - started
            print(
                f"{number:3}/{len(chosen)} {outcome:9} {seconds:5.0f} s  {guard.place}: {guard.words}",
                flush=True,
            )
    print()
    for package in given.packages:
        print(f"{package:10} {killed[package]:3} of {tried[package]:3} killed")
    print(f"{'all':10} {sum(killed.values()):3} of {sum(tried.values()):3} killed (seed {given.seed})")
    if survivors:
        print("\nNo test noticed that these were negated:")
        print("\n".join(f"  {guard.place}: {guard.words}" for guard in survivors))
    return 0


if __name__ == "__main__":
    sys.exit(main())
