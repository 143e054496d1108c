"""Declares the columns of the tables of norms for all tabular formats, and the checksums by which an import recognises
changes.

A workbook has two tables of norms: the register, in which a team works, and the details behind it. Each field that people
may change stands in one of them only, so that a workbook cannot contradict itself.

A checksum must stay the same when another program opens and saves the file. Such a program may change how numbers,
white space and line ends are written.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from operator import attrgetter
from typing import Any, Generic, TypeVar, cast

from dutybook.export.content import ObligationRow, act_of
from dutybook.export.frequency import describe_frequency, frequency_of
from dutybook.languages.reader import describe_chain
from dutybook.records.norm_fields import CORRECTABLE, FieldGroup, FieldKind, NormField, fields_in
from dutybook.store import DeadlineRow, NormRow
from dutybook.store.judgements.record import DEADLINE, Record

R = TypeVar("R")

Value = str | int | float | date | None


def field_of(field: NormField) -> Callable[[ObligationRow], Value]:
    """A function that makes the cell of a norm's field: one item of a list per line, and yes or no for true or false."""
    read = attrgetter(field.name)
    match field.kind:
        case FieldKind.TEXTS | FieldKind.POINTS:
            return lambda row: "\n".join(map(str, read(row.norm)))
        case FieldKind.FLAG:
            return lambda row: {True: "yes", False: "no"}.get(read(row.norm))
    return lambda row: cast(Value, read(row.norm))


#: The section of ``values`` in which a reader sees yes and no.
YES_OR_NO = "applicability"


def norm_lines(norm: NormRow, label: Callable[[str, str], str]) -> Iterator[tuple[str, str]]:
    """The parts of a norm that have a value, as pairs of the field's name and its text.

    Args:
        label: returns the words for a value of a section of ``values``.
    """
    for field in fields_in(FieldGroup.PARTS):
        match value := getattr(norm, field.name):
            case None | () | "":
                continue
            case bool():
                words = label(YES_OR_NO, "yes" if value else "no")
            case tuple():
                words = "; ".join(map(str, value))
            case _:
                words = label(field.name, value) if field.choices else str(value)
        yield field.name, words


def cell_words(cell: dict[str, Any] | None) -> str | None:
    """The place in a table: ``table 2, row 4, column 3 (Deadline; Initial report)``, with the headings of column and
    row in brackets.
    """
    if cell is None:
        return None
    heads = "; ".join(cell[name] for name in ("column_header", "row_header") if cell.get(name))
    return f"table {cell['table']}, row {cell['row']}, column {cell['column']}" + (f" ({heads})" if heads else "")


def cites_acts(row: ObligationRow) -> str:
    """The norm's references as identifiers of acts and places, where they are known, one per line."""
    known = (", ".join(part for part in (c.work, c.place) if part) for c in row.cites)
    return "\n".join(dict.fromkeys(filter(None, known)))


def citation(row: ObligationRow) -> str | None:
    """A citation that is the same in every language: the act's identifier and the place in it."""
    found = (row.act.citation if row.act else "") or row.document.work
    return ", ".join(part for part in (found, row.norm.place) if part) if found else None


def parse_day_or_text(value: str | None) -> date | str | None:
    """A whole ISO date as a date. Other text, such as ``2026-08`` or ``2026``, is returned as it is."""
    try:
        return date.fromisoformat(value) if value and len(value) == 10 else value or None
    except ValueError:
        return value


def corrections(row: ObligationRow) -> str | None:
    """The corrections that people made, one per line: ``bearer: Owner → Operator (2026-03-02 anna: wrong line)``."""
    if row.review is None:
        return None
    lines = []
    for c in row.review.corrections:
        if c.norm == row.norm.id:
            reason = f": {c.why}" if c.why else ""
            lines.append(f"{c.field}: {c.extracted or '—'} → {c.value or '—'} ({c.at[:10]} {c.by}{reason})")
    return "\n".join(lines)


