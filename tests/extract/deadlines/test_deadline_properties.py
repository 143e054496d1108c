"""What holds for any text: offsets, order, values."""

from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutybook.extract.deadlines import find_deadlines
from dutybook.extract.deadlines.expressions import numbers_of
from dutybook.languages import load
from dutybook.records import DeadlineKind, Span

PIECES = {
    "en": "within|no later than|72|hours|two|months|years|after|the|by|2 August 2026|every|for|,|.|\ue000|and|if|end of 2027",
    "de": "innerhalb|binnen|von|72|Stunden|zwei|Monaten|nach|bis|2. August 2026|alle|für|,|.|\ue001|wenn|Ende 2027|jährlich",
    "es": "en|el|plazo|de|72|horas|dos|meses|después de|antes de|2 de agosto de 2026|cada|durante|,|.|\ue003|si|finales de 2027",
    "fr": "dans|un|délai|de|72|heures|deux|mois|après|avant|2 août 2026|tous les|pendant|,|.|\ue002|si|d'un|fin 2027",
}
VALUE = re.compile(
    r"immediate|(?:R/)?P(?:T\d+[HM]|(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+B?D)?)|--\d\d-\d\d|\d{4}(?:-\d\d(?:-\d\d)?)?"
)


@pytest.mark.parametrize("language", sorted(PIECES))
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_findings_lie_in_their_sentence_in_order_and_apart(language: str, data: st.DataObject) -> None:
    words = data.draw(st.lists(st.sampled_from(PIECES[language].split("|")), max_size=25))
    before = data.draw(st.text(max_size=10))
    line = " ".join(words)
    text = before + line
    span = Span(len(before), len(text))
    found = find_deadlines(text, span, load(language), data.draw(st.sampled_from([None, "2026-11-20", "nonsense"])))
    for finding in found:
        assert span.contains(finding.span)
        assert len(finding.span) > 0
        assert (finding.value is None) == (finding.kind is DeadlineKind.VAGUE)
        assert finding.value is None or VALUE.fullmatch(finding.value)
        if finding.anchor is not None:
            assert span.contains(finding.anchor.span)
            assert finding.anchor.span.of(text) == finding.anchor.text
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("language", "written", "number"),
    [
        ("en", "two hundred and fifty", 250),
        ("en", "twenty-one", 21),
        ("en", "three thousand", 3000),
        ("de", "fünfundvierzig", 45),
        ("de", "zweihundertfünfzigtausend", 250_000),
        ("fr", "quatre-vingt-dix", 90),
        ("es", "cuarenta y cinco", 45),
        ("es", "doscientos cincuenta", 250),
        ("fr", "vingt et un", 21),
        ("en", "72", 72),
        ("en", "several", None),
    ],
)
def test_numbers_in_words(language: str, written: str, number: int | None) -> None:
    assert numbers_of(load(language).temporal).value(written) == number


@pytest.mark.parametrize(
    "piece", ["within ", "two ", "1 ", "12.", "by the ", "twenty-", "a period of ", ", ", "every 2 years "]
)
@pytest.mark.parametrize("language", sorted(PIECES))
def test_hostile_repetition_takes_no_time(language: str, piece: str) -> None:
    text = piece * (20_000 // len(piece))
    begin = time.process_time()
    find_deadlines(text, Span(0, len(text)), load(language))
    assert time.process_time() - begin < 5
