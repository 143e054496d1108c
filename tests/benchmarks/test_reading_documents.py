"""Benchmarks that read documents as far as the benchmark of acts' dates does: each still understands what it is given."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import act_dates
import claims
import exceptions_real
import named_acts
import pytest

SAMPLE = "seehafendatengesetz.de.md"


def test_the_dates_of_an_act_are_asserted(samples: Path) -> None:
    assert act_dates.find_dates(samples / SAMPLE, None)


def test_acts_are_named_in_a_view_of_a_document(samples: Path) -> None:
    assert named_acts.view_of(samples / SAMPLE, None).title.startswith("Gesetz")


def test_sentences_are_scored_by_what_they_name() -> None:
    groups = [list(named_acts.marked_sentences(path)) for path in named_acts.SENTENCES.values()]
    assert all({sentence.language for sentence in sentences} >= {"bg", "de", "ga", "mt"} for sentences in groups)
    score = named_acts.Score()
    text = "Crane drivers read the Data Act and the Harbour Act; the Quay Act rests."
    data = text.index("Data Act")
    marked = named_acts.Marked("en", text, ((data, data + 8, "32023R2854"), (0, 5, "32023R2855")))
    named_acts.score_sentence(marked, [score])
    assert (score.named, score.right, score.known, score.found, score.linked) == (3, 1, 2, 1, 1)
    assert [line.split(":")[0].strip() for line in score.errors[1:]] == ["not marked", "not marked", "missed"]


def test_claims_are_compared_with_acts_that_were_read(
    samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"HARBOUR_{SAMPLE}").write_bytes((samples / SAMPLE).read_bytes())
    (tmp_path / "other.md").write_text("No act.", encoding="utf-8")
    monkeypatch.setattr(claims, "ACTS", ("HARBOUR_",))
    (act,) = claims.read_acts(tmp_path, None)
    assert act.facts


@pytest.mark.parametrize(
    ("wanted", "found", "right", "mark"),
    [
        ("unless it rains", "unless it rains", True, "right"),
        ("unless it rains", "save on Sundays", False, "other"),
        ("unless it rains", None, False, "missed"),
        (None, "save on Sundays", False, "false"),
    ],
)
def test_an_exception_is_right_another_missed_or_false(
    wanted: str | None, found: str | None, right: bool, mark: str
) -> None:
    assert exceptions_real.Compared(0, "en", "", wanted, found, right).mark == mark
