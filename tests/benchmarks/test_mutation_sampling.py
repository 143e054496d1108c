"""Mutants are what they should be: one condition turned around, with tests that are about its module."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from loading import script

ROOT = Path(__file__).resolve().parents[2]
mutations = script(ROOT / "benchmarks" / "mutation_sampling.py")
SOURCE = '''from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os


def größe(zahlen, laut):
    """Words: if this were code."""
    if zahlen and (laut or
                   len(zahlen) > 3):
        return [n for n in zahlen if n > 0]
    return "größer" if laut else "ß"
'''


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "made.py"
    made.write_text(SOURCE, "utf-8")
    return made


def test_guards_are_conditions_that_run(file: Path) -> None:
    words = sorted(guard.words for guard in mutations.guards_in(file))
    assert words == ["laut", "n > 0", "zahlen and (laut or len(zahlen) > 3)"]


def test_one_condition_is_turned_around_and_nothing_else(file: Path) -> None:
    before = {"größe": None}
    exec(SOURCE, before)
    results = {}
    for guard in mutations.guards_in(file):
        names: dict[str, object] = {}
        exec(mutations.negated(guard), names)
        made = names["größe"]
        results[guard.words] = (made([-1, 2], False), made([-1, 2], True))  # type: ignore[operator]
    assert before["größe"]([-1, 2], True) == [2]  # type: ignore[misc]
    assert results == {
        "zahlen and (laut or len(zahlen) > 3)": ([2], "größer"),
        "n > 0": ("ß", [-1]),
        "laut": ("größer", [2]),
    }
    assert file.read_text("utf-8") == SOURCE


def test_every_module_has_tests_and_every_mutant_is_python() -> None:
    chosen = mutations.sample(mutations.PACKAGES, 60, seed=3)
    assert len(chosen) == 60
    assert len({guard.file.relative_to(mutations.PACKAGE).parts[0] for guard in chosen}) == 3
    for guard in chosen:
        ast.parse(mutations.negated(guard))
        tests = mutations.tests_of(guard.file)
        assert tests
        assert all(test.exists() for test in tests)
    assert chosen == mutations.sample(mutations.PACKAGES, 60, seed=3)
