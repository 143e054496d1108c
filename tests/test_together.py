"""Cases that are checked together fail as they would alone."""

from __future__ import annotations

import pytest

from together import check_each


def holds(number: int) -> None:
    if number == 4:
        raise KeyError("no such thing")
    assert number % 2 == 0, f"{number} is odd"


def test_all_cases_hold() -> None:
    check_each([2, 6], holds)


def test_every_case_that_does_not_hold_is_named_with_its_message() -> None:
    with pytest.raises(pytest.fail.Exception) as caught:
        check_each([1, 2, 3], holds, name=lambda number: f"case {number}")
    message = str(caught.value)
    assert message.startswith("2 of 3 do not hold:")
    assert "case 1\n1 is odd" in message
    assert "case 3\n3 is odd" in message
    assert "case 2" not in message


def test_an_error_is_a_failure_with_its_traceback() -> None:
    with pytest.raises(pytest.fail.Exception, match="1 of 2 do not hold") as caught:
        check_each([2, 4], holds)
    assert "no such thing" in str(caught.value)
    assert "in holds" in str(caught.value)


def test_no_case_at_all_is_a_failure() -> None:
    with pytest.raises(pytest.fail.Exception, match="no case"):
        check_each([], holds)
