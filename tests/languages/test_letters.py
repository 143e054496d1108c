"""Letters as the numbers of lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.languages.letters import roman_value
from dutybook.layout.drafts import roman_number


@given(st.integers(1, 3999))
def test_a_roman_numeral_reads_as_what_was_written(count: int) -> None:
    assert roman_value(roman_number(count)) == count


@pytest.mark.parametrize(("numeral", "value"), [("i", 1), ("iv", 4), ("ix", 9), ("xl", 40), ("mcmxc", 1990)])
def test_roman_numerals(numeral: str, value: int) -> None:
    assert roman_value(numeral) == value


@pytest.mark.parametrize("text", ["", "iiii", "vx", "abc", "mmmm", "civil", "IV"])
def test_what_is_no_roman_numeral(text: str) -> None:
    assert roman_value(text) is None
