"""Bare numbers, from the words that acts of many countries print."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.layout.xml.base import bare_number, counted, division_kind, division_number
from dutybook.records import ProvisionKind


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("Article 5a", "5a"),
        ("(aa)", "aa"),
        ("„§ 15a", "15a"),
        ("5 a §", "5a"),
        ("3 §", "3"),
        ("Art. 2-bis", "2-bis"),
        ("Art. 12ter", "12ter"),
        ("Article premier", "1"),
        ("Article 1er", "1"),
        ("Art. L. 123-4", "L. 123-4"),
        ("§ 164.404", "164.404"),
        ("στ)", "στ"),
        ("Член 12", "12"),
        ("KAPITEL IV", "IV"),
        ("1°", "1"),
        ("2 luku", "2"),
        ("SCHEDULE A1", "A1"),
        ("Anlage B", "B"),
        ("Articles 3 à 5", "3–5"),
        ("§§ 12 bis 14a", "12–14a"),
        ("Art. 12 bis", "12 bis"),
        ("ANNEX", ""),
        ("—", ""),
        ("", ""),
    ],
)
def test_bare_number(label: str, number: str) -> None:
    assert bare_number(label) == number


@pytest.mark.parametrize(
    ("label", "language", "kind", "number"),
    [
        ("CHAPTER II", "en", ProvisionKind.CHAPTER, "II"),
        ("Section 3", "en", ProvisionKind.SECTION, "3"),
        ("ERSTER TEIL", "de", ProvisionKind.PART, "1"),
        ("Unterabschnitt 2", "de", ProvisionKind.SUBSECTION, "2"),
        ("TITRE III", "fr", ProvisionKind.TITLE, "III"),
        ("2 luku", "fi", ProvisionKind.CHAPTER, "2"),
    ],
)
def test_divisions_are_what_their_language_calls_them(
    label: str, language: str, kind: ProvisionKind, number: str
) -> None:
    assert (division_kind(label, language), division_number(label, language)) == (kind, number)


@given(st.text(max_size=400))
def test_a_number_is_short_and_from_the_label(label: str) -> None:
    assert len(bare_number(label)) <= len(label)


@pytest.mark.parametrize(
    ("number", "like", "numeral"),
    [(3, "1", "3"), (3, "a", "c"), (28, "a", "bb"), (4, "i", "iv"), (9, "I", "IX"), (0, "a", "0")],
)
def test_counting(number: int, like: str, numeral: str) -> None:
    assert counted(number, like) == numeral
