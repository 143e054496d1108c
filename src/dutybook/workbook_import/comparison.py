"""Compares one edited row three ways: as exported, as edited, and as the register has it now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from dutybook.export.columns import CORRECTED, normalise_cell, row_check
from dutybook.export.content import clean
from dutybook.languages.reader import ReaderWords
from dutybook.records.norm_fields import REQUIRED
from dutybook.store.judgements.import_baseline import Subject
from dutybook.store.judgements.record import Record
from dutybook.workbook_import import columns as known
from dutybook.workbook_import.columns import (
    NOTE_FIELD,
    REASON,
    UNITS,
    BadCell,
    Field,
    display_value,
    is_same_value,
    parse_cell,
)
from dutybook.workbook_import.records import Cell, Conflict, Contents, Edit, NormRows, Problem, Remark, Take

_SHORTENED = "[shortened here: the text has"
_BLANK = Record("")
_EMPTY = Cell(None)


@dataclass(slots=True)
class Row:
    """The result of comparing a row. ``edits`` are grouped by the fields that belong together."""

    row: NormRows
    subject: Subject
    edits: dict[tuple[str, ...], list[Edit]] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    left: int = 0


@dataclass(frozen=True, slots=True)
class Comparer:
    """Compares the rows of a workbook. ``language`` is that of the export; ``common``: this register is the one that
    was exported; ``words`` are the messages for the person who imports it.
    """

    book: Contents
    language: str
    common: bool
    take: Take | None
    words: ReaderWords

    def compare(self, row: NormRows, subject: Subject, *, corrections: bool = True) -> Row:
        """Compare an edited row with the norm that it is about; without ``corrections`` only its record."""
        made = Row(row, subject)
        if not row.is_whole(0):
            before, now = self._record_before(row, subject), subject.record or _BLANK
            for unit in UNITS:
                base = {name: str(getattr(before, name)) for name in unit} if before else None
                self._three_ways(made, unit, base, {name: str(getattr(now, name)) for name in unit})
            self._note(made)
        if corrections and not row.is_whole(1):
            self._corrections(made)
        return made

    # what was exported

    def _record_before(self, row: NormRows, subject: Subject) -> Record | None:
        """The record at the time of the export; None if it is not known."""
        if not self.common:
            return None
        candidates = [subject.before or _BLANK, _BLANK]
        marks = {key: part.marks[1] for key, part in row.parts.items() if len(part.marks) >= 3}
        # The record of another norm may have become that of this one since, when the two were found to be the same.
        names = [name for name in known.fields() if name not in (NOTE_FIELD, REASON, *CORRECTED)]
        for record in candidates:
            values = {name: getattr(record, name) or known.NOTHING.get(name, "") for name in names}
            if all(self._mark(values, key) == mark for key, mark in marks.items()):
                return record
        return None

    def _mark(self, values: dict[str, str], table: str) -> str:
        """The checksum that an export writes for the values of fields in a table."""
        fields = [known.fields()[name] for name in values]
        cells = {
            one.column: display_value(one, values[one.target], self.language)
            for one in fields
            if one.column in self.book.tables[table].exported
        }
        return row_check(cells)

    def _corrections_known(self, row: NormRows, subject: Subject) -> bool:
        """Whether the history explains all exported values; if not, a new analysis has changed them since."""
        before = {name: subject.value_before(name) for name in CORRECTED}
        marks = {key: part.marks[2] for key, part in row.parts.items() if len(part.marks) >= 3}
        return self.common and all(self._mark(before, key) == mark for key, mark in marks.items())

    # three ways

    def _three_ways(self, made: Row, unit: tuple[str, ...], base: dict[str, str] | None, now: dict[str, str]) -> None:
        """Compare fields that belong together, and note the edits, conflicts or problems that come of it."""
        there = [known.fields()[name] for name in unit if self._stands_in(made.row, known.fields()[name])]
        if not there:
            return
        values = self._values(made, there, base or now, now)
        if values is None:
            return
        if base is None:
            # Without knowing what stood there, an empty cell is not known to have been emptied.
            there = [one for one in there if not self._empty(one.target, values[one.target])]
            edited = there
        else:
            edited = self._differing(there, values, base)
        differ = self._differing(edited, values, now)
        if not differ:
            return
        moved = self._moved(unit, base, now)
        if moved and self.take is Take.THEIRS:
            made.left += len(differ)
            return
        if moved and self.take is None:
            made.conflicts += [self._conflict(made, one, base, now, values[one.target], unit) for one in differ]
            return
        if moved:
            # Half of the sheet's values with half of the register's would be a judgement that nobody made.
            differ = self._differing(there, values, now)
        if fault := self._fault(unit, differ, now | values, made):
            self._problem(made, fault[0], fault[1])
            return
        last = made.subject.last(unit)
        over = "" if not moved else f"{last.by} {last.at}" if last else "somebody"
        made.edits[unit] = [Edit(*self._cell(made, o), now[o.target], values[o.target], over) for o in differ]
        self._remark_formulas(made, differ, values)

    def _stands_in(self, row: NormRows, one: Field) -> bool:
        """Whether a row has a cell of a field that may have been edited: its table may be gone, its column, or this row of it."""
        part = row.parts.get(self.book.table_of(one.column) or "")
        return part is not None and not part.untouched

    def _values(
        self, made: Row, there: Sequence[Field], base: dict[str, str], now: dict[str, str]
    ) -> dict[str, str] | None:
        """The values of the cells of a row by field; None, with a problem noted, if one of them cannot be read."""
        values: dict[str, str] = {}
        for one in there:
            try:
                values[one.target] = self._value_of(made, one, base[one.target], now[one.target])
            except BadCell as error:
                self._problem(made, one, error.message(self.words))
                return None
        return values

    def _moved(self, unit: Sequence[str], base: dict[str, str] | None, now: dict[str, str]) -> bool:
        """Whether the register has changed any of the fields since the export; without a base, whether it has a value."""
        if base is None:
            return any(not self._empty(name, now[name]) for name in unit)
        return any(not is_same_value(known.fields()[name], now[name], base[name]) for name in unit)

    def _remark_formulas(self, made: Row, edited: Sequence[Field], values: dict[str, str]) -> None:
        for one in edited:
            if made.row.cells.get(one.column, _EMPTY).formula:
                message = self.words("remark.formula", column=self._heading(one), value=values[one.target])
                made.remarks.append(Remark(made.row.number, message))

    def _value_of(self, made: Row, one: Field, *values: str) -> str:
        """The value of a cell. A text that was there already is not checked for whether it could be entered."""
        cell = made.row.cells.get(one.column, _EMPTY)
        if not cell.fault:
            text = normalise_cell(cell.value)
            for value in values:
                if text == normalise_cell(display_value(one, value, self.language)):
                    return value
        return parse_cell(one, cell, self.language)

    def _differing(self, fields: Sequence[Field], values: dict[str, str], others: dict[str, str]) -> list[Field]:
        """The fields whose values are not the same as the others."""
        return [one for one in fields if not self._same(one, values[one.target], others[one.target])]

    @staticmethod
    def _same(one: Field, value: str, other: str) -> bool:
        # What was confirmed with corrections in it is "corrected".
        return is_same_value(one, value, other) or (
            one.target == "finding" and (value, other) == ("confirmed", "corrected")
        )

    @staticmethod
    def _empty(name: str, value: str) -> bool:
        return value in ("", known.NOTHING.get(name, ""))

    def _fault(
        self, unit: tuple[str, ...], differ: Sequence[Field], values: dict[str, str], made: Row
    ) -> tuple[Field, str] | None:
        """Why the values of fields that belong together are impossible, and the field that is to blame."""
        say = self.words
        for one in differ:
            if _SHORTENED in values[one.target]:
                return one, say("problem.shortened")
        fields = known.fields()
        if (
            unit[0] == "applicability"
            and values["applicability"] in ("no", "partly")
            and not values["applicability_reason"]
        ):
            return fields["applicability"], say("problem.why", column=self._heading(fields["applicability_reason"]))
        if unit[0] == "finding":
            was = made.subject.record.finding if made.subject.record else ""
            if values["finding"] == was and was in ("", "corrected"):
                return fields["finding_reason"], say(
                    "problem.lone_reason" if not was else "problem.lone_reason_corrected"
                )
            if values["finding"] == "rejected" and not values["finding_reason"]:
                return fields["finding"], say("problem.why_none", column=self._heading(fields["finding_reason"]))
            if values["finding"] == "corrected" and was != "corrected":
                return fields["finding"], say("problem.corrected")
            if not values["finding"] and was == "corrected":
                return fields["finding"], say("problem.take_back")
        return None

    # corrections of what was extracted

    def _corrections(self, made: Row) -> None:
        subject = made.subject
        account = self._corrections_known(made.row, subject)
        for name in CORRECTED:
            base = {name: subject.value_before(name)} if account else None
            self._three_ways(made, (name,), base, {name: subject.values[name]})
        corrected = [unit for unit in made.edits if unit[0] in CORRECTED]
        if not corrected:
            return
        fault = self._why_not(made)
        for unit in corrected:
            (edit,) = made.edits[unit]
            problem = fault or (self.words("problem.empty") if not edit.new and edit.field in REQUIRED else "")
            if problem:
                del made.edits[unit]
                self._problem(made, known.fields()[edit.field], problem)

    def _why_not(self, made: Row) -> str:
        judged = made.edits.get(("finding", "finding_reason"), ())
        if any(edit.field == "finding" and edit.new for edit in judged):
            del made.edits["finding", "finding_reason"]
            return self.words("problem.one_finding")
        if not self.reason(made):
            return self.words("problem.why_corrected", column=self._heading(known.fields()[REASON]))
        return ""

    def reason(self, made: Row) -> str:
        """The reason that a row gives for its corrections; empty if it gives none."""
        one = known.fields()[REASON]
        try:
            return parse_cell(one, made.row.cells.get(one.column, _EMPTY), self.language)
        except BadCell:
            return ""

    # notes

    def _note(self, made: Row) -> None:
        one = known.fields()[NOTE_FIELD]
        if not self._stands_in(made.row, one):
            return
        try:
            text = parse_cell(one, made.row.cells.get(one.column, _EMPTY), self.language)
        except BadCell as error:
            self._problem(made, one, error.message(self.words))
            return
        if not text or normalise_cell(text) in self._new_notes(made.subject):
            return
        made.edits[(NOTE_FIELD,)] = [Edit(*self._cell(made, one), "", text)]

    def _new_notes(self, subject: Subject) -> set[str]:
        """The notes added since the export, since the same file may be imported twice."""
        now, before = (
            Counter(normalise_cell(clean(note.text)) for note in (record.notes if record else ()))
            for record in (subject.record, subject.before if self.common else None)
        )
        return set(now - before)

    # saying what is wrong

    def _problem(self, made: Row, one: Field, message: str) -> None:
        value = made.row.cells.get(one.column, _EMPTY).value
        number, cell, heading, *_ = self._cell(made, one)
        made.problems.append(Problem(number, cell, heading, "" if value is None else str(value), message))

    def _cell(self, made: Row, one: Field) -> tuple[int, str, str, str, str, str, str]:
        """The first fields of an edit or a conflict."""
        key = self.book.table_of(one.column)
        table, row = self.book.tables.get(key or ""), made.row.parts.get(key or "", made.row.first)
        cell = f"{table.name}!{table.letters[one.column]}{row.number}" if table else ""
        subject = made.subject
        about = (subject.norm, subject.place, subject.title)
        return row.number, cell, self._heading(one), one.target, *about

    def _conflict(
        self, made: Row, one: Field, base: dict[str, str] | None, now: dict[str, str], value: str, unit: Sequence[str]
    ) -> Conflict:
        last = made.subject.last(unit)
        by, at = (last.by, last.at) if last else ("", "")
        return Conflict(*self._cell(made, one), base[one.target] if base else None, now[one.target], value, by, at)

    def _heading(self, one: Field) -> str:
        return known.title(one.column, self.language)
