"""Imports an edited workbook: reads it, plans its changes, and applies them in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from dutybook.errors import BadRequest
from dutybook.export.content import clean
from dutybook.store import Register
from dutybook.store.exports.act_details import about
from dutybook.store.exports.supplement import snapshot
from dutybook.store.judgements import import_baseline, reviews
from dutybook.store.judgements.pending_changes import Book
from dutybook.store.judgements.reviews import say
from dutybook.workbook_import.columns import layout
from dutybook.workbook_import.file_checks import Limits
from dutybook.workbook_import.plan import Plan
from dutybook.workbook_import.reader import read_workbook
from dutybook.workbook_import.report import Report, Take
from dutybook.workbook_import.sheet import FORMAT, Sheet


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of an import. ``other``: also take a workbook of another register. ``whole``: change nothing if
    anything is left out.
    """

    take: Take | None = None
    other: bool = False
    whole: bool = False
    dry_run: bool = False


def import_workbook(
    register: Register,
    path: Path,
    wanted: Wanted | None = None,
    *,
    by: str = "",
    now: datetime | None = None,
    limits: Limits | None = None,
) -> Report:
    """Apply what people wrote into an exported workbook, in one transaction.

    Args:
        register: the register to change.
        path: the workbook.
        wanted: the options.
        by: the person in whose name changes are recorded. A dry run changes nothing and needs none.

    Raises:
        NotFound: there is no such file.
        BadRequest: no export wrote it, or that of another register; or no person is named.
    """
    wanted = wanted or Wanted()
    sheet = read_workbook(path, layout(), limits)
    if sheet.note.get("format") != FORMAT:
        format_name = sheet.note.get("format", "none")[:20]
        raise BadRequest(
            f"{path.name} is of a format that this Dutybook does not know ({format_name}): update Dutybook, or export anew."
        )
    why = f"import of {' '.join(clean(path.name).split())[:120]}"
    with _state(register, wanted, by, now, why) as book:
        since = _since(register, sheet, path, wanted)
        plan = Plan(register, sheet, since, wanted.take)
        changes = plan.made()
        report = plan.report(path)
        if book is None or (wanted.whole and not report.whole) or not changes:
            return report
        say(book, changes)
    return replace(report, applied=True)


@contextmanager
def _state(register: Register, wanted: Wanted, by: str, now: datetime | None, why: str) -> Iterator[Book | None]:
    """A transaction over one state of the register, for comparing and changing."""
    if wanted.dry_run:
        with snapshot(register):
            yield None
    else:
        with reviews.writing(register, by=by, now=now, why=why) as book:
            yield book


def _since(register: Register, sheet: Sheet, path: Path, wanted: Wanted) -> int | None:
    """The length of the history at the export; None if the workbook is of another register."""
    text = sheet.note.get("history", "")
    since = int(text) if text.isdecimal() and len(text) < 16 else None
    ours = about(register).register
    if not ours or sheet.note.get("register") != ours:
        problem = f"{path.name} was exported from another register"
    elif since is None:
        problem = f"{path.name} does not say when it was exported"
    elif since > import_baseline.length(register):
        problem = f"{path.name} was exported from a later state of this register (was a backup restored?)"
    else:
        return since
    if not wanted.other:
        raise BadRequest(
            f"{problem}. If that is meant, give --other-register: what was there at the export is then not known, so cells"
            " fill what is empty, and what differs is a conflict."
        )
    return None
