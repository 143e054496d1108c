from __future__ import annotations

from collections.abc import Iterator

import pytest
from workbooks import read_here


@pytest.fixture(autouse=True)
def _in_this_process(request: pytest.FixtureRequest) -> Iterator[None]:
    """Starting a process a test would take most of the time; those marked otherwise start it."""
    if "own_process" in request.fixturenames:
        yield
    else:
        with read_here():
            yield


@pytest.fixture
def own_process() -> None:
    """The workbook is read as it is outside of tests."""
