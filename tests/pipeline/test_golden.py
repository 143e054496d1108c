"""Findings of the samples, held against golden files that a person can read."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

from dutybook.records import Analysis

FOLDER = Path(__file__).resolve().parents[1] / "golden"
_spec = importlib.util.spec_from_file_location("regenerate", FOLDER / "regenerate.py")
assert _spec is not None
assert _spec.loader is not None
regenerate = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(regenerate)


@pytest.mark.parametrize("name", regenerate.DOCUMENTS)
def test_findings_are_as_in_the_golden_file(name: str, analysed: Callable[[str], Analysis]) -> None:
    expected = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert regenerate.golden(name, analysed(name)) == expected, (
        "if this is better, run: python tests/golden/regenerate.py"
    )
