"""A news text's day on a line of its own, in words and orders of many languages."""

from __future__ import annotations

import pytest

from dutybook.languages.publication_lines import parse_day_line


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("12 de febrero de 2029", "2029-02-12"),
        ("Ribadeña, 4 de junio de 2030", "2030-06-04"),
        ("lunes, 3 de marzo de 2029", "2029-03-03"),
        ("24. September 2029", "2029-09-24"),
        ("le 3 mars 2030", "2030-03-03"),
        ("March 17, 2029", "2029-03-17"),
        ("21-01-2031", "2031-01-21"),
        ("31/12/2030", "2030-12-31"),
        ("Brzegowo, 24 kwietnia 2029 r.", "2029-04-24"),
    ],
)
def test_a_day_is_read(line: str, day: str) -> None:
    assert parse_day_line(line) == day


@pytest.mark.parametrize(
    "line",
    ["30 de febrero de 2029", "12/31/2030", "Capítulo 1", "12 de 2029", "Desde el 4 de junio de 2030", "4 de junio"],
)
def test_other_lines_are_no_days(line: str) -> None:
    assert parse_day_line(line) is None
