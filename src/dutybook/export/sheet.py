"""One worksheet as a table: header, widths, filters, colours, print set-up, and rows written as they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dutybook.errors import BadRequest
from dutybook.export.columns import Kind
from dutybook.export.text import clean, fit

if TYPE_CHECKING:
    from xlsxwriter import Workbook

MAX_ROWS = 1_048_576
"""Rows of a worksheet, header included (Excel specifications and limits)."""

_A4 = 9
_FIRST_DATE = date(1900, 3, 1)  # before it, spreadsheets disagree on what a serial number means
_LINE = "#D9DFE7"
_INK = "#1B2430"

# Background and text of a label. Dark enough on light enough to be read in print and by colour-blind readers, who
# also have the word itself.
_LABELS = {
    "obligation": ("#DCE9F9", "#173F73"),
    "prohibition": ("#FBE0DE", "#8A1C13"),
    "permission": ("#DDF1E1", "#1C5A2C"),
    "exemption": ("#FCEFCF", "#6F4A00"),
    "unreadable": ("#FBE0DE", "#8A1C13"),
    "partly read": ("#FCEFCF", "#6F4A00"),
}
_PAST = ("#FBE0DE", "#8A1C13")
_SOON = ("#FCEFCF", "#6F4A00")
_SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class Spec:
    """A column of a sheet: header, width in characters, how its values are shown, whether it is printed."""

    title: str
    width: int
    kind: Kind
    printed: bool = False
    hidden: bool = False


class Styles:
    """The workbook's cell formats, each made once."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        base: dict[str, Any] = {
            "font_size": 10,
            "font_color": _INK,
            "valign": "top",
            "bottom": 1,
            "bottom_color": _LINE,
        }
        # An indent is the only room that a cell can leave between its text and its neighbour's.
        left, right = {"align": "left", "indent": 1}, {"align": "right", "indent": 1}
        head = base | {
            "bold": True,
            "bg_color": "#1F3A5F",
            "font_color": "#FFFFFF",
            "valign": "vcenter",
            "text_wrap": True,
        }
        wrapped = book.add_format(base | left | {"text_wrap": True})
        self.header = book.add_format(head | left)
        self.header_right = book.add_format(head | right)
        self.heading = book.add_format(
            {"bold": True, "font_size": 13, "font_color": "#1F3A5F", "valign": "bottom"} | left
        )
        self.kinds = {
            Kind.TEXT: wrapped,
            Kind.LABEL: book.add_format(base | left | {"text_wrap": True, "bold": True}),
            Kind.NUMBER: book.add_format(base | right),
            Kind.DATE: book.add_format(base | left | {"num_format": "yyyy-mm-dd"}),
            Kind.DAYS: book.add_format(base | right | {"num_format": "#,##0"}),
        }
        self.labels = {
            label: book.add_format(
                base | left | {"bg_color": paper, "font_color": ink, "bold": True, "text_wrap": True}
            )
            for label, (paper, ink) in _LABELS.items()
        }
        self.past = book.add_format({"bg_color": _PAST[0], "font_color": _PAST[1]})
        self.soon = book.add_format({"bg_color": _SOON[0], "font_color": _SOON[1]})


