"""Markdown: headings with levels, paragraphs, lists with their markers as written, pipe tables.

Read are the parts of CommonMark that statutes are written in, pandoc's title block (``% title``) and YAML front
matter. ``Block.hint`` is ``h1`` to ``h6``, ``li``, ``p``, ``quote``, ``code`` or ``table-cell``. A list of links into the
page itself is a table of contents (role CONTENTS).
"""

from __future__ import annotations

import html
import re

from dutybook.layout.decoding import decode
from dutybook.layout.drafts import LONE_MARKER, Draft, DraftCell, DraftTable, build, squeeze
from dutybook.records import BlockRole, Layout

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$)(.*?)(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
# A quotation within quotations ("> > text", ">> text") is text, too.
_QUOTED = re.compile(r"^\s*(?:>[ \t]?)+")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"[ \t]*([-*+]|\d{1,4}[.)]|\(?[^\W\d_]{1,3}\)|\(\d{1,3}[a-z]?\))(?:[ \t]+|$)(.*)$")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*$")
_CELL = re.compile(r"(?<!\\)\|")
_IMAGE = re.compile(r"!\[([^\]\n]{0,300})\]\([^)\n]{0,2000}\)")
_LINK = re.compile(r"\[([^\]\n]{0,1000})\]\(([^)\n]{0,2000})\)|\[([^\]\n]{1,1000})\]\[[^\]\n]{0,200}\]")
_AUTOLINK = re.compile(r"<((?:https?|mailto):[^>\s]{1,1000})>")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,500}>|<!--.{0,5000}?-->", re.DOTALL)
_STRONG = re.compile(
    r"(\*\*\*|\*\*|\*)(?=\S)(.{1,2000}?)(?<=[^\s*])\1(?!\*)|(?<!\w)(__|_)(?=\S)(.{1,2000}?)(?<=\S)\3(?!\w)", re.DOTALL
)
_CODE = re.compile(r"(`{1,3})(?!`)(.{1,1000}?)(?<!`)\1(?!`)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_NOTE = re.compile(r" {0,3}\[\^([^\]\s]{1,40})\]:[ \t]*(.*)$")
_NOTE_REFERENCE = re.compile(r"\[\^([^\]\s]{1,40})\]")
_DEFINITION = re.compile(r" {0,3}\[[^\]\n^]{1,200}\]:\s*\S+")
_ISO_DATE = re.compile(r"['\"]?(\d{4}-\d{2}-\d{2})(?!\d)")
_PUNCTUATION = "".join(chr(c) for c in range(33, 127) if not chr(c).isalnum())
# Thirty-two noncharacters, as many as there are marks of punctuation: decoding has dropped them from the text.
_ASIDE = 0xFDD0
_BACK = {_ASIDE + number: mark for number, mark in enumerate(_PUNCTUATION)}
_MAX_MARKS = 1000
_META_KEYS = {
    "title": "title",
    "date": "published",
    "published": "published",
    "lang": "language",
    "language": "language",
}


def read_markdown(data: bytes) -> Layout:
    """Read a Markdown text. ``meta``: ``title``, ``published``, ``language`` from front matter or title block.

    Raises:
        EmptyDocument: no bytes, or white space only.
        BrokenDocument: the bytes are no text.
        NoText: no letter or digit.
    """
    text, _ = decode(data)
    lines = text.expandtabs(4).split("\n")
    meta: dict[str, str] = {}
    start = _front_matter(lines, meta)
    reader = _Reader(meta)
    reader.read(lines[start:])
    if "title" not in meta:
        first = next((d for d in reader.drafts if d.role is BlockRole.HEADING), None)
        if first is not None and first.level == 1 and sum(1 for d in reader.drafts if d.level == 1) == 1:
            meta["title"] = first.text[:500]
    return build(reader.drafts, tables=reader.tables, meta=meta, what="text")


