"""One worksheet as a table: header, widths, filters, cell formats, lists of choices, print set-up, and rows written as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from dutybook.errors import BadRequest
from dutybook.export.columns import Kind
from dutybook.export.fast_workbook import (
    FIRST_DATE,
    RowSheet,
    date_tail,
    display_text,
    escaped,
    formula_cell,
    link_tail,
    literal,
    number_tail,
    text_cell,
    text_tail,
)

if TYPE_CHECKING:
    from xlsxwriter.format import Format

_FONT = "Arial"  # Everywhere there is one of its measures, so that columns are as wide as they were meant.
_BORDER_COLOUR = "#D9DFE7"
_INK = "#1B2430"
_NAVY = "#1F3A5F"
_YOURS = "#FFFDF2"
_RED, _AMBER, _GREEN, _BLUE = (
    ("#FBE0DE", "#8A1C13"),
    ("#FCEFCF", "#6F4A00"),
    ("#DDF1E1", "#1C5A2C"),
    ("#DCE9F9", "#173F73"),
)

# Background and text of a label. Dark enough on light enough to be read in print and by colour-blind readers, who
# also have the word itself.
_LABELS = {
    "modality": {"obligation": _BLUE, "prohibition": _RED, "permission": _GREEN, "exemption": _AMBER},
    "status": {"requires review": _AMBER, "compliant": _GREEN, "non-compliant": _RED, "applicable": _BLUE},
    "document": {"unreadable": _RED, "partly read": _AMBER},
    "change": {
        "added": _GREEN,
        "repealed": _RED,
        "tightened": _AMBER,
        "relaxed": _BLUE,
        "deadline moved": _AMBER,
        "bearer changed": _AMBER,
        "corrected": _AMBER,
    },
}
#: Within this many days, a date is highlighted as near.
SOON_DAYS = 30


class Styles:
    """The formats of a workbook by their use. A cell refers to its format by a number."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        base: dict[str, Any] = {
            "font_name": _FONT,
            "font_size": 9,
            "font_color": _INK,
            "valign": "top",
            "bottom": 1,
            "bottom_color": _BORDER_COLOUR,
        }
        # An indent is the only room that a cell can leave between its text and its neighbour's.
        left, right = {"align": "left", "indent": 1}, {"align": "right", "indent": 1}
        head = base | {"bold": True, "font_color": "#FFFFFF", "valign": "vcenter", "text_wrap": True}
        shades = {(False, False): _NAVY, (True, False): "#4B6584", (False, True): "#8A5A00", (True, True): "#A9782A"}
        self._heads = {
            (folds, yours, to_the_right): book.add_format(
                head | (right if to_the_right else left) | {"bg_color": shade}
            )
            for (folds, yours), shade in shades.items()
            for to_the_right in (False, True)
        }
        self.heading = number(
            book.add_format(
                {"font_name": _FONT, "bold": True, "font_size": 12, "font_color": _NAVY, "valign": "bottom"} | left
            )
        )
        kinds: dict[Kind, dict[str, Any]] = {
            Kind.TEXT: left | {"text_wrap": True},
            Kind.LABEL: left | {"text_wrap": True, "bold": True},
            Kind.NUMBER: right,
            Kind.DATE: left | {"num_format": "yyyy-mm-dd", "text_wrap": True},
            Kind.DAYS: right | {"num_format": "#,##0"},
            Kind.LINK: left | {"font_color": "#1A5FB4", "underline": 1},
        }
        yours = {"locked": False, "bg_color": _YOURS}
        self._kinds = {
            (kind, editable): book.add_format(base | how | (yours if editable else {}))
            for kind, how in kinds.items()
            for editable in (False, True)
        }
        self._labels = {
            (section, value, editable): book.add_format(
                base | kinds[Kind.LABEL] | {"bg_color": paper, "font_color": ink, "locked": not editable}
            )
            for section, values in _LABELS.items()
            for value, (paper, ink) in values.items()
            for editable in (False, True)
        }
        self.past = book.add_format({"bg_color": _RED[0], "font_color": _RED[1]})
        self.soon = book.add_format({"bg_color": _AMBER[0], "font_color": _AMBER[1]})

    def head(self, kind: Kind, *, folds: bool, yours: bool) -> int:
        """The format of a heading: darker where it stays visible when groups are collapsed, in another colour over
        editable columns.
        """
        return number(self._heads[folds, yours, kind in (Kind.NUMBER, Kind.DAYS)])

    def cell(self, kind: Kind, *, yours: bool) -> int:
        return number(self._kinds[kind, yours])

    def column(self, kind: Kind, *, yours: bool) -> Format:
        """The format of a whole column, for cells without a value, which are not written."""
        return self._kinds[kind, yours]

    def labels(self, section: str, *, yours: bool) -> dict[str, int]:
        """The formats of the coloured values of a closed set."""
        return {
            value: number(style)
            for (of, value, editable), style in self._labels.items()
            if of == section and editable is yours
        }

    def colours(self, section: str) -> dict[str, Format]:
        """The background and text colours of the values of a closed set, for cells that people change later."""
        return {
            value: self.book.add_format({"bg_color": paper, "font_color": ink})
            for value, (paper, ink) in _LABELS.get(section, {}).items()
        }


