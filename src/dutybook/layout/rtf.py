"""Rich Text files (RTF 1.9.1): text as Word shows it; numbers of lists stand in the file.

Deleted and hidden text is left out, which the problems report; pictures, objects and fields' codes are passed over.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import chain

from dutybook.errors import BrokenDocument, TooLarge
from dutybook.layout.drafts import LONE_MARKER, Draft, DraftTable, build, squeeze
from dutybook.layout.html_walk import LINE_BREAK, divided
from dutybook.layout.office import demote_clauses, marked_draft
from dutybook.layout.rtf_syntax import MAX_CHARACTERS, MAX_DEPTH, SILENT, Characters, Group, Token, tokens
from dutybook.reasons import Reason, Why, because
from dutybook.records import BlockRole, FurnitureKind, Layout

_LETTERS = {
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
    "tab": " ", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip


@dataclass(slots=True)
class _Group(Group):
    """A group (``body``, ``skip``, ``fonts``, ``styles``, ``note``, ``header``, …) with how its text looks."""

    bold: bool = False
    italic: bool = False
    hidden: bool = False
    deleted: bool = False

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


class Rows:
    """Collects cells until text outside the table ends it. ``tables`` are those that hold data."""

    def __init__(self) -> None:
        self.tables: list[DraftTable] = []
        self._table: DraftTable = []
        self._row: list[list[Draft]] = []
        self._cell: list[Draft] = []

    def add(self, draft: Draft) -> None:
        """A paragraph of the cell that is open."""
        self._cell.append(draft)

    def end_cell(self) -> None:
        self._row.append(self._cell)
        self._cell = []

    def end_row(self) -> None:
        if self._cell:
            self.end_cell()
        if any(self._row):
            self._table.append(self._row)
        self._row = []

    def flush(self) -> list[Draft]:
        """The end of the table; returns drafts that went before others: points' markers in cells of their own."""
        self.end_row()
        table, self._table = self._table, []
        filled = [[cell for cell in row if cell] for row in table]
        several = sum(len(row) > 1 for row in filled)
        points = [row for row in filled if _is_point(row)]
        if several < 2 or several * 2 < len(table) or len(points) == several:
            for row in points:
                row[1][0].prefix(row[0][0].text)
            return [row[0][0] for row in points]
        for row in table:
            for draft in chain.from_iterable(row):
                draft.role, draft.hint = BlockRole.TABLE, "table-cell"
        self.tables.append(table)
        return []


def _is_point(row: list[list[Draft]]) -> bool:
    """Whether a row is a lone marker and one cell more."""
    return len(row) == 2 and len(row[0]) == 1 and LONE_MARKER.match(row[0][0].text) is not None


_PLACES = {
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "footer"),
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), "header"),
    "footnote": "note",
    "fonttbl": "fonts",
    "stylesheet": "styles",
    "info": "about",
    **dict.fromkeys(SILENT, "skip"),
}
"""What a group holds, by its first word."""
_ABOUT = {"title": "title", "author": "author", "creatim": "created"}
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_REFERENCE = re.compile(rf"\s*\(?{_OPEN}(\d+){_CLOSE}\)?")
_UNMEANT = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0xFDD0, 0xFDD2), *range(0xD800, 0xE000)], " ")
_HEADING = re.compile(r"heading (\d)$")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})$")


def read_rtf(data: bytes) -> Layout:
    """Read a Rich Text file.

    Raises:
        BrokenDocument: it is no RTF.
        TooLarge: it nests deeper, or has more text, than documents do.
        NoText: there is no text in it.
    """
    if not data.startswith(b"{\\rtf"):
        raise BrokenDocument(because(Why.MARKUP, "the file is no Rich Text: it does not begin as one"))
    reader = _Reader()
    for token in tokens(data):
        reader.take(token)
    reader.end()
    return build(
        [*reader.drafts, *reader.notes],
        tables=reader.rows.tables,
        furniture=list(reader.furniture),
        meta=reader.meta,
        problems=reader.problems(),
        what="Rich Text file",
    )


