"""The figures on real documents may rise; they may not fall below what was reached."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

#: The least that each row of ``models/scores/real.json`` must reach: table, row, then figures.
FLOORS: list[tuple[str, str, dict[str, float]]] = [
    (
        "all",
        "all",
        {"norm": 0.829, "modality": 0.782, "row": 0.401, "quote": 0.920, "bearer": 0.781, "class": 0.695}
        | {"strength": 0.977, "deadline": 0.757, "fact": 0.655, "penalty": 0.906}
        | {"action": 0.788, "condition": 0.509, "recipient": 0.321, "exception": 0.277},
    ),
    ("all", "amending acts", {"norm": 0.403, "row": 0.194}),
    ("group", "law", {"norm": 0.854, "modality": 0.813, "row": 0.464, "deadline": 0.805}),
    ("group", "guidance", {"norm": 0.829, "modality": 0.773, "row": 0.308, "deadline": 0.706}),
    ("group", "news", {"norm": 0.625, "modality": 0.558, "row": 0.235, "deadline": 0.346}),
    ("fold", "0 to 3", {"norm": 0.839, "modality": 0.795, "row": 0.411}),
    ("fold", "4", {"norm": 0.787, "modality": 0.729, "row": 0.351}),
]
#: The most that may be: the share of norms that say the contrary, and how far confidences of whole rows are off.
CONTRARY = 0.0316
CALIBRATION_ERROR = 0.022
#: The least share of wrong rows that must lie in the least sure fifth; a confidence that says nothing has 0.2.
WRONG_IN_LEAST_SURE = 0.279
#: The most norms that may be found on a page of general news.
NORMS_A_PAGE = 1.0


def _read(root: Path, name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((root / "models" / "scores" / name).read_text("utf-8"))
    return told


@pytest.fixture(scope="module")
def figures(root: Path) -> dict[str, Any]:
    return _read(root, "real.json")


@pytest.mark.parametrize(("table", "row", "floors"), FLOORS, ids=[f"{table}: {row}" for table, row, _ in FLOORS])
def test_no_figure_is_under_its_floor(figures: dict[str, Any], table: str, row: str, floors: dict[str, float]) -> None:
    found = figures["tables"][table][row]
    assert {name: found[name] for name, floor in floors.items() if found[name] < floor} == {}


def test_figures_are_of_documents_that_the_models_had_not_seen(figures: dict[str, Any]) -> None:
    assert figures["unseen"] is True
    assert figures["unread"] == 0


def test_few_norms_say_the_contrary(figures: dict[str, Any]) -> None:
    assert figures["contrary"]["norms"] <= CONTRARY * figures["contrary"]["of"]


def test_confidences_can_be_trusted_as_far_as_before(figures: dict[str, Any]) -> None:
    row = figures["confidence"]["row"]
    assert row["calibration error"] <= CALIBRATION_ERROR
    assert row["wrong in the least sure fifth"] >= WRONG_IN_LEAST_SURE


def test_general_news_holds_few_norms(root: Path) -> None:
    assert _read(root, "general_news.json")["norms a page"] <= NORMS_A_PAGE
