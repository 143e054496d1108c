"""Dates in text that an amending act puts in place of older text."""

from __future__ import annotations

import pytest

from dutybook.pipeline.analyse import analyse
from dutybook.records import RawDocument

HEAD = """# Regulation (EU) 2033/55 of 3 March 2033 amending Regulation (EU) 2031/777 on harbour beacons

Official Journal of the European Union L 2033/55 12.5.2033

HAVE ADOPTED THIS REGULATION:

Article 1

Amendments to Regulation (EU) 2031/777

Regulation (EU) 2031/777 is amended as follows:

"""
TAIL = """

Article 2

This Regulation shall enter into force on 1 July 2033.
"""


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            "(1) in Article 3, paragraph 2 is replaced by the following:\n\n‘2. It shall apply from 1 June 2035.’;",
            [("32031R0777", "Art 3(2)", None, "2035-06-01")],
        ),
        (
            "(1) Article 4 is replaced by the following:\n\n‘Article 4\n\nExpiry\n\nThis Regulation shall expire on 31 December 2045.’.",
            [("32031R0777", "Art 4", None, "2045-12-31")],
        ),
        # What is added replaces nothing, but the dates at its place are no longer sure.
        (
            "(1) in Article 3, the following paragraph is added:\n\n‘3. Article 2 shall apply from 1 June 2035.’;",
            [("32031R0777", "Art 3", None, "None")],
        ),
        # A duty's deadline is no day of the act.
        (
            "(1) in Article 3, paragraph 2 is replaced by the following:\n\n‘2. Operators shall report by 1 June 2035.’;",
            [],
        ),
        # Two days in one sentence: nobody can tell which takes whose place.
        (
            "(1) in Article 3, paragraph 2 is replaced by the following:\n\n"
            "‘2. It shall apply from 1 June 2035, and Article 1 shall apply from 1 June 2036.’;",
            [("32031R0777", "Art 3(2)", None, "None")],
        ),
    ],
)
def test_the_day_of_new_text_takes_the_place_of_the_old_one(
    change: str, found: list[tuple[str, str, None, str]]
) -> None:
    analysis = analyse(RawDocument("act.md", (HEAD + change + TAIL).encode()))
    assert [(c.work, c.target, c.old, str(c.new)) for c in analysis.date_changes] == found
