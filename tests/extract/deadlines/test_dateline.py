"""The day under a news item's title, in words of its language."""

from __future__ import annotations

import pytest

from dutybook.extract.deadlines.dateline import dateline
from dutybook.languages import load


@pytest.mark.parametrize(
    ("language", "line", "day"),
    [
        ("de", "Hafenstadt, 24. April 2029", "2029-04-24"),
        ("pl", "21 listopada 2028 r.", "2028-11-21"),
        ("pl", "Brzegowo, 24 kwietnia 2029 r.", "2029-04-24"),
        ("fr", "Le 1er mars 2030", "2030-03-01"),
        ("en", "The fee rises on 24 April 2029 for all", None),
        ("en", "April 2029", None),
    ],
)
def test_a_short_line_with_a_full_date_is_the_day_of_publication(language: str, line: str, day: str | None) -> None:
    assert dateline(f"Cranes at rest\n{line}\n\nThe port rests.", load(language)) == day


def test_a_date_in_the_title_is_none() -> None:
    assert dateline("24 April 2029\nCranes rest", load("en")) is None