def number(style: Format) -> int:
    """The number by which a cell refers to a format, which is assigned now if it has none yet."""
    return int(style._get_xf_index())


MAX_ROWS = 1_048_576
"""Rows of a worksheet, header included (Excel specifications and limits)."""


def check_room(sheet: str, rows: int) -> None:
    """Refuse one more row than a worksheet with so many rows can hold: xlsxwriter would leave it out without a word.

    Raises:
        BadRequest: the sheet is full.
    """
    if rows >= MAX_ROWS:
        raise BadRequest(
            f"the sheet {sheet!r} cannot hold more than {MAX_ROWS:,} rows; narrow the export with filters, "
            "or export to .csv or .jsonl"
        )


_A4 = 9
_HEAD = 30
_LINE = 12.0
_LETTERS = 1.3  # in the width of a digit, on average, rather too few
_TALLEST = 409


@dataclass(frozen=True, slots=True)
class Spec:
    """A column of a sheet: header, width in characters, how its values are displayed, whether it is printed.

    Attributes:
        words: the reader's words for the values of a closed set. A cell may have several values, one per line.
        yours: whether people may change its cells. They then choose from ``words``, without those of ``given``.
        given: values that only the register sets.
        folds: whether it is part of a group that can be collapsed.
        lines: the most lines of a longer text that are displayed.
        says: makes the text that readers see from a stored text.
        refusal: what a program says to who types into a cell that is not theirs; empty where it lets them.
    """

    title: str
    width: int
    kind: Kind
    printed: bool = False
    hidden: bool = False
    folds: bool = False
    yours: bool = False
    choices: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    lines: int = 0
    says: Callable[[str], str] | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """The value of a cell that a spreadsheet computes, without ``=``, and its result now."""

    text: str
    result: int


@dataclass(frozen=True, slots=True)
class Link:
    """The value of a ``LINK`` cell: an address and the text of the link."""

    address: str
    text: str


Writer = Callable[[str, Any], str]
"""A cell's XML from its row's number and a value that is not nothing."""


