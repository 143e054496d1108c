"""Lessons: sentences that were written for the network to learn from."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "extract" / "norms"))

from norm_specs import Spec, parse_line

LESSONS = sorted((Path(__file__).resolve().parents[2] / "models" / "reader" / "lessons").glob("*.txt"))


def lessons(file: Path) -> list[Spec]:
    lines = enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    return [parse_line(line.strip(), file.stem, n) for n, line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("file", LESSONS, ids=lambda file: file.stem)
def test_lessons_are_of_all_kinds(file: Path) -> None:
    found = lessons(file)
    assert len(found) >= 45
    assert len({s.plain for s in found}) == len(found)
    negative = sum(not s.wants for s in found)
    assert 0.2 < negative / len(found) < 0.5
    modalities = Counter(w.modality for s in found for w in s.wants)
    assert min(modalities[m] for m in ("obligation", "prohibition", "permission", "exemption")) >= 4
    assert {s.genre for s in found} == {"eu_act", "statute", "guidance", "news"}