def _front_matter(lines: list[str], meta: dict[str, str]) -> int:
    """Read YAML front matter's plain keys or pandoc's title block; returns where the text begins."""
    if lines and lines[0].strip() == "---":
        for end, line in enumerate(lines[1:200], start=1):
            if line.strip() in ("---", "..."):
                for entry in lines[1:end]:
                    key, colon, value = entry.partition(":")
                    name = _META_KEYS.get(key.strip().lower())
                    if colon and name:
                        _set_meta(meta, name, value.strip().strip("'\""))
                return end + 1
            if line.strip() and ":" not in line and not line.startswith((" ", "-", "#")):
                return 0
    at = 0
    titles: list[str] = []
    while at < len(lines) and (
        lines[at].startswith("%") or (titles and at < 20 and lines[at].startswith(" ") and lines[at].strip())
    ):
        titles.append(squeeze(lines[at].lstrip("%")))
        at += 1
    if titles and titles[0]:
        meta["title"] = inline(titles[0])[:500]
        for other in titles[1:]:
            found = _ISO_DATE.match(other)
            if found:
                _set_meta(meta, "published", found.group(1))
    return at


def _set_meta(meta: dict[str, str], name: str, value: str) -> None:
    if name == "published":
        found = _ISO_DATE.match(value)
        value = found.group(1) if found else ""
    if name == "language":
        value = value[:2].lower() if value[:2].isalpha() else ""
    if value:
        meta.setdefault(name, squeeze(value)[:500])


def _holds_link(text: str) -> bool:
    """Whether it is worth looking: from each of many open brackets the search goes far."""
    return "](" in text or "][" in text


def inline(text: str) -> str:
    """A paragraph's text without emphasis, links, tags and escapes."""
    # Escaped characters are set aside (as noncharacters), or they would be read as marks.
    text = _ESCAPE.sub(lambda m: chr(_ASIDE + _PUNCTUATION.index(m.group(1))), text)
    if _holds_link(text):
        text = _IMAGE.sub(r"\1", text)
        text = _LINK.sub(lambda m: m.group(1) or m.group(3) or "", text)
    text = _AUTOLINK.sub(r"\1", text)
    text = _TAG.sub(" ", text) if "<" in text else text
    text = _CODE.sub(r"\2", text)
    # Nested emphasis; a text with more marks than that is no prose, and searching it for pairs takes for ever.
    for _ in range(3 if text.count("*") + text.count("_") <= _MAX_MARKS else 0):
        plain = _STRONG.sub(lambda m: m.group(2) or m.group(4), text)
        if plain == text:
            break
        text = plain
    return squeeze(html.unescape(text).translate(_BACK))