class Sheet:
    """A sheet that is written row by row and never kept in memory.

    ``count`` is the number of rows under the header; ``shows`` has a function for each column that makes a displayed
    value. Values are text, numbers, dates, links or None; text always stays text. ``frozen`` columns stay visible
    when one scrolls to the right. ``note`` is put after a text that was cut.
    """

    def __init__(
        self,
        styles: Styles,
        name: str,
        specs: Sequence[Spec],
        tab: str,
        *,
        headed: bool = True,
        frozen: int = 0,
        note: str | None = None,
    ) -> None:
        self.name = name
        self.count = 0
        self._styles = styles
        self._specs = specs
        self._headed = headed
        self._note = note
        self._next = 0
        self._letters = [xl_col_to_name(at) for at in range(len(specs))]
        due = next((i for i, spec in enumerate(specs) if spec.kind is Kind.DATE), None)
        self._due = due
        self._writers = [self._writer(letter, spec) for letter, spec in zip(self._letters, specs, strict=True)]
        self.shows = [self._show(spec) for spec in specs]
        # Only what is printed decides how tall a row is: a long text in a far column must not stretch it.
        self._tall = [
            (at, int((s.width - 2) * _LETTERS), s.lines or _TALLEST)
            for at, s in enumerate(specs)
            if s.kind in (Kind.TEXT, Kind.LABEL) and (s.printed or not headed)
        ]
        self._sheet: RowSheet = styles.book.add_worksheet(name, worksheet_class=RowSheet)
        self._sheet.set_tab_color(tab)
        self._sheet.hide_gridlines(2)
        self._set_columns()
        self._page_setup()
        if headed:
            self._sheet.freeze_panes(1, frozen)
            self._sheet.repeat_rows(0)
            self._header()

    def words(self, values: Iterable[object]) -> list[object]:
        """Values as readers see them: words for closed sets, texts cut to what a cell can hold, None for nothing."""
        return [
            None if value is None or value == "" else show(value)
            for show, value in zip(self.shows, values, strict=True)
        ]

    def add(self, values: Sequence[object]) -> None:
        """Write the next row, with values as :meth:`words` returns them.

        Raises:
            BadRequest: the sheet is full.
        """
        check_room(self.name, self._next)
        row = str(self._next + 1)
        lines = 1
        for at, room, most in self._tall:
            text = values[at]
            if isinstance(text, str) and (len(text) > room or "\n" in text):
                lines = max(lines, min(most, _lines(text, room)))
        cells = [write(row, value) for write, value in zip(self._writers, values, strict=True) if value is not None]
        height = min(lines * _LINE + 3, _TALLEST)
        self._sheet.write_row_xml(self._next, "".join(cells), len(self._specs), height)
        self._next += 1
        self.count += 1

    def heading(self, text: str) -> None:
        """Write a line above what follows, with space over it. It is no row of the table."""
        self._next += 1 if self._next else 0
        cell = text_cell(f"A{self._next + 1}", self._styles.heading, display_text(text))
        self._sheet.write_row_xml(self._next, cell, len(self._specs), 24)
        self._next += 1

    def finish(self) -> None:
        """Add filters, conditional colours, lists of choices, and the print area; to be called after the last row."""
        # No sheet is protected: Excel sorts only where no cell is locked.
        last = self._next - 1
        if not self._headed:
            return
        self._sheet.autofilter(0, 0, last, len(self._specs) - 1)
        printed = [at for at, spec in enumerate(self._specs) if spec.printed]
        self._sheet.print_area(0, 0, last, max(printed))
        for at, spec in enumerate(self._specs):
            if not self.count:
                break
            if spec.kind is Kind.DAYS:
                self._colour_days(at)
            if spec.yours:
                self._offer(at, last, spec)
            elif spec.refusal:
                self._refuse(at, last, spec)

    def _show(self, spec: Spec) -> Callable[[Any], object]:
        note, words, says = self._note, spec.words, spec.says

        def text(value: object) -> object:
            return display_text(value, note) if isinstance(value, str) else value

        def word(value: object) -> object:
            if not isinstance(value, str):
                return value
            return words.get(value) or text("\n".join(words.get(line, line) for line in value.split("\n")))

        def sentence(value: object) -> object:
            return text(says(value) if says and isinstance(value, str) else value)

        return word if words else sentence if says else text

    def _writer(self, letter: str, spec: Spec) -> Writer:
        style = self._styles.cell(spec.kind, yours=spec.yours)
        start = f'<c r="{letter}'
        if spec.kind is Kind.DAYS:
            if self._due is None:
                raise ValueError(f"the sheet {self.name!r} counts days but has no date column")
            due = f"${self._letters[self._due]}"

            def days(row: str, _value: object) -> str:
                formula = f'IF(ISNUMBER({due}{row}),{due}{row}-TODAY(),"")'
                return formula_cell(f"{letter}{row}", style, formula)

            return days
        labels = self._labels(spec)
        plain = self._styles.cell(Kind.TEXT, yours=False)

        def tail(value: object) -> str:
            if isinstance(value, str):
                return text_tail(labels.get(value, plain if spec.kind is Kind.LINK else style), value)
            if isinstance(value, Link):
                return link_tail(style, value.address, display_text(value.text))
            if isinstance(value, Formula):
                return f'" s="{style}"><f>{escaped(value.text)}</f><v>{value.result}</v></c>'
            if isinstance(value, date):
                return date_tail(style, value)
            assert isinstance(value, int | float)
            return number_tail(style, value)

        # In the rows of one document most values are those of the row before.
        last: object = None
        after = ""

        def cell(row: str, value: object) -> str:
            nonlocal last, after
            if value is not last:
                last, after = value, tail(value)
            return f"{start}{row}{after}"

        return cell

    def _labels(self, spec: Spec) -> dict[str, int]:
        """Formats by word. Editable cells get their colours from rules, which follow a change."""
        if spec.kind is not Kind.LABEL or spec.yours:
            return {}
        found = self._styles.labels(spec.choices, yours=False)
        return {spec.words.get(value, value): style for value, style in found.items()}

    def _offer(self, at: int, last: int, spec: Spec) -> None:
        """What may be entered in a column: one of a list, a day, or any text."""
        if spec.words:
            offered = [word for value, word in spec.words.items() if value not in spec.given]
            self._sheet.data_validation(1, at, last, at, {"validate": "list", "source": offered})
        elif spec.kind is Kind.DATE:
            rule = {"validate": "date", "criteria": ">=", "value": FIRST_DATE}
            self._sheet.data_validation(1, at, last, at, rule)
        if spec.kind is Kind.LABEL:
            for value, style in self._styles.colours(spec.choices).items():
                word = spec.words.get(value, value)
                rule = {"type": "cell", "criteria": "==", "value": literal(word), "format": style}
                self._sheet.conditional_format(1, at, last, at, rule)

    def _refuse(self, at: int, last: int, spec: Spec) -> None:
        """Keep people from typing into the cells of a column, while rows can still be sorted."""
        title, _, message = spec.refusal.partition("\n")
        rule = {
            "validate": "custom",
            "value": "=FALSE",
            "ignore_blank": False,
            "error_title": title,
            "error_message": message,
        }
        self._sheet.data_validation(1, at, last, at, rule)

    def colour_rows(self, at: int, rules: Iterable[tuple[str, Format]]) -> None:
        """Colour the cells of a column by formulas about the first row under the header, the first that holds wins."""
        for formula, style in rules if self.count else ():
            given = {"type": "formula", "criteria": formula, "format": style, "stop_if_true": True}
            self._sheet.conditional_format(1, at, self._next - 1, at, given)

    def letter(self, at: int) -> str:
        """The letters of a column (from 0)."""
        return str(self._letters[at])

    def activate(self) -> None:
        """Have programs open the workbook at this sheet."""
        self._sheet.activate()

    def _colour_days(self, at: int) -> None:
        """Mark what is due soon. What is overdue depends on more than the day."""
        days = f"${self._letters[at]}2"
        # Text compares greater than any number, hence ISNUMBER.
        soon = f"=AND(ISNUMBER({days}),{days}>=0,{days}<={SOON_DAYS})"
        for column in [at] if self._due is None else [self._due, at]:
            self.colour_rows(column, [(soon, self._styles.soon)])

    def _set_columns(self) -> None:
        grouped = any(spec.folds for spec in self._specs)
        for at, spec in enumerate(self._specs):
            style = self._styles.column(spec.kind, yours=spec.yours) if self._headed else None
            how = {"hidden": spec.hidden, "level": int(spec.folds)}
            self._sheet.set_column(at, at, spec.width, style, how)
        if grouped:
            # What stays of a group stands before it.
            self._sheet.outline_settings(symbols_right=False)

    def _header(self) -> None:
        cells = [
            text_cell(
                f"{letter}1",
                self._styles.head(spec.kind, folds=spec.folds, yours=spec.yours),
                display_text(spec.title),
            )
            for letter, spec in zip(self._letters, self._specs, strict=True)
        ]
        self._sheet.write_row_xml(0, "".join(cells), len(cells), _HEAD)
        self._next = 1

    def _page_setup(self) -> None:
        self._sheet.set_landscape()
        self._sheet.set_paper(_A4)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self._sheet.set_footer(f"&L&8Dutybook · {self.name}&R&8&P / &N")


def _lines(text: str, room: int) -> int:
    """How many lines a text takes if a line has room for so many letters."""
    return sum(len(line) // room + 1 for line in text.split("\n"))
