"""Declares the columns that people may edit, and parses the text of their cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from dutybook.export.columns import CHECK, OBLIGATIONS, TABLES, Column, Kind, checked_columns, normalise_cell
from dutybook.export.content import CELL_LIMIT, ObligationRow, clean, count_utf16_units, shorten
from dutybook.languages.reader import ReaderWords, date_locale, reader_languages, reader_words
from dutybook.workbook_import.records import Cell, Layout, TableLayout, day_of, heading

#: Fields of a record that belong together: one without the other means something else.
UNITS: tuple[tuple[str, ...], ...] = (
    *(("status",), ("owner",), ("reviewer",), ("due",), ("review_date",), ("priority",), ("control",), ("evidence",)),
    ("applicability", "applicability_reason"),
    ("finding", "finding_reason"),
)
NOTE_FIELD, REASON = "note", "correction_reason"
#: The value of an unset field, if it is not empty.
NOTHING = {"status": "unassessed", "applicability": "unassessed"}
#: Columns that are not for people whose cells can be compared with the register without all that an export gathers.
CONTEXT_COLUMNS = (
    "stem",
    "quote",
    "deadlines",
    "due",
    "place",
    "page",
    "title",
    "source",
    "language",
    "notes",
    "duty",
    "who",
)
#: What nobody can write: it follows from corrections.
_GIVEN = frozenset({"finding.corrected"})
_NAMES = frozenset({"owner", "reviewer"})
_NAME_LIMIT = 200
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
# What spreadsheets show for errors, in the languages of ours; as text where a program saved it so.
_ERRORS = re.compile(
    r"#(?:N/A|N/D|NV|REF!|BEZUG!|VALUE!|WERT!|VALEUR!|DIV/0!|NAME\?|NOM\?|NULL!|NUL!|NUM!|NOMBRE!|ZAHL!)|Err:\d+"
)


class BadCell(ValueError):
    """The value of a cell is impossible. ``code`` is the key of a message of the section ``workbook``, which takes ``values``."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def message(self, words: ReaderWords) -> str:
        """What is wrong and what to write, in the language of ``words``."""
        from babel.numbers import format_decimal

        locale = date_locale(words.language)
        values = {n: format_decimal(v, locale=locale) if isinstance(v, int) else v for n, v in self.values.items()}
        return words(self.code, **values)


@dataclass(frozen=True, slots=True)
class Field:
    """An editable column. ``target`` is the field that it changes; ``choices`` is the section of words that it takes,
    if it is closed.
    """

    column: str
    target: str
    dated: bool
    choices: str


@cache
def fields() -> dict[str, Field]:
    """The editable columns by the field that they change."""
    return {c.editable: Field(c.name, c.editable, c.kind is Kind.DATE, c.choices) for c in OBLIGATIONS if c.editable}


@cache
def layout() -> Layout:
    """What the reading process has to know of each table of norms."""
    return {key: _layout_of(columns) for key, columns in TABLES.items()}


def _layout_of(table: Sequence[Column[ObligationRow]]) -> TableLayout:
    columns = (*table, CHECK)
    headings = {"": {heading(c.name): c.name for c in columns}}
    for language in reader_languages("register"):
        words = reader_words("register", language)
        headings[language] = {heading(words(f"column.{c.name}")): c.name for c in columns}
    checked, record, corrections = checked_columns(table)
    context = tuple(c.name for c in table if c.name in CONTEXT_COLUMNS)
    return TableLayout(headings, checked, record, corrections, context)


def title(column: str, language: str) -> str:
    """The heading of a column in a reader's language."""
    return reader_words("register", language)(f"column.{column}")


def display_value(field: Field, value: str, language: str) -> str:
    """A stored value in the form in which an export writes it."""
    if field.choices and value:
        return reader_words("values", language).get(f"{field.choices}.{value}", value)
    return shorten(clean(value))


def parse_cell(field: Field, cell: Cell, language: str) -> str:
    """The value of a cell in the form in which it is stored; empty for an empty cell.

    Raises:
        BadCell: it has an error, no valid day, a word that is not in the list, or too long a text.
    """
    if cell.fault:
        raise BadCell(f"cell.{cell.fault}")
    value = cell.value
    if value is None:
        return ""
    if field.dated:
        return _parse_day_cell(value)
    text = _text(value)
    if _ERRORS.fullmatch(text):
        raise BadCell("cell.error")
    if field.choices:
        return _choice(field.choices, text, language)
    limit = _NAME_LIMIT if field.target in _NAMES else CELL_LIMIT
    if len(text) > limit or count_utf16_units(text) > CELL_LIMIT:
        raise BadCell("cell.long", characters=len(text), limit=limit)
    return text


def _text(value: object) -> str:
    if isinstance(value, str):
        return clean(value).strip()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, bool):
        return str(value).upper()
    return day_of(value).isoformat() if isinstance(value, date) else str(value)


def _parse_day_cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = _text(value)
    if not text:
        return ""
    dotted = _DOTTED.fullmatch(text)
    try:
        if dotted:
            return date(int(dotted[3]), int(dotted[2]), int(dotted[1])).isoformat()
        if isinstance(value, str) and date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise BadCell("cell.no_day")


def _choice(section: str, text: str, language: str) -> str:
    if not text:
        return ""
    word = normalise_cell(text).casefold()
    own, every = _words(section, language)
    found = own.get(word) or every.get(word, frozenset())
    if len(found) == 1:
        return next(iter(found))
    words = reader_words("values", language)
    there = ", ".join(words(key) for key in words if key.startswith(f"{section}.") and key not in _GIVEN)
    raise BadCell("cell.choice", choices=there)


@cache
def _words(section: str, language: str) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Stored values by their words (case-folded): those of one language, and those of all languages with the stored
    values themselves.
    """
    own: dict[str, frozenset[str]] = {}
    every: dict[str, frozenset[str]] = {}
    for one in (language, *reader_languages("values")):
        words = reader_words("values", one)
        for key in words:
            value = key.removeprefix(f"{section}.")
            if value == key:
                continue
            for word in (words(key), value):
                folded = normalise_cell(word).casefold()
                every[folded] = every.get(folded, frozenset()) | {value}
            if one == language:
                folded = normalise_cell(words(key)).casefold()
                own[folded] = own.get(folded, frozenset()) | {value}
    return own, every


def is_same_value(field: Field, one: str, other: str) -> bool:
    """Whether two stored values look the same in a cell."""
    nothing = ("", NOTHING.get(field.target, ""))
    if one in nothing and other in nothing:
        return True
    return one == other or (
        not field.choices and normalise_cell(shorten(clean(one))) == normalise_cell(shorten(clean(other)))
    )
