"""Which places and counted parts words name: lists and ranges one by one, subparagraphs and sentences with their numbers."""

from __future__ import annotations

import pytest

from dutybook.extract.named_parts import find_counted, find_places, part_spans
from dutybook.languages.relations import amending_words
from dutybook.records.instructions import Counted, Part
from dutybook.structure.build import pack_for


def places(words: str, language: str = "en", *, every: bool = False) -> tuple[str, ...]:
    return find_places(words, pack_for(language), "Art 7", start=0, until=len(words), every=every)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Article 3(2) is deleted", ("Art 3(2)",)),
        ("in paragraph 2, points (b) and (d) are deleted", ("Art 7(2)(b)", "Art 7(2)(d)")),
        ("paragraphs 2 to 4 are replaced", ("Art 7(2)", "Art 7(3)", "Art 7(4)")),
        ("the lamps are painted green", ()),
    ],
)
def test_each_place_of_a_list_or_range_is_named(words: str, named: tuple[str, ...]) -> None:
    assert places(words) == named


def test_a_place_is_named_once_unless_every_mention_is_wanted() -> None:
    words = "paragraphs 2 to 3 become paragraphs 3 to 4"
    assert places(words) == ("Art 7(2)", "Art 7(3)", "Art 7(4)")
    assert places(words, every=True) == ("Art 7(2)", "Art 7(3)", "Art 7(3)", "Art 7(4)")


@pytest.mark.parametrize(
    ("words", "language", "named"),
    [
        ("paragraphs 2 and 3 become paragraphs 3 and 4", "en", "Art 7(2) Art 7(3) Art 7(3) Art 7(4)"),
        ("points (a) and (b) become points (b) and (c)", "en", "Art 7(a) Art 7(b) Art 7(b) Art 7(c)"),
        ("Die Absätze 2 und 3 werden die Absätze 3 und 4", "de", "Art 7(2) Art 7(3) Art 7(3) Art 7(4)"),
    ],
)
def test_a_list_is_counted_once(words: str, language: str, named: str) -> None:
    assert " ".join(places(words, language, every=True)) == named


def test_sentences_with_their_numbers_are_no_places() -> None:
    words = "In Absatz 2 werden die Sätze 2 und 3 aufgehoben"
    assert places(words, "de") == ("Art 7(2)",)
    assert [span.of(words) for span in part_spans(words, pack_for("de"))] == ["Sätze 2 und 3"]


@pytest.mark.parametrize(
    ("words", "language", "counted"),
    [
        ("the first and second subparagraphs", "en", [Counted(Part.SUBPARAGRAPH, (1, 2))]),
        (
            "the last sentence of the subparagraph",
            "en",
            [Counted(Part.SUBPARAGRAPH, ()), Counted(Part.SENTENCE, (-1,))],
        ),
        ("Sätze 2 bis 4", "de", [Counted(Part.SENTENCE, (2, 3, 4))]),
    ],
)
def test_parts_are_counted_from_the_outside(words: str, language: str, counted: list[Counted]) -> None:
    known = amending_words(language)
    assert known is not None
    assert known.parts is not None
    assert list(find_counted(words, known.parts, pack_for(language))) == counted