class Kind(StrEnum):
    """How a column is displayed. ``DAYS`` and ``LINK`` columns have no stored value: the days left are computed from
    the due date, and a link from the document's source.
    """

    TEXT = "text"
    LABEL = "label"
    NUMBER = "number"
    DATE = "date"
    DAYS = "days"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """A column of a table. ``name`` is for programs and never changes; its heading is the text ``column.NAME`` of the
    section ``register``.

    Attributes:
        width: in characters.
        choices: the section of ``values`` with the words for its values, if these are a closed set.
        editable: the field of a record or norm that an edited cell changes; None if cells come from documents or
            the register.
        otherwise: the value that readers see where people recorded nothing.
        folds: whether it belongs to a group of columns that can be collapsed.
        printed: whether it is also on paper.
        lines: the most lines of a longer text that a row shows.
        needs: "review" or "deadlines" if only rows with these have a value; "document" if all rows of a document
            have the same.
        says: makes the text that readers of a language see from a stored code.
    """

    name: str
    width: int
    kind: Kind
    value: Callable[[R], Value]
    choices: str = ""
    editable: str | None = None
    otherwise: str = ""
    folds: bool = False
    printed: bool = False
    hidden: bool = False
    lines: int = 0
    needs: str = ""
    says: Callable[[str, str], str] | None = None


_KINDS = {FieldKind.DAY: Kind.DATE, FieldKind.NUMBER: Kind.NUMBER}


def _fields(*groups: FieldGroup) -> tuple[Column[ObligationRow], ...]:
    """The columns of a norm's fields, except those that are placed by hand."""
    return tuple(
        Column(
            *(field.name, field.about.width, _KINDS.get(field.kind, Kind.TEXT), field_of(field)),
            choices=_choices(field),
            editable=field.name if field.about.correctable else None,
            folds=field.about.folds,
        )
        for field in fields_in(*groups)
        if field.about.width
    )


def _review_column(
    name: str,
    width: int,
    kind: Kind = Kind.TEXT,
    *,
    field: str = "",
    by_people: bool = True,
    folds: bool = True,
    **more: Any,
) -> Column[ObligationRow]:
    """A column for a field of the review record; ``field`` is its name there if it differs. None where people recorded
    nothing; of a time only the day.
    """
    found = field or name

    def value(row: ObligationRow) -> Value:
        recorded = getattr(row.review, found) if row.review else ""
        return parse_day_or_text(recorded[:10]) if kind is Kind.DATE else recorded or None

    return Column(name, width, kind, value, editable=found if by_people else None, folds=folds, needs="review", **more)


def _review_lines(name: str, of: Callable[[Record], Iterable[str]]) -> Column[ObligationRow]:
    """A column for what is a list in the review record, one item per line."""
    value = lambda row: "\n".join(of(row.review)) if row.review else None  # noqa: E731
    return Column(name, 40, Kind.TEXT, value, folds=True, needs="review")


def _deadline_column(
    name: str, width: int, of: Callable[[DeadlineRow], str | None], *, once: bool = True, **more: Any
) -> Column[ObligationRow]:
    """A column with a text of each deadline, one per line; ``once``: the same text and an empty one only once."""

    def value(row: ObligationRow) -> Value:
        texts = [of(deadline) or "" for deadline in row.norm.deadlines]
        return "\n".join(dict.fromkeys(filter(None, texts)) if once else texts)

    more.setdefault("folds", True)
    return Column(name, width, Kind.TEXT, value, needs="deadlines", **more)


def _document_column(
    name: str, width: int, kind: Kind, value: Callable[[ObligationRow], Value], **more: Any
) -> Column[ObligationRow]:
    """A column whose value is the same in all rows of a document."""
    more.setdefault("folds", True)
    return Column(name, width, kind, value, needs="document", **more)


def _act_column(name: str, width: int, kind: Kind = Kind.TEXT) -> Column[ObligationRow]:
    """A column for a field of the act, which has the same name there."""
    return _document_column(name, width, kind, lambda row: getattr(row.act, name) if row.act else None)


def _events(row: ObligationRow) -> str:
    """The events that people entered and the dates that follow from them, one per line."""
    return "\n".join(f"{e.dates[0].replace('T', ' ')} {e.origin}" for d in row.norm.deadlines for e in d.events)


