"""Imports an edited workbook: reads it, plans its changes row by row, and applies them in one transaction.

Edits in columns that are not editable are reported and ignored. If they show that ids and texts no longer belong
together, for example because only some columns were sorted, the whole row is ignored.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from dutybook.errors import BadRequest
from dutybook.export.columns import CORRECTED, TABLES, normalise_cell
from dutybook.export.content import ObligationRow, clean, shorten
from dutybook.languages.reader import FALLBACK, ReaderWords, reader_words
from dutybook.records.norm_fields import CORRECTABLE
from dutybook.store import Register
from dutybook.store.exports import about, snapshot
from dutybook.store.judgements import import_baseline, reviews
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.import_baseline import Subject
from dutybook.store.judgements.record import DEADLINE, Record
from dutybook.store.judgements.record_rows import Book
from dutybook.store.judgements.reviews import say
from dutybook.workbook_import.columns import NOTE_FIELD, BadCell, fields, layout, title
from dutybook.workbook_import.comparison import Comparer, Row
from dutybook.workbook_import.reader import read_workbook
from dutybook.workbook_import.records import FORMAT, Cell, Contents, NormRows, Problem, Remark, Report, SheetRow, Take
from dutybook.workbook_import.worker import Limits


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of an import. ``other``: also take a workbook of another register. ``whole``: change nothing if
    anything is left out. ``reader`` is the language (ISO 639-1) of problems and remarks.
    """

    take: Take | None = None
    other: bool = False
    whole: bool = False
    dry_run: bool = False
    reader: str = FALLBACK


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
    contents = read_workbook(path, layout(), limits)
    if contents.note.get("format") != FORMAT:
        format_name = contents.note.get("format", "none")[:20]
        raise BadRequest(
            f"{path.name} is of a format that this Dutybook does not know ({format_name}): update Dutybook, or export anew."
        )
    why = f"import of {' '.join(clean(path.name).split())[:120]}"
    with _state(register, wanted, by, now, why) as book:
        since = _since(register, contents, path, wanted)
        plan = Plan(register, contents, since, wanted.take, wanted.reader)
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


def _since(register: Register, contents: Contents, path: Path, wanted: Wanted) -> int | None:
    """The length of the history at the export; None if the workbook is of another register."""
    text = contents.note.get("history", "")
    since = int(text) if text.isdecimal() and len(text) < 16 else None
    ours = about(register).register
    if not ours or contents.note.get("register") != ours:
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


#: The most rows that are examined closely. More are only reported as edited.
_CLOSELY = 200
_EMPTY = Cell(None)
_BLANK = Record("")
_CHUNK = 2000
#: Fields of a record that need no reason.
_PLAIN = ("status", "owner", "reviewer", "due", "review_date", "priority", "control", "evidence", "note")


def _describe_protected_edits(
    register: Register,
    rows: Sequence[NormRows],
    before: Mapping[str, Record | None],
    language: str,
    words: ReaderWords,
) -> list[Remark]:
    """One remark for each row whose protected cells differ from what was exported. ``before`` are the records at that
    time, by norm (full id).
    """
    made = []
    closely = rows[:_CLOSELY]
    norms = {norm.id: norm for norm in register.norms_by_id([row.id for row in closely])}
    documents = {row.id: row for row in register.documents()} if norms else {}
    for row in rows:
        names: list[str] = []
        if row.id in norms:
            norm = norms[row.id]
            names = _differ(row, ObligationRow(norm, documents[norm.document], review=before.get(norm.id)))
        columns = ", ".join(words("remark.quoted", words=title(name, language)) for name in names)
        text = words("remark.protected", count=len(names) or 1, columns=columns or words("remark.a_cell"))
        if "notes" in names:
            text += " " + words("remark.notes", column=title(fields()["note"].column, language))
        made.append(Remark(row.number, text))
    return made


def _differ(row: NormRows, now: ObligationRow) -> list[str]:
    names = []
    cells = row.cells
    for key, part in row.parts.items():
        context = layout()[key].context if part.edited else ()
        for column in (column for column in TABLES[key] if column.name in context):
            value = column.value(now)
            text = shorten(clean(value)) if isinstance(value, str) else value
            if normalise_cell(text) != normalise_cell(cells.get(column.name, _EMPTY).value):
                names.append(column.name)
    return names


def _find_mismatched_rows(register: Register, rows: Sequence[NormRows]) -> set[str]:
    """The ids of rows whose text is not that of the norm with their id."""
    edited = [part for row in rows for part in row.parts.values() if part.edited]
    known = import_baseline.texts(register, [part.id for part in edited])
    duties = {norm: (_begins(text.duty), _begins(text.quote)) for norm, text in known.items()}
    every = {words for pair in duties.values() for words in pair}
    found = set()
    for part in edited:
        column, own = ("duty", 0) if part.table == "register" else ("quote", 1)
        if part.id not in known or column not in part.cells:
            continue
        beginning = _begins(part.cells[column].value)
        if beginning == duties[part.id][own]:
            continue
        places = {"place": known[part.id].place, "page": known[part.id].page}
        moved = any(
            normalise_cell(part.cells.get(name, _EMPTY).value) != normalise_cell(value)
            for name, value in places.items()
            if part.table != "register"
        )
        if beginning in every or moved:
            found.add(part.id)
    return found


