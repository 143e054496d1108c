"""The benchmark of changes: its list is in order, it counts right, wrong and missed, and SFDR is as its list says."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from dutybook.resolve.identity.changes import ChangeKind
from dutybook.store import open_register
from loading import script
from quay import QUAY, flats


@pytest.fixture(scope="module")
def benchmark(root: Path) -> ModuleType:
    return script(root / "benchmarks" / "changes.py", "changes_benchmark")


def test_the_list_has_works_versions_places_and_kinds(benchmark: ModuleType) -> None:
    rows = benchmark.truth()
    assert len(rows) > 300
    assert rows == sorted(rows)
    assert {row[5] for row in rows} <= {kind.value for kind in ChangeKind}
    assert {row[1] for row in rows} == {"en", "fr"}
    # Places only: no text of the acts.
    assert max(len(row[4]) for row in rows) < 30


def test_it_counts(benchmark: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    pair = (QUAY.id, "en", "2032-03-01", "2033-04-01")
    checked = [(*pair, "Art 2", "bearer changed"), (*pair, "Art 4", "renumbered"), (*pair, "Art 9", "added")]
    monkeypatch.setattr(benchmark, "truth", lambda: checked)
    with open_register() as register:
        for flat in flats()[1:3]:
            register.write(flat)
        benchmark.report(register)
    out = capsys.readouterr().out
    assert "2 right, 0 wrong, 1 missed" in out
    assert "missed: Art 9: added" in out
    assert "precision 1.000, recall 0.667 of 3" in out


@pytest.mark.shared
@pytest.mark.slow
def test_sfdr_is_as_its_list_says(benchmark: ModuleType, shared: Path) -> None:
    with open_register() as register:
        benchmark.fill(register, shared / "docs" / "eu", ("SFDR_02019R2088-2020*_EN*", "SFDR_02019R2088-2024*_EN*"))
        pair = ("32019R2088", "en", "2020-07-12", "2024-01-09")
        listed = [row for row in benchmark.truth() if row[:4] == pair]
        # A list under one stem is read as one norm or as one of each of its points: either is the same change.
        assert {whole(row) for row in benchmark.found(register)} == {whole(row) for row in listed}
        assert len(listed) > 5


def whole(row: tuple[str, ...]) -> tuple[str, ...]:
    """A row of the list that names the stem in place of its point."""
    return (*row[:4], re.sub(r"(?<=\))\([a-z]\)$|(?<=subpara \d)\([a-z]\)$", "", row[4]), *row[5:])
