"""The figures on real documents may rise; they may not fall below what was reached.

Once they fell: until the end of November 2026 the decisions had been fitted to what they were measured on, and rows read .425 instead of .40.
And news fell by one deadline (rows .268 to .265, deadlines .308 to .277) when days of each month became a value of their own
(``---15``), as the guidelines have it: that one is marked as monthly. Law and guidance won more by it.
With version 7 of the network classes fell from .730 to .722, and in fold 4 rows from .401 to .395; everything else rose.
With version 9 rows rose from .443 to .449, in fold 4 from .395 to .410; modality fell from .795 to .791 in guidance, from .537 to .529 in news,
and from .791 to .773 in fold 4, norms there from .829 to .823, rows of news from .287 to .274. It found .22 norms on a page of general news,
three times as many as before; thresholds that bring them down to .08 cost norms of news .603 to .576, their rows .274 to .252, all rows .001.
"""

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
        {"norm": 0.838, "modality": 0.801, "row": 0.446, "quote": 0.924, "bearer": 0.817, "class": 0.721}
        | {"strength": 0.983, "deadline": 0.791, "fact": 0.773, "penalty": 0.916}
        | {"action": 0.785, "condition": 0.572, "recipient": 0.404, "exception": 0.630},
    ),
    ("all", "amending acts", {"norm": 0.863, "row": 0.473}),
    ("group", "law", {"norm": 0.874, "modality": 0.841, "row": 0.508, "deadline": 0.850}),
    ("group", "guidance", {"norm": 0.825, "modality": 0.785, "row": 0.358, "deadline": 0.730}),
    ("group", "news", {"norm": 0.574, "modality": 0.512, "row": 0.250, "deadline": 0.271}),
    ("fold", "0 to 3", {"norm": 0.841, "modality": 0.808, "row": 0.454}),
    ("fold", "4", {"norm": 0.821, "modality": 0.771, "row": 0.408}),
]
#: The most that may be: the share of norms that say the contrary, and how far confidences of whole rows are off.
CONTRARY = 0.027
CALIBRATION_ERROR = 0.033
#: The least share of wrong rows that must lie in the least sure fifth; a confidence that says nothing has 0.2.
WRONG_IN_LEAST_SURE = 0.301
#: The most norms that may be found on a page of general news.
NORMS_A_PAGE = 0.083


def _read(root: Path, name: str) -> dict[str, Any]:
    scores: dict[str, Any] = json.loads((root / "models" / "scores" / name).read_text("utf-8"))
    return scores


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
