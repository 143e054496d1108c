"""The report of an import: what it found and what it changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Take(StrEnum):
    """Which value stands where a cell and the register changed both."""

    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Edit:
    """A cell that says something new of a norm (full id). ``field`` is what it changes, ``column`` the heading of it.

    ``old`` is what the register has now; values are those that are stored. ``over``: who changed it since the export and when,
    where the sheet is to win all the same.
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
    """A cell that was changed while the register was changed otherwise: ``base`` at the export (None: not known), ``now``, ``sheet``.

    ``by`` and ``at``: who changed the register last and when (UTC); empty where a new reading of the document did.
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
    """What cannot be taken as it stands, and what to do about it. Of a whole row ``cell`` and ``column`` are empty."""

    row: int
    cell: str
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody should know of a row (0: of the whole sheet), though nothing is left undone."""

    row: int
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """``rows`` and ``untouched`` count rows of the sheet, ``deleted`` those that were exported and are gone (None: not known).

    ``left``: differences that were left as the register has them (``--take theirs``). ``applied``: the edits are in the register.
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
        """How many norms the edits are about."""
        return len({edit.norm for edit in self.edits})