class Sheet:
    """A sheet that is written row by row and never held in memory.

    ``count`` is the number of rows under the header. Values are text, numbers, dates or None; text never becomes
    anything but text.
    """

    def __init__(self, styles: Styles, name: str, specs: Sequence[Spec], tab: str, headed: bool = True) -> None:
        self.name = name
        self.count = 0
        self._styles = styles
        self._specs = specs
        self._headed = headed
        self._next = 0
        self._due = next((i for i, spec in enumerate(specs) if spec.kind is Kind.DATE), None)
        self._sheet = styles.book.add_worksheet(name)
        self._sheet.set_tab_color(tab)
        self._sheet.hide_gridlines(2)
        self._page_setup()
        for at, spec in enumerate(specs):
            self._sheet.set_column(at, at, spec.width, None, {"hidden": spec.hidden})
        if headed:
            self._sheet.set_row(0, 30)
            self._sheet.freeze_panes(1, 0)
            self._sheet.repeat_rows(0)
            for at, spec in enumerate(specs):
                to_the_right = spec.kind in (Kind.NUMBER, Kind.DAYS)
                self._sheet.write_string(0, at, spec.title, styles.header_right if to_the_right else styles.header)
            self._next = 1

    def add(self, values: Sequence[object]) -> None:
        """Write the next row.

        Raises:
            BadRequest: the sheet is full.
        """
        if self._next >= MAX_ROWS:
            raise BadRequest(
                f"the sheet {self.name!r} cannot hold more than {MAX_ROWS:,} rows; narrow the export with filters, "
                "or export to .csv or .jsonl"
            )
        for at, (spec, value) in enumerate(zip(self._specs, values, strict=True)):
            self._write(self._next, at, spec, value)
        self._next += 1
        self.count += 1

    def heading(self, text: str) -> None:
        """A line over what follows, with room above it; it is no row of the table."""
        self._next += 1 if self._next else 0
        self._sheet.set_row(self._next, 24)
        self._sheet.write_string(self._next, 0, text, self._styles.heading)
        self._next += 1

    def finish(self) -> None:
        """Filters, colours that depend on values, and what is printed; call it after the last row."""
        last = self._next - 1
        if not self._headed:
            return
        self._sheet.autofilter(0, 0, last, len(self._specs) - 1)
        printed = [at for at, spec in enumerate(self._specs) if spec.printed]
        self._sheet.print_area(0, 0, last, max(printed))
        for at, spec in enumerate(self._specs):
            if spec.kind is Kind.DAYS and self.count:
                self._colour_days(at, last)

    def _write(self, row: int, at: int, spec: Spec, value: object) -> None:
        style = self._styles.kinds[spec.kind]
        if spec.kind is Kind.DAYS:
            self._days_left(row, at)
        elif value is None or value == "":
            self._sheet.write_blank(row, at, None, style)
        elif isinstance(value, date):
            if value >= _FIRST_DATE:
                self._sheet.write_datetime(row, at, value, style)
            else:
                self._sheet.write_string(row, at, value.isoformat(), style)
        elif isinstance(value, int | float):
            self._sheet.write_number(row, at, value, style)
        else:
            text = fit(clean(str(value)))
            if spec.kind is Kind.LABEL:
                style = self._styles.labels.get(text, style)
            self._sheet.write_string(row, at, text, style)

    def _days_left(self, row: int, at: int) -> None:
        from xlsxwriter.utility import xl_rowcol_to_cell

        if self._due is None:
            raise ValueError(f"the sheet {self.name!r} counts days but has no date column")
        due = xl_rowcol_to_cell(row, self._due, col_abs=True)
        # The stored result is empty, not 0: a viewer that computes nothing must not say that all is due today.
        style = self._styles.kinds[Kind.DAYS]
        self._sheet.write_formula(row, at, f'=IF(ISNUMBER({due}),{due}-TODAY(),"")', style, "")

    def _colour_days(self, at: int, last: int) -> None:
        from xlsxwriter.utility import xl_rowcol_to_cell

        days = xl_rowcol_to_cell(1, at, col_abs=True)
        # Text compares greater than any number, hence ISNUMBER in each rule.
        for rule, style in (
            (f"=AND(ISNUMBER({days}),{days}<0)", self._styles.past),
            (f"=AND(ISNUMBER({days}),{days}<={_SOON_DAYS})", self._styles.soon),
        ):
            columns = [at] if self._due is None else [self._due, at]
            for column in columns:
                self._sheet.conditional_format(
                    1,
                    column,
                    last,
                    column,
                    {"type": "formula", "criteria": rule, "format": style, "stop_if_true": True},
                )

    def _page_setup(self) -> None:
        self._sheet.set_landscape()
        self._sheet.set_paper(_A4)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self._sheet.set_footer(f"&L&8Dutybook · {self.name}&R&8&P / &N")