def _choices(field: NormField) -> str:
    return YES_OR_NO if field.kind is FieldKind.FLAG else field.name if field.choices else ""


# In front what one reads; the first of each later group stays where the others of its group are folded away.
OBLIGATIONS: tuple[Column[ObligationRow], ...] = (
    Column("modality", 13, Kind.LABEL, lambda r: r.norm.modality, "modality", "modality", printed=True),
    Column("bearer", 21, Kind.TEXT, lambda r: r.norm.bearer, editable="bearer", printed=True),
    # An item of a list says little without the words before it, so they are in the next column, also on paper.
    Column("stem", 24, Kind.TEXT, lambda r: r.norm.stem, printed=True),
    Column("quote", 60, Kind.TEXT, lambda r: r.norm.quote, editable="quote", printed=True),
    _deadline_column("deadlines", 20, lambda d: d.quote, once=False, printed=True, folds=False),
    Column("due", 12, Kind.DATE, lambda r: r.norm.due, printed=True, needs="deadlines"),
    Column("days_left", 10, Kind.DAYS, lambda _: None, printed=True),
    Column("place", 16, Kind.TEXT, lambda r: r.norm.place, printed=True),
    _document_column("act", 30, Kind.TEXT, lambda r: act_of(r.document), printed=True, lines=4, folds=False),
    Column("page", 7, Kind.NUMBER, lambda r: r.norm.page, printed=True),
    Column("link", 10, Kind.LINK, lambda _: None),
    # What the team makes of it.
    _review_column("status", 16, Kind.LABEL, choices="status", otherwise="unassessed", folds=False),
    _review_column("owner", 16, folds=False),
    _review_column("own_due", 13, Kind.DATE, field="due", folds=False),
    _review_column("applicability", 14, choices="applicability", otherwise="unassessed", folds=False),
    Column("new_note", 34, Kind.TEXT, lambda _: None, editable="note"),
    _review_column("applicability_reason", 30),
    _review_column("applicability_by", 16, by_people=False),
    _review_column("applicability_on", 13, Kind.DATE, by_people=False),
    # What is proposed for the profiles is no judgement: only the column before says what people confirmed.
    Column("for_us", 14, Kind.TEXT, lambda r: r.for_us, "for_us", folds=True),
    Column("proposed", 40, Kind.TEXT, lambda r: r.proposed or None, folds=True, lines=4),
    _review_column("review_date", 13, Kind.DATE),
    _review_column("priority", 11, Kind.LABEL, choices="priority"),
    _review_column("reviewer", 16),
    _review_column("control", 30),
    _review_lines("notes", lambda r: (f"{n.at[:10]} {n.by}: {n.text}" for n in r.notes)),
    _review_column("links", 40, field="evidence"),
    _review_column("requires_review", 34, field="why", by_people=False),
    _review_lines("awaiting", lambda r: (p.line for p in r.proposals)),
    _review_column("changed_by", 16, by_people=False),
    _review_column("changed_on", 13, Kind.DATE, field="changed", by_people=False),
    # What it asks for, in parts.
    *_fields(FieldGroup.PARTS, FieldGroup.DUTY, FieldGroup.WORDING, FieldGroup.NEW_TEXT, FieldGroup.NEWS),
    Column("penalty", 40, Kind.TEXT, lambda r: r.norm.penalty, folds=True),
    Column("cites", 30, Kind.TEXT, lambda r: "\n".join(c.as_written for c in r.cites), folds=True),
    Column("cites_acts", 26, Kind.TEXT, cites_acts, folds=True),
    Column("cell", 34, Kind.TEXT, lambda r: cell_words(r.norm.cell), folds=True),
    Column("heading", 30, Kind.TEXT, lambda r: r.heading, folds=True),
    Column("topics", 22, Kind.TEXT, lambda r: ", ".join(r.topics), folds=True),
    # When.
    *_fields(FieldGroup.TIMES),
    _deadline_column("deadline_kinds", 15, lambda d: d.kind, once=False, choices="deadline"),
    _deadline_column("deadline_values", 16, lambda d: d.value or d.kind, once=False, editable=DEADLINE),
    _deadline_column("triggers", 30, lambda d: d.anchor),
    _deadline_column("computed", 40, lambda d: "; ".join(d.steps) if d.due else None),
    Column("events", 34, Kind.TEXT, _events, folds=True, needs="deadlines"),
    _deadline_column("undated", 34, lambda d: None if d.first_due else d.reason),
    # Where it stands.
    Column("work", 18, Kind.TEXT, lambda r: r.work_number, needs="document"),
    Column("citation", 24, Kind.TEXT, citation, folds=True),
    _act_column("jurisdiction", 12),
    _act_column("issuer", 26),
    _document_column("title", 40, Kind.TEXT, lambda r: r.document.title),
    _document_column("published", 13, Kind.DATE, lambda r: parse_day_or_text(r.document.published)),
    _act_column("entry_into_force", 13, Kind.DATE),
    _act_column("application", 13, Kind.DATE),
    _act_column("expiry", 13, Kind.DATE),
    _document_column("version", 13, Kind.DATE, lambda r: parse_day_or_text(r.document.version_date)),
    Column("language", 10, Kind.TEXT, lambda r: r.norm.language, folds=True),
    _document_column("source", 40, Kind.TEXT, lambda r: r.document.source),
    # Why one may trust it.
    _review_column("finding", 13, choices="finding", folds=False),
    _review_column("finding_reason", 30),
    Column("correction_reason", 30, Kind.TEXT, lambda _: None, editable="correction_reason", folds=True),
    Column("corrections", 40, Kind.TEXT, corrections, folds=True, needs="review"),
    Column("confidence", 11, Kind.NUMBER, lambda r: round(r.norm.confidence, 2), folds=True),
    Column("doubtful", 18, Kind.TEXT, lambda r: "\n".join(d.field for d in r.doubts), "doubtful", folds=True),
    Column("rule", 18, Kind.TEXT, lambda r: r.evidence.name if r.evidence else None, folds=True),
    Column("rule_version", 14, Kind.TEXT, lambda r: r.evidence.version if r.evidence else None, folds=True),
    Column(
        "rule_why", 34, Kind.TEXT, lambda r: r.evidence.why if r.evidence else None, folds=True, says=describe_chain
    ),
    Column("document", 18, Kind.TEXT, lambda r: r.document.id, hidden=True, needs="document"),
    Column("id", 18, Kind.TEXT, lambda r: r.norm.id, hidden=True),
)