class _Reader:
    """Collects lines into paragraphs and writes drafts."""

    def __init__(self, meta: dict[str, str]) -> None:
        self.meta = meta
        self.drafts: list[Draft] = []
        self.tables: list[DraftTable] = []
        self._lines: list[str] = []
        self._hint = "p"
        self._marker = ""
        self._pending: list[str] = []

    def read(self, lines: list[str]) -> None:
        at = 0
        while at < len(lines):
            at = self._line(lines, at)
        self._close()
        if self._pending:
            self.drafts.append(Draft(" ".join(self._pending), hint="p"))

    def _line(self, lines: list[str], at: int) -> int:
        line = lines[at]
        if not line.strip():
            self._close()
            return at + 1
        fence = _FENCE.match(line)
        if fence:
            return self._fenced(lines, at, fence.group(1))
        if "|" in line and at + 1 < len(lines) and "|" in lines[at + 1] and _TABLE_RULE.match(lines[at + 1]):
            return self._table(lines, at)
        heading = _HEADING.match(line)
        if heading:
            self._close()
            self._heading(heading.group(2), len(heading.group(1)))
            return at + 1
        if self._lines and self._hint == "p" and not self._marker and _SETEXT.match(line):
            text, level = " ".join(self._lines), 1 if "=" in line else 2
            self._lines = []
            self._heading(text, level)
            return at + 1
        note = _NOTE.match(line)
        if note:
            self._close()
            self._hint, self._marker, self._lines = f"note:{note.group(1)}", "", [note.group(2)]
            return at + 1
        if _RULE.match(line) or (not self._lines and _DEFINITION.match(line)):
            self._close()
            return at + 1
        item = _ITEM.match(line)
        if item and (not self._lines or item.group(1) in "-*+" or not self._open_sentence()):
            self._close()
            self._hint, self._marker, self._lines = "li", item.group(1), [item.group(2)]
            return at + 1
        if line.lstrip().startswith(">") and len(line) - len(line.lstrip()) <= 3:
            if self._hint != "quote":
                self._close()
            line = _QUOTED.sub("", line)
            if not line.strip():
                self._close()
                return at + 1
            self._hint = "quote"
        hard_break = line.endswith(("  ", "\\"))
        self._lines.append(line.strip().removesuffix("\\"))
        if hard_break:
            self._close()
        return at + 1

    def _open_sentence(self) -> bool:
        """A number at a line's start inside a sentence is no item."""
        last = self._lines[-1].rstrip() if self._lines else ""
        return bool(last) and last[-1] not in ".;:,!?"

    def _close(self) -> None:
        hint, marker, lines = self._hint, self._marker, self._lines
        self._hint, self._marker, self._lines = "p", "", []
        if not lines and not marker:
            return
        raw = " ".join(lines)
        if hint.startswith("note:"):
            name = hint[5:]
            self.drafts.append(
                Draft(squeeze(f"({name}) {inline(raw)}"), BlockRole.FOOTNOTE, hint="footnote", note=name)
            )
            return
        if _holds_link(raw) and len(_LINK.findall(raw)) > 1 and not any(c.isalnum() for c in _LINK.sub("", raw)):
            return  # a row of links is the page's navigation
        contents = hint == "li" and bool(re.fullmatch(r"\s*\[[^\]]*\]\(#[^)]*\)\s*", raw))
        draft = self._draft(raw, BlockRole.CONTENTS if contents else BlockRole.BODY, hint)
        # Bullets of a list stand for nothing that is cited; numbers and letters do.
        if marker and marker not in "*+" and not contents:
            if draft.text:
                draft.prefix(marker)
            else:
                draft.text = marker
        if not draft.text:
            return
        if LONE_MARKER.match(draft.text) and len(self._pending) < 4:
            self._pending.append(draft.text)
            return
        self._prefixed(draft)
        self.drafts.append(draft)

    def _draft(self, raw: str, role: BlockRole, hint: str, level: int = 0) -> Draft:
        """A draft of a paragraph; references to footnotes come out of its text."""
        marks: list[tuple[int, str, str]] = []
        bold = bool(re.fullmatch(r"\s*\*\*[^*]+\*\*\s*", raw))
        pieces = _NOTE_REFERENCE.split(raw)
        text = inline(pieces[0])
        for name, piece in zip(pieces[1::2], pieces[2::2], strict=True):
            marks.append((len(text), name, name))
            after = inline(piece)
            text += (" " if after and piece[:1].isspace() else "") + after
        return Draft(text, role, level, hint, bold=bold, marks=marks)

    def _prefixed(self, draft: Draft) -> None:
        for marker in reversed(self._pending):
            draft.prefix(marker)
        self._pending = []

    def _heading(self, raw: str, level: int) -> None:
        draft = self._draft(raw, BlockRole.HEADING, f"h{level}", level)
        if draft.text:
            if self._pending:
                self.drafts.append(Draft(" ".join(self._pending), hint="p"))
                self._pending = []
            self.drafts.append(draft)

    def _fenced(self, lines: list[str], at: int, fence: str) -> int:
        self._close()
        at += 1
        while at < len(lines) and not lines[at].strip().startswith(fence):
            if lines[at].strip():
                self.drafts.append(Draft(squeeze(lines[at]), hint="code"))
            at += 1
        return at + 1

    def _table(self, lines: list[str], at: int) -> int:
        self._close()
        rows: DraftTable = []
        number = at
        while number < len(lines) and "|" in lines[number] and lines[number].strip():
            if number != at + 1:
                head = number == at
                rows.append([DraftCell(self._cell(cell), head=head) for cell in _cells(lines[number])])
            number += 1
        for row in rows:
            for cell in row:
                self.drafts.extend(cell)
        self.tables.append(rows)
        return number

    def _cell(self, raw: str) -> list[Draft]:
        made = self._draft(raw.replace("\\|", "|"), BlockRole.TABLE, "table-cell")
        return [made] if made.text else []


def _cells(line: str) -> list[str]:
    return _CELL.split(re.sub(r"(?<!\\)\|\s*$", "", line.strip().removeprefix("|")))
