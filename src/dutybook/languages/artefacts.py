"""Finds the folders of trained models (in the installed package, or in ``models/`` of a checkout), and reads the scores
that the last run of ``benchmarks/score.py --report`` wrote there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

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
    try:
        parsed = json.loads(file.read_text("utf-8"))
        sets = [Scores(title, found["all"], found["languages"]) for title, found in parsed["sets"].items()]
        return Measured(tuple(sets[::-1]), str(parsed["command"]), parsed.get("specs", {}))
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise Defect(f"{file.name} is damaged ({error}): install Dutybook again") from error
