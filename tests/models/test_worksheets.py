"""Worksheets: passages to annotate, the lines that come back, and how far two annotations agree."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [p for p in (str(ROOT / "models"), str(ROOT / "benchmarks")) if p not in sys.path]

from reader.examples import FOLDS, Text, Wanted, examples_of, fold_of, match_spans  # noqa: E402
from reader.passages import place_passage  # noqa: E402
from reader.worksheets import Workplace, as_passage, choose_passage, compare, read_marks, write_sheet  # noqa: E402

from dutybook.records import Family, Layout, LayoutBuilder, Span  # noqa: E402
from dutybook.structure.build import build_structure  # noqa: E402

LINES = (
    "By-law on the otter pond",
    "Section 1. The warden shall feed the otters daily, unless the pond is frozen, and may close the path.",
    "Section 2. Volunteers must:",
    "(a) keep a diary of the visits,",
    "(b) wash their boots.",
    "Section 3. The pond was dug in 1902.",
)


@pytest.fixture(scope="module")
def pond() -> Text:
    builder = LayoutBuilder()
    for line in LINES:
        builder.block(line)
    layout = Layout(builder.text(), tuple(builder.blocks), meta={})
    made = build_structure(layout, "pond", "en")
    return Text("national/pond.txt", layout.text, made.sentences, Family.STATUTE, "en", made.title)


def number_of(pond: Text, words: str) -> int:
    return next(n for n, s in enumerate(pond.sentences) if words in s.span.of(pond.text))


def marks_of(pond: Text) -> str:
    feed, diary = number_of(pond, "feed the otters"), number_of(pond, "keep a diary")
    return f"""
        {feed} | O | a | warden | feed the otters daily | - | unless the pond is frozen | - | The warden … is frozen
        {feed} | A | a | warden | close the path | - | - | - | and may … the path
        {diary} | Os | p | Volunteers | keep a diary … the visits
    """


def test_a_sheet_numbers_its_units(pond: Text) -> None:
    sheet = write_sheet(pond, range(len(pond.sentences)))
    number = number_of(pond, "feed the otters")
    assert f"\n{number} " in sheet
    assert "feed the otters daily" in sheet


def test_marks_come_back_as_a_passage_without_words(pond: Text) -> None:
    whole = range(len(pond.sentences))
    marks = read_marks(pond, whole, marks_of(pond))
    assert marks.faults == []
    made = as_passage(pond, "national/pond.txt", whole, marks)
    assert "otters" not in str(made)
    passage = place_passage(made, pond)
    assert passage is not None
    feed, close, diary = passage.wanted
    assert (feed.modality, feed.bearer, feed.parts) == (
        "obligation",
        "warden",
        {"action": "feed the otters daily", "exception": "unless the pond is frozen"},
    )
    assert (close.modality, close.span.of(pond.text)) == ("permission", "and may close the path")
    assert (diary.strength, diary.bearer_class, diary.bearer) == ("should", "person", "Volunteers")
    labels = [e.statement for e in examples_of(pond, passage.wanted, passage.regions, "passage") if e.part < 0]
    assert labels.count("none") >= 2


def test_a_skipped_unit_is_outside_of_the_regions(pond: Text) -> None:
    whole, number = range(len(pond.sentences)), number_of(pond, "keep a diary")
    made = as_passage(pond, "pond.txt", whole, read_marks(pond, whole, f"{number} | skip"))
    passage = place_passage(made, pond)
    assert passage is not None
    assert len(passage.regions) == 2
    assert not any(r.overlaps(pond.sentences[number].span) for r in passage.regions)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("900 | O | a | -", "no unit"),
        ("{feed} | X | a | -", "modality"),
        ("{feed} | O | q | -", "class"),
        ("{feed} | O | a | beaver", "bearer 'beaver'"),
        ("{feed} | O | a | warden | - | - | - | - | swim … home", "at 'swim … home'"),
    ],
)
def test_a_wrong_line_is_named_and_its_unit_left_out(pond: Text, line: str, fault: str) -> None:
    feed = number_of(pond, "feed the otters")
    marks = read_marks(pond, range(len(pond.sentences)), line.format(feed=feed))
    assert len(marks.faults) == 1
    assert fault in marks.faults[0]
    assert marks.norms == []


def test_a_passage_holds_nothing_that_is_taken(pond: Text) -> None:
    taken = pond.sentences[number_of(pond, "keep a diary")].span
    for seed in range(20):
        found = choose_passage(pond, [taken], 10, random.Random(seed))
        assert not any(pond.sentences[n].span.overlaps(taken) for n in found)


def test_each_span_is_matched_once_and_the_best_first() -> None:
    assert match_spans([Span(0, 10), Span(0, 8)], [Span(0, 8), Span(50, 60)]) == {1: 0}
    assert match_spans([Span(0, 10)], [Span(8, 18)]) == {}


def test_agreement_counts_norms_rows_and_fields() -> None:
    one = Wanted(Span(0, 40), "obligation", "must", "warden", "authority", {"action": "feed"})
    other = replace(one, bearer_class="person")
    scorer = SimpleNamespace(WHOLE=0.9, same_party=lambda a, b: a == b)
    found = compare(scorer, [([one, replace(one, span=Span(50, 90))], [other])])
    assert found["norm"] == pytest.approx(2 / 3)
    assert (found["row"], found["class"], found["modality"], found["action"]) == (0, 0, 1, 1)


def test_what_must_not_be_learned_from_has_no_sheet(tmp_path: Path) -> None:
    workplace = object.__new__(Workplace)
    workplace.shared = tmp_path
    unread = next(name for n in range(99) if fold_of(name := f"pond-{n}.en") == FOLDS - 1)
    for file, why in ((f"real/{unread}.txt", "nobody reads"), ("eu/AIA_act.html", "AI Act")):
        with pytest.raises(ValueError, match=why):
            workplace.read(file)
