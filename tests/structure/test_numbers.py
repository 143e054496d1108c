"""Numbers of articles as acts write them: their bare form, their order, and which count together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.structure.markers import key, normal, series


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("5", "5"),
        ("5 a", "5a"),
        ("1er", "1"),
        ("Ier", "I"),
        ("5.º", "5"),
        ("5º-A", "5-A"),
        ("2.ª", "2"),
        ("12 bis", "12 bis"),
        ("1-bis", "1-bis"),
        ("L213-4", "L. 213-4"),
        ("R. 213-12", "R. 213-12"),
        ("VIII.3", "VIII.3"),
        ("164.404", "164.404"),
    ],
)
def test_bare_number(written: str, bare: str) -> None:
    assert normal(written) == bare


def test_the_letter_o_stands_for_the_ordinal_sign_only_where_the_language_does_so() -> None:
    assert normal("5o", ordinal_o=True) == "5"
    assert normal("5o") == "5o"


@pytest.mark.parametrize(
    "counted",
    [
        ["1", "2", "2a", "2b", "3", "10"],
        ["4", "4bis", "4ter", "4quater", "5"],
        ["12", "12 bis", "12 ter", "13"],
        ["L. 123-4", "L. 123-5", "L. 123-10", "L. 211-1"],
        ["VIII.3", "VIII.4", "VIII.10"],
        ["55", "55-A", "55-B", "56"],
        ["164.404", "164.406", "164.1000"],
        ["I", "II", "IV", "IX", "X"],
    ],
    ids=lambda counted: counted[-1],
)
def test_order(counted: list[str]) -> None:
    assert sorted(counted, key=key) == counted
    assert len({series(number) for number in counted if not number.isalpha()}) <= 1


def test_an_inserted_code_counts_for_itself() -> None:
    assert series("VIII.3") == series("VIII.10") != series("3")
    assert series("L. 123-4") != series("R. 123-4")


@given(st.integers(1, 5000), st.sampled_from(["", "a", "b", " bis", "-ter"]))
def test_what_is_inserted_stands_between_its_neighbours(figure: int, suffix: str) -> None:
    assert key(str(figure)) <= key(f"{figure}{suffix}") < key(str(figure + 1))


@given(st.text(max_size=20))
def test_any_text_has_a_key(text: str) -> None:
    assert all(isinstance(part, int) for part in key(text))
    assert normal(normal(text)) == normal(normal(normal(text)))


@pytest.mark.parametrize("raised", ["5¹", "5^1", "5^12"])
def test_raised_numbers_stand_between_their_neighbours(raised: str) -> None:
    assert key("5") < key(raised) < key("6")
    assert series(raised) == series("5")
