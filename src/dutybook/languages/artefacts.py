"""Finds the folders of trained models: in the installed package, or in ``models/`` of a checkout."""

from __future__ import annotations

from pathlib import Path

from dutybook.errors import Defect

_PACKAGE = Path(__file__).resolve().parents[1]


def artefact(name: str) -> Path:
    """The folder ``models/NAME`` of a checkout, or its copy in an installed package.

    Raises:
        Defect: it is in neither; the installation is damaged.
    """
    for folder in (_PACKAGE / "_data" / "models" / name, _PACKAGE.parents[1] / "models" / name):
        if folder.is_dir():
            return folder
    raise Defect(f"the trained artefact {name!r} is missing: install Dutybook again")
