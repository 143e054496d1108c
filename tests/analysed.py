"""Analyses of the samples, each made once in a run of the tests: for tests that want findings and do not test how they come about."""

from __future__ import annotations

import os
import pickle
from functools import cache
from pathlib import Path

import dutybook
from dutybook.records import Analysis

#: A folder that all processes of a run share; without it each process keeps its own analyses.
FOLDER = "DUTYBOOK_TEST_ANALYSES"


@cache
def analysed(name: str) -> Analysis:
    """The analysis of a sample, named by its file."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return dutybook.analyse(dutybook.samples() / name)
    kept = Path(folder) / f"{name}.pickle"
    if kept.is_file():
        found: Analysis = pickle.loads(kept.read_bytes())
        return found
    made = dutybook.analyse(dutybook.samples() / name)
    part = kept.with_suffix(f".{os.getpid()}")
    part.write_bytes(pickle.dumps(made))
    part.replace(kept)
    return made
