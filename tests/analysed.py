"""Analyses of the samples, each made once in a run of the tests: for tests that want findings and do not test how they come about."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

import dutybook
from dutybook.records import Analysis

#: A folder that all processes of a run share; without it each process keeps its own analyses.
FOLDER = "DUTYBOOK_TEST_ANALYSES"


T = TypeVar("T")


def kept(name: str, make: Callable[[], T]) -> T:
    """What ``make`` returns, made once in a run: another process that wants ``name`` reads what was kept of it."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return make()
    file = Path(folder) / f"{name}.pickle"
    if file.is_file():
        found: T = pickle.loads(file.read_bytes())
        return found
    made = make()
    part = file.with_suffix(f".{os.getpid()}")
    part.write_bytes(pickle.dumps(made))
    part.replace(file)
    return made


@cache
def analysed(name: str) -> Analysis:
    """The analysis of a sample, named by its file."""
    return kept(name, lambda: dutybook.analyse(dutybook.samples() / name))