def _deadline(row: ObligationRow) -> Value:
    """The day on which a norm is due first, else the words of its deadlines."""
    dues = [due for d in row.norm.deadlines if (due := d.first_due)]
    return min(dues) if dues else "\n".join(dict.fromkeys(d.quote for d in row.norm.deadlines)) or None


def _same(name: str, **changes: Any) -> Column[ObligationRow]:
    """A column of the whole table as it is in the register of a workbook."""
    own = {"folds": False, "printed": True, **changes}
    return replace(next(c for c in OBLIGATIONS if c.name == name), **own)


#: The register of a workbook: what a team works with, row by row.
REGISTER: tuple[Column[ObligationRow], ...] = (
    Column("short_act", 20, Kind.TEXT, lambda r: r.short_name or act_of(r.document), printed=True, lines=3),
    Column("place_link", 15, Kind.LINK, lambda r: r.norm.place, printed=True),
    Column("duty", 62, Kind.TEXT, lambda r: r.norm.duty, printed=True),
    Column("who", 20, Kind.TEXT, lambda r: r.norm.bearer, printed=True, lines=4),
    Column("kind", 12, Kind.LABEL, lambda r: r.norm.modality, "modality", printed=True),
    Column("begins", 12, Kind.DATE, lambda r: r.norm.applies_from, printed=True),
    Column("first_due", 18, Kind.DATE, _deadline, printed=True, lines=4),
    Column("frequency", 13, Kind.TEXT, lambda r: frequency_of(r.norm.deadlines), printed=True, says=describe_frequency),
    _same("applicability"),
    # Folded away: what says why goes with what it is about, or an import could not tell whether they belong together.
    _same("applicability_reason", folds=True, printed=False, hidden=True),
    _same("owner"),
    _same("status"),
    _same("control"),
    _same("links", width=26),
    _same("review_date"),
    _same("priority"),
    Column("id", 18, Kind.TEXT, lambda r: r.norm.id, hidden=True),
)

