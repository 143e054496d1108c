"""The report of an import: what it found and what it changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Take(StrEnum):
    """Which value wins if both a cell and the register were changed."""

    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Edit:
    """A cell with a new value for a norm (full id). ``field`` is what it changes, ``column`` its heading.

    ``old`` is the present value of the register; values are as stored. ``over``: who changed it since the export and
    when, if the sheet wins over that change.
    """

    row: int
    cell: str
    column: str
    field: str
    norm: str
    place: str
    title: str
    old: str
    new: str
    over: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that was edited although the register was changed, too: ``base`` at the export (None: not known),
    ``now``, ``sheet``.

    ``by`` and ``at``: who changed the register last and when (UTC); empty if a new analysis of the document did.
    """

    row: int
    cell: str
    column: str
    field: str
    norm: str
    place: str
    title: str
    base: str | None
    now: str
    sheet: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What cannot be imported, and what to do about it. ``cell`` and ``column`` are empty if it concerns a whole row."""

    row: int
    cell: str
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A note about a row (0: about the whole sheet) that leaves nothing undone."""

    row: int
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """The report of an import.

    ``rows`` and ``untouched`` count rows of the sheet, ``deleted`` the exported rows that are gone (None: not known).
    ``left`` counts differences in which the register won (``--take theirs``). ``applied``: the edits are in the
    register.
    """

    file: str
    sheet: str
    exported: str
    rows: int
    untouched: int
    deleted: int | None
    edits: tuple[Edit, ...]
    conflicts: tuple[Conflict, ...]
    problems: tuple[Problem, ...]
    remarks: tuple[Remark, ...]
    left: int
    applied: bool

    @property
    def whole(self) -> bool:
        """Whether nothing was left undone."""
        return not self.conflicts and not self.problems

    @property
    def norms(self) -> int:
        """The number of norms with edits."""
        return len({edit.norm for edit in self.edits})
