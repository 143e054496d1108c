"""Finds the folders of trained models (in the installed package, or in ``models/`` of a checkout), and reads lists and scores
from them; the last run of ``benchmarks/score.py --report`` wrote the scores.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

from dutybook.errors import Defect

#: The environment variable for a folder whose artefacts come before those of the installation.
OTHER_ARTEFACTS = "DUTYBOOK_ARTEFACTS"
_PACKAGE = Path(__file__).resolve().parents[1]


def artefact(name: str) -> Path:
    """The folder ``models/NAME`` of a checkout, or its copy in an installed package.

    A folder of that name in the folder that ``DUTYBOOK_ARTEFACTS`` names comes first: benchmarks put there what has not seen
    the documents that they measure.

    Raises:
        Defect: it is in neither; the installation is damaged.
    """
    named = os.environ.get(OTHER_ARTEFACTS, "")
    for folder in (
        *([Path(named) / name] if named else []),
        _PACKAGE / "_data" / "models" / name,
        _PACKAGE.parents[1] / "models" / name,
    ):
        if folder.is_dir():
            return folder
    raise Defect(f"the trained artefact {name!r} is missing: install Dutybook again")


@contextmanager
def report_damage(what: str) -> Iterator[None]:
    """Around the reading of a model's file: says which model is damaged, and what helps.

    Raises:
        Defect: the file cannot be read, or what it holds does not fit.
    """
    try:
        yield
    except (OSError, BadZipFile, zlib.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Defect(f"{what} is damaged ({error}): install Dutybook again") from error


def read_labelled(file: Path, labels: Sequence[str]) -> list[tuple[str, str]]:
    """The texts of a list with their labels: a line has a text, a tab and a label.

    Raises:
        Defect: a line is malformed.
    """
    made = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        text, tab, label = line.partition("\t")
        if not tab or label not in labels:
            raise Defect(f"{file.name}, line {number}: a text, a tab and one of {', '.join(labels)} are expected")
        made.append((text, label))
    return made


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores on one set of texts: measures, over all and by language. ``norms`` of a row is the number of gold norms."""

    title: str
    all: Mapping[str, float]
    languages: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Measured:
    """All scores. ``sets``: first the one that shows what to expect.

    ``specs``: by language, the number of examples for each kind of finding, and how many of them are known to fail
    (``failing``). ``command`` computes the scores; empty if nothing was measured.
    """

    sets: tuple[Scores, ...] = ()
    command: str = ""
    specs: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@cache
def measured() -> Measured:
    """The scores; empty if the installation has none.

    Raises:
        Defect: the file is damaged.
    """
    try:
        file = artefact("scores") / "own.json"
    except Defect:
        return Measured()
    if not file.is_file():
        return Measured()
    with report_damage(file.name):
        parsed = json.loads(file.read_text("utf-8"))
        sets = [Scores(title, found["all"], found["languages"]) for title, found in parsed["sets"].items()]
        return Measured(tuple(sets[::-1]), str(parsed["command"]), parsed.get("specs", {}))