def _begins(text: object) -> str:
    """The beginning of a quote, long enough to recognise it even if an export shortened it."""
    return normalise_cell(clean(str(text)))[:500]


def _changes(made: Row, reason: str) -> list[Change]:
    """Up to four changes, since several have a reason of their own; ``reason`` is that of the corrections.

    Raises:
        BadCell, BadRequest: they are impossible after all.
    """
    new = {edit.field: edit.new for edits in made.edits.values() for edit in edits}
    plain: dict[str, Any] = {name: new[name] for name in _PLAIN if name in new}
    if plain.get("status") == "":
        plain["status"] = "unassessed"
    changes = [Change(**plain)] if plain else []
    now = made.subject.record or _BLANK
    if "applicability" in new or "applicability_reason" in new:
        applies = new.get("applicability", now.applicability) or "unassessed"
        why = new.get("applicability_reason", now.applicability_reason)
        changes.append(Change(applicability=applies, reason=why))
    if "finding" in new or "finding_reason" in new:
        finding = new.get("finding", now.finding)
        changes.append(Change(finding=finding, reason=new.get("finding_reason", now.finding_reason)))
    if correct := {name: new[name] for name in CORRECTABLE if name in new}:
        changes.append(Change(correct=correct, reason=reason))
    if DEADLINE in new:
        changes += _corrected_deadlines(made.subject, new[DEADLINE], reason)
    return changes


