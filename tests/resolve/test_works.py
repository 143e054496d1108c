"""A work knows whose law it is: from its file, from what its text says, or not at all."""

from __future__ import annotations

import pytest

from dutybook.languages import load
from dutybook.records import Genre, Layout, Work
from dutybook.resolve.works import identify

_AUSTRIAN = "Der Nationalrat hat beschlossen: Das Hafengesetz, BGBl. I Nr. 12/2031, wird geändert."


def _work(genre: Genre, text: str, title: str = "Gesetz über Häfen (HafG)", **meta: str) -> Work | None:
    return identify(title, genre, "de", Layout(text, (), meta=meta), load("de")).work


@pytest.mark.parametrize(
    ("genre", "text", "meta", "jurisdiction"),
    [
        (Genre.STATUTE, _AUSTRIAN, {}, "AT"),
        (Genre.GUIDANCE, _AUSTRIAN, {}, "AT"),
        (Genre.STATUTE, _AUSTRIAN, {"jurisdiction": "DE"}, "DE"),
        (Genre.STATUTE, "Häfen sind zu sichern.", {}, ""),
        (Genre.EU_ACT, _AUSTRIAN, {}, "EU"),
        (Genre.STATUTE, _AUSTRIAN, {"celex": "32031R0012"}, "EU"),
    ],
)
def test_the_jurisdiction_of_a_work(genre: Genre, text: str, meta: dict[str, str], jurisdiction: str) -> None:
    work = _work(genre, text, **meta)
    assert work is not None
    assert work.jurisdiction == jurisdiction


def test_two_states_may_have_acts_of_one_abbreviation() -> None:
    austrian, unknown = _work(Genre.STATUTE, _AUSTRIAN), _work(Genre.STATUTE, "")
    assert austrian is not None
    assert unknown is not None
    assert (austrian.id, unknown.id) == ("at:hafg", "de:hafg")


def test_news_are_no_work() -> None:
    assert _work(Genre.NEWS, _AUSTRIAN) is None
