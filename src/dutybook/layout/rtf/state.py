"""What an RTF group inherits from the one around it, and the code pages its characters are in."""

from __future__ import annotations

from dataclasses import dataclass

# Charsets of fonts (RTF 1.9.1, "Font Table") to code pages.
CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
# Groups whose content is no text of the document; those that begin with \* and are not known are none either.
SILENT = frozenset(
    [
        "colortbl",
        "listtable",
        "listoverridetable",
        "pict",
        "objdata",
        "fldinst",
        "xe",
        "tc",
        "txe",
        "rxe",
        "filetbl",
        "revtbl",
        "nonshppict",
        "shppict",
        "themedata",
        "datastore",
        "latentstyles",
        "rsidtbl",
        "generator",
        "xmlnstbl",
        "bkmkstart",
        "bkmkend",
        "annotation",
        "atnid",
        "atnauthor",
        "atndate",
        "atnref",
        "template",
        "datafield",
        "private",
        "background",
        "ftnsep",
        "ftnsepc",
        "ftncn",
        "aftnsep",
        "aftnsepc",
        "aftncn",
        "mmathPr",
    ]
)
HEADERS = frozenset(["header", "headerl", "headerr", "headerf"])
FOOTERS = frozenset(["footer", "footerl", "footerr", "footerf"])
LETTERS = {
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
    "tab": " ", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip


@dataclass(slots=True)
class Group:
    """A group's place (``body``, ``skip``, ``fonts``, ``styles``, ``note``, ``header``, …) and how its text looks."""

    place: str = "body"
    starred: bool = False
    fresh: bool = True
    bold: bool = False
    italic: bool = False
    hidden: bool = False
    deleted: bool = False
    font: int = 0
    unicode_skip: int = 1

    def inner(self) -> Group:
        """A group in this one, at its beginning."""
        return Group(
            self.place, False, True, self.bold, self.italic, self.hidden, self.deleted, self.font, self.unicode_skip
        )

    def plain(self) -> None:
        """Back to how text looks by default."""
        self.bold = self.italic = self.hidden = self.deleted = False


@dataclass(slots=True)
class Paragraph:
    """What a paragraph says of itself: its style's number, outline level (0 for none), table, alignment."""

    style: int = 0
    outline: int = 0
    in_table: bool = False
    centred: bool = False