class _Reader:
    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.notes: list[Draft] = []
        self.furniture: dict[tuple[FurnitureKind, str], None] = {}
        self.meta: dict[str, str] = {}
        self.rows = Rows()
        self._group = _Group()
        self._stack: list[_Group] = []
        self._paragraph = Paragraph()
        self._characters = Characters(self._add)
        self._styles: dict[int, str] = {}
        self._texts: dict[str, list[str]] = {}
        self._looks: list[tuple[bool, bool]] = []
        self._titles: dict[tuple[str, int], list[Draft]] = {}
        self._counts: Counter[str] = Counter()
        self._length = 0

    # Tokens

    def take(self, token: Token) -> None:
        if token.kind == "text":
            self._characters.data(token.data, self._group.font)
            return
        if not (token.kind == "word" and token.word == "u"):
            self._characters.flush(self._group.font)
        if token.kind == "open":
            if len(self._stack) >= MAX_DEPTH:
                raise TooLarge(because(Why.NESTED, "the Rich Text file nests its groups too deeply to be read"))
            self._stack.append(self._group)
            self._group = self._group.inner()
        elif token.kind == "close":
            self._close()
        elif token.kind == "sign":
            self._sign(token.word)
        else:
            self._word(token.word, token.number)
            self._group.fresh = False

    def end(self) -> None:
        """The end of the file, perhaps before its time."""
        self._characters.flush(self._group.font)
        if len(self._stack) > 0:
            self._counts["unclosed"] = 1
        while self._stack:
            self._close()
        self._end_paragraph()
        self._drop(self.rows.flush())
        demote_clauses(self._titles.values())

    def _close(self) -> None:
        before, self._group = self._group, self._stack.pop() if self._stack else _Group()
        place = before.place
        if place == self._group.place:
            return
        text = "".join(self._texts.pop(place, [])) if place not in ("body", "skip") else ""
        if place == "note":
            self._close_note(text)
        elif place in ("header", "footer") and squeeze(text):
            kind = FurnitureKind.HEADER if place == "header" else FurnitureKind.FOOTER
            self.furniture[kind, squeeze(text.replace(LINE_BREAK, " "))[:1000]] = None
        elif place.startswith("style "):
            self._styles[int(place[6:])] = squeeze(text).rstrip(";").lower()
        elif place in ("title", "author") and squeeze(text):
            self.meta[place] = squeeze(text)[:500]
        elif place == "created" and (day := _DAY.match(text)):
            self.meta["created"] = f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}"

    def _close_note(self, text: str) -> None:
        lines = [self._marked(line) for line in divided(text)]
        for draft in lines:
            if draft.text:
                self.notes[-1].extend(draft.text, draft.marks)

    def _sign(self, sign: str) -> None:
        if sign == "*" and self._group.fresh:
            self._group.starred = True
        elif sign == "~":
            self._add("\u00a0")
        elif sign == "_":
            self._add("-")
        elif sign in "{}\\":
            self._add(sign)

    def _word(self, word: str, number: int | None) -> None:
        if self._group.fresh and self._destination(word, number):
            return
        if self._characters.read_word(word, number, self._group):
            return
        for read in (self._read_text, self._read_paragraph_format, self._read_character_format):
            if read(word, number):
                return
        if self._group.place == "created" and word in ("yr", "mo", "dy"):
            self._texts.setdefault("created", []).append(f"{'-' if self._texts.get('created') else ''}{number}")

    # What a control word means; each says whether it knew the word.

    def _read_text(self, word: str, _: int | None) -> bool:
        """A word that stands for characters, or ends a line, a paragraph or a cell."""
        if word in _LETTERS:
            self._add(_LETTERS[word])
        elif word in ("par", "sect", "page", "column", "nestcell", "nestrow"):
            self._paragraph_mark()
        elif word in ("cell", "row"):
            self._table_mark(word)
        elif word in ("line", "lbr"):
            self._add(LINE_BREAK)
        else:
            return False
        return True

    def _read_paragraph_format(self, word: str, number: int | None) -> bool:
        if word == "pard":
            self._paragraph = Paragraph()
        elif word == "intbl":
            self._paragraph.in_table = True
        elif word == "qc":
            self._paragraph.centred = True
        elif word == "outlinelevel":
            self._paragraph.outline = (number or 0) + 1 if 0 <= (number or 0) <= 8 else 0
        elif word == "s":
            self._paragraph.style = number or 0
        else:
            return False
        return True

    def _read_character_format(self, word: str, number: int | None) -> bool:
        group, on = self._group, number != 0
        if word == "plain":
            group.plain()
        elif word == "b":
            group.bold = on
        elif word == "i":
            group.italic = on
        elif word == "v":
            group.hidden = on
        elif word == "deleted":
            group.deleted = on
            self._counts["deleted"] += on
        elif word == "revised":
            self._counts["inserted"] += on
        else:
            return False
        return True

    def _destination(self, word: str, number: int | None) -> bool:
        """Whether a group's first word says that it is something else than text."""
        if self._group.place == "skip" and word != "shptxt":
            return False
        place = self._place_of(word, number)
        if place == "note":
            self._reference()
        if place:
            self._group.place = place
        return bool(place)

    def _place_of(self, word: str, number: int | None) -> str:
        """What a group holds that begins with a word; empty where it goes on with what stands around it."""
        group = self._group
        if group.place == "styles" and word in ("s", "cs", "ds", "ts"):
            return f"style {number or 0}" if word == "s" else "skip"
        if word in _PLACES:
            return _PLACES[word]
        if group.place == "about":
            return _ABOUT.get(word, "skip")
        if word == "shptxt":
            return "body"
        return "skip" if word == "shpinst" or (group.starred and word not in ("cs", "ud")) else ""

    # Characters

    def _add(self, text: str) -> None:
        group = self._group
        if group.place in ("skip", "fonts", "styles", "about", "created"):
            return
        if group.hidden or group.deleted:
            self._counts["hidden"] += group.hidden and bool(text.strip())
            return
        self._length += len(text)
        if self._length > MAX_CHARACTERS:
            raise TooLarge(
                because(Why.TOO_MUCH_TEXT, "the Rich Text file holds more characters than are read; split it")
            )
        clean = text if text == LINE_BREAK else text.translate(_UNMEANT)
        self._texts.setdefault(group.place, []).append(clean)
        if group.place == "body" and clean.strip():
            self._looks.append((group.bold, group.italic))

    def _reference(self) -> None:
        mark = str(len(self.notes) + 1)
        self._texts.setdefault(self._group.place, []).append(f"{_OPEN}{len(self.notes)}{_CLOSE}")
        self.notes.append(Draft(f"({mark})", BlockRole.FOOTNOTE, hint="footnote", note=f"note {mark}"))

    # Paragraphs

    def _paragraph_mark(self) -> None:
        place = self._group.place
        if place == "body":
            self._end_paragraph()
        elif place in self._texts:
            self._texts[place].append(LINE_BREAK * 2)

    def _table_mark(self, word: str) -> None:
        if self._group.place != "body":
            return
        self._paragraph.in_table = True
        self._end_paragraph()
        if word == "cell":
            self.rows.end_cell()
        else:
            self.rows.end_row()

    def _end_paragraph(self) -> None:
        text = "".join(self._texts.pop("body", []))
        looks, self._looks = self._looks, []
        form = self._paragraph
        style = self._styles.get(form.style, "")
        if not form.in_table and text.strip():
            self._drop(self.rows.flush())
        for line in divided(text):
            draft = self._marked(line)
            if not draft.text:
                continue
            draft.bold, draft.italic = (bool(looks) and all(look[n] for look in looks) for n in (0, 1))
            draft.centred = form.centred
            if style.startswith("toc "):
                draft.role, draft.hint = BlockRole.CONTENTS, "contents"
            elif form.in_table:
                self.rows.add(draft)
            else:
                self._as_heading(draft, form, style)
            self.drafts.append(draft)

    def _drop(self, merged: list[Draft]) -> None:
        """Markers in cells of their own have gone before the text of the next cell."""
        if merged:
            gone = {id(draft) for draft in merged}
            self.drafts = [draft for draft in self.drafts if id(draft) not in gone]

    def _as_heading(self, draft: Draft, form: Paragraph, style: str) -> None:
        named = _HEADING.match(style)
        level = form.outline or (int(named.group(1)) if named else 0)
        title = style in ("title", "subtitle")
        if not level and not title:
            return
        draft.role, draft.level = BlockRole.HEADING, min(level or 1, 9)
        draft.hint = f"h{draft.level}"
        if style == "title":
            self.meta["title"] = draft.text[:500]
        elif not title:
            self._titles.setdefault((style, draft.level), []).append(draft)

    def _marked(self, line: str) -> Draft:
        """A line of text with its references to notes; those within notes themselves are none."""
        return marked_draft(line, _REFERENCE, lambda number: (str(number + 1), f"note {number + 1}"))

    def problems(self) -> list[Reason]:
        counts, found = self._counts, list[Reason]()
        if counts["inserted"] or counts["deleted"]:
            text = "there are tracked changes: insertions were read as accepted, deletions left out"
            found.append(because(Why.PART_TRACKED, text))
        if counts["hidden"]:
            found.append(
                because(Why.PART_HIDDEN, "{count} pieces of hidden text were left out", count=counts["hidden"])
            )
        if counts["unclosed"]:
            found.append(because(Why.PART_ENDS_EARLY, "the file ends too early: what is there was read"))
        return found
