"""Hundreds of small cases in one test: all are checked, and all that do not hold are named together.

A sentence takes a few milliseconds to check; a test of its own would take as long again for its set-up, its report and,
with several workers, its way between processes.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest

Case = TypeVar("Case")


def check_each(cases: Iterable[Case], check: Callable[[Case], None], name: Callable[[Case], str] = str) -> None:
    """``check`` each case; fails at the end with the name of every case that does not hold, and what its check said."""
    given = list(cases)
    if not given:
        pytest.fail("there is no case to check", pytrace=False)
    wrong = []
    for case in given:
        try:
            check(case)
        except AssertionError as error:
            wrong.append(f"{name(case)}\n{error}")
        except Exception:
            wrong.append(f"{name(case)}\n{traceback.format_exc()}")
    if wrong:
        pytest.fail("\n\n".join([f"{len(wrong)} of {len(given)} do not hold:", *wrong]), pytrace=False)
