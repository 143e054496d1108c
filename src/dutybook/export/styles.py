"""The cell formats of a workbook, each made once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dutybook.export.columns import Kind

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

_FONT = "Arial"  # Everywhere there is one of its measures, so that columns are as wide as they were meant.
_LINE = "#D9DFE7"
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
#: How near a day is shown as near.
SOON_DAYS = 30


class Styles:
    """The workbook's formats by what is shown; a number is what a cell says of its format."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        base: dict[str, Any] = {
            "font_name": _FONT,
            "font_size": 9,
            "font_color": _INK,
            "valign": "top",
            "bottom": 1,
            "bottom_color": _LINE,
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
            Kind.DATE: left | {"num_format": "yyyy-mm-dd"},
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
        """Of a heading: darker where it stays when groups are folded, of another colour over what people may change."""
        return number(self._heads[folds, yours, kind in (Kind.NUMBER, Kind.DAYS)])

    def cell(self, kind: Kind, *, yours: bool) -> int:
        return number(self._kinds[kind, yours])

    def column(self, kind: Kind, *, yours: bool) -> Format:
        """Of a whole column: cells that have nothing in them are not written, and look as it says."""
        return self._kinds[kind, yours]

    def labels(self, section: str, *, yours: bool) -> dict[str, int]:
        """By the values of a closed set, for those that have colours."""
        return {
            value: number(style)
            for (of, value, editable), style in self._labels.items()
            if of == section and editable is yours
        }

    def colours(self, section: str) -> dict[str, Format]:
        """Background and text of the values of a closed set, for a cell that a person changes later."""
        return {
            value: self.book.add_format({"bg_color": paper, "font_color": ink})
            for value, (paper, ink) in _LABELS.get(section, {}).items()
        }


def number(style: Format) -> int:
    """By which a cell names its format; it is given now if it has none yet."""
    return int(style._get_xf_index())