#: What stands behind the register in a workbook: all else that is known of its norms.
DETAILS: tuple[Column[ObligationRow], ...] = tuple(
    column for column in OBLIGATIONS if column.name not in {c.name for c in REGISTER if c.editable}
)

#: The tables of norms in a workbook, by the names by which an import knows them.
TABLES: dict[str, tuple[Column[ObligationRow], ...]] = {"register": REGISTER, "obligations": DETAILS}

#: The columns of tables other than a workbook: none to write in, and none that a spreadsheet computes.
TABLE = tuple(
    column
    for column in OBLIGATIONS
    if column.kind not in (Kind.DAYS, Kind.LINK) and column.name not in ("new_note", "correction_reason")
)

#: The last column of a workbook: its checksum tells an import whether cells were changed that are not editable.
CHECK: Column[ObligationRow] = Column("check", 18, Kind.TEXT, lambda _: None, hidden=True)


def is_checked(column: Column[ObligationRow]) -> bool:
    """Whether a column's cells are part of a row's checksum: those that neither people may change nor the spreadsheet
    computes.
    """
    return column.editable is None and column.kind not in (Kind.DAYS, Kind.LINK) and column.name != CHECK.name


#: What a person changes who corrects what was extracted; all else that one can write is part of a record.
CORRECTED = (*CORRECTABLE, DEADLINE)
_CORRECTIONS = ("correction_reason", *CORRECTED)


def checked_columns(
    columns: Sequence[Column[ObligationRow]],
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The columns of each part of the checksum of a row: those that nobody may change, the review record, corrections.

    The first part reveals edits that an import does not take. From the others an import knows which rows nobody has
    edited, whatever the register says by then, and whether the history has what stood in them.
    """
    yours = [c for c in columns if c.editable]
    return (
        tuple(c.name for c in columns if is_checked(c)),
        tuple(c.name for c in yours if c.editable not in _CORRECTIONS),
        tuple(c.name for c in yours if c.editable in _CORRECTIONS),
    )


_DIGITS = 16
# What joins the parts: both are white space, so that no part has them.
_IS, _AND = "\x1f", "\x1e"


def row_check(values: Mapping[str, object]) -> str:
    """The check of a row: 16 hexadecimal digits over the values of its checked columns, by name.

    ``values`` are those of the columns that :func:`dutybook.export.columns.is_checked` names, as a spreadsheet's cell holds them:
    text, numbers, dates or None. A column that is missing counts as empty.

    >>> row_check({"place": "Art 5", "page": 3}) == row_check({"page": 3.0, "place": " Art\\n5", "due": None})
    True
    """
    return _digest(name + _IS + text for name in sorted(values) if (text := normalise_cell(values[name])))


class Checks:
    """Computes the checksums of many rows with the same columns; ``places`` has the index of each column in a row."""

    def __init__(self, places: Mapping[str, int]) -> None:
        self._places = [(number, name + _IS, places[name]) for number, name in enumerate(sorted(places))]
        self._last: list[object] = [None] * len(places)
        self._parts = [""] * len(places)

    def row_check(self, values: Sequence[object]) -> str:
        """As :func:`row_check`, and quicker where a value is that of the row before."""
        written = []
        last, parts = self._last, self._parts
        for number, name, at in self._places:
            value = values[at]
            if value is None:
                continue
            if value is not last[number]:
                last[number] = value
                parts[number] = name + text if (text := normalise_cell(value)) else ""
            if part := parts[number]:
                written.append(part)
        return _digest(written)


def normalise_cell(value: object) -> str:
    """A cell's value as text: dates in ISO 8601, numbers to six places, white space as single blanks, letters composed (NFC)."""
    if isinstance(value, str):
        return " ".join((value if value.isascii() else unicodedata.normalize("NFC", value)).split())
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return repr(round(float(value), 6)).removesuffix(".0")
    return normalise_cell(str(value))


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256(_AND.join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