def _corrected_deadlines(subject: Subject, text: str, reason: str) -> Iterator[Change]:
    """The corrections of a norm's deadlines, whose values stand in a cell one per line.

    Raises:
        BadCell: there are not as many lines as deadlines.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) != len(subject.deadlines):
        raise BadCell("problem.deadline_lines", number=len(subject.deadlines))
    for line, (quote, value) in zip(lines, subject.deadlines, strict=True):
        if line != value:
            yield Change(correct={DEADLINE: line}, deadline=quote, reason=reason)


class Plan:
    """The plan for the rows of a workbook."""

    def __init__(
        self, register: Register, contents: Contents, since: int | None, take: Take | None, reader: str = FALLBACK
    ) -> None:
        self.register = register
        self.contents = contents
        self.since = since
        self.language = contents.note.get("language", "en")
        self.norms: list[NormRows] = []
        self.words = reader_words("workbook", reader)
        self.comparer = Comparer(contents, self.language, since is not None, take, self.words)
        self.rows: list[Row] = []
        self.problems: list[Problem] = []
        self.remarks: list[Remark] = []

    def made(self) -> dict[str, list[Change]]:
        """Compare all rows. Returns the changes by norm (full id)."""
        touched = self._single()
        self._remark_columns()
        strangers = _find_mismatched_rows(self.register, touched)
        for row in touched:
            if row.id in strangers:
                self._problem(row, self.words("problem.other_text"))
        waiting = (row for row in touched if row.id not in strangers)
        while chunk := list(islice(waiting, _CHUNK)):
            self._compare(chunk)
        self._agree()
        changes_by_norm: dict[str, list[Change]] = defaultdict(list)
        for made in self.rows:
            try:
                if changes := _changes(made, self.comparer.reason(made)):
                    changes_by_norm[made.subject.norm] += changes
            except (BadCell, BadRequest) as error:
                text = error.message(self.words) if isinstance(error, BadCell) else str(error)
                made.problems.append(Problem(made.row.number, "", "", "", text))
                made.edits.clear()
        return dict(changes_by_norm)

    def report(self, path: Path) -> Report:
        edits = tuple(edit for row in self.rows for unit in row.edits.values() for edit in unit)
        key = next(iter(self.contents.tables))
        exported = self.contents.note.get(f"rows:{key.capitalize()}", "")
        there = len({row.id for row in self.contents.rows if row.id and row.table == key})
        names = ", ".join(table.name for table in self.contents.tables.values())
        return Report(
            *(path.name, names, self.contents.note.get("exported", "")),
            rows=len(self.norms),
            untouched=sum(row.untouched for row in self.norms),
            deleted=max(0, int(exported) - there) if exported.isdecimal() and len(exported) < 16 else None,
            edits=edits,
            conflicts=tuple(c for row in self.rows for c in row.conflicts),
            problems=tuple(sorted((*self.problems, *(p for r in self.rows for p in r.problems)), key=lambda p: p.row)),
            remarks=tuple(sorted((*self.remarks, *(k for r in self.rows for k in r.remarks)), key=lambda k: k.row)),
            left=sum(row.left for row in self.rows),
            applied=False,
        )

    def _problem(self, row: SheetRow | NormRows, message: str) -> None:
        self.problems.append(Problem(row.number, "", "", row.id[:80], message))

    def _remark_columns(self) -> None:
        for key, table in self.contents.tables.items():
            if table.unknown:
                names = ", ".join(table.unknown[:20])
                self.remarks.append(Remark(0, self.words("remark.unknown_columns", sheet=table.name, columns=names)))
            if any(name in table.missing for name in layout()[key].checked):
                self.remarks.append(Remark(0, self.words("remark.missing_columns", sheet=table.name)))

    def _single(self) -> list[NormRows]:
        """The edited rows, with each norm once."""
        norms: dict[str, dict[str, SheetRow]] = defaultdict(dict)
        for key in self.contents.tables:
            for row in self._single_of(key):
                norms[row.id][key] = row
        self.norms = [NormRows(parts) for parts in norms.values()]
        # Rows of norms that are gone are only counted if nobody edited them.
        if gone := import_baseline.missing(self.register, [row.id for row in self.norms if row.untouched]):
            self.remarks.append(Remark(0, self.words("remark.gone", count=len(gone))))
        return [row for row in self.norms if not row.untouched]

    def _single_of(self, key: str) -> Iterator[SheetRow]:
        """The rows of a table with each norm once."""
        rows: dict[str, list[SheetRow]] = defaultdict(list)
        for row in self.contents.rows:
            if row.table != key:
                continue
            if row.id:
                rows[row.id].append(row)
            else:
                self._problem(row, self.words("problem.no_id"))
        for first, *others in rows.values():
            same = ", ".join(str(row.number) for row in (first, *others))
            if any(_content(row) != _content(first) for row in others):
                self._problem(first, self.words("problem.twice", rows=same))
                continue
            if others:
                self.remarks.append(Remark(first.number, self.words("remark.twice", rows=same)))
            yield first

    def _compare(self, rows: Sequence[NormRows]) -> None:
        since = self.since if self.since is not None else 0
        found = import_baseline.subjects(self.register, [row.id for row in rows], since)
        lost = import_baseline.lost(self.register, [row.id for row in rows if row.id not in found])
        named = [one.successor for one in lost.values() if one.successor]
        successors = import_baseline.subjects(self.register, named, since)
        edited = [row for row in rows if any(part.edited for part in row.parts.values()) and row.id in found]
        before = {subject.norm: subject.before for subject in found.values()}
        self.remarks += _describe_protected_edits(self.register, edited, before, self.language, self.words)
        for row in rows:
            subject = found.get(row.id)
            if subject is not None:
                self.rows.append(self.comparer.compare(row, subject))
            elif (subject := successors.get(lost[row.id].successor)) is not None:
                self.rows.append(self._of_successor(row, subject))
            elif lost[row.id].kept:
                self._problem(row, self.words("problem.gone"))
            else:
                self._problem(row, self.words("problem.unknown_id"))

    def _of_successor(self, row: NormRows, subject: Subject) -> Row:
        """Take the review fields of a row for the norm's successor, but not corrections, which are about another
        text.
        """
        made = self.comparer.compare(row, subject, corrections=False)
        where = f"{subject.norm[:12]} ({subject.place})" if subject.place else subject.norm[:12]
        made.remarks.append(Remark(row.number, self.words("remark.successor", norm=where)))
        if not row.is_whole(1):
            made.problems.append(Problem(row.number, "", "", "", self.words("problem.successor", norm=where)))
        return made

    def _agree(self) -> None:
        """Leave out rows that contradict each other: versions and languages of one norm share one record."""
        first: dict[tuple[str, tuple[str, ...]], Row] = {}
        for row in self.rows:
            for unit in [u for u in row.edits if u[0] not in CORRECTED]:
                new = _new(row, unit)
                key = (row.subject.key, (*unit, *new) if unit == (NOTE_FIELD,) else unit)
                other = first.setdefault(key, row)
                if other is row:
                    continue
                if unit in other.edits and _new(other, unit) == new:
                    del row.edits[unit]
                    continue
                for one, partner in ((row, other), (other, row)):
                    for edit in one.edits.pop(unit, ()):
                        message = self.words("problem.disagrees", row=partner.row.number)
                        one.problems.append(Problem(edit.row, edit.cell, edit.column, edit.new, message))


def _new(row: Row, unit: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{edit.field}={edit.new}" for edit in row.edits[unit])


def _content(row: SheetRow) -> str:
    """The edited values of a row, to compare them with those of another."""
    cells = sorted((name, normalise_cell(cell.value), cell.fault) for name, cell in row.cells.items())
    return json.dumps([row.untouched, cells])
