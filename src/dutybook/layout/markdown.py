"""Markdown: headings with levels, paragraphs, lists with their markers as written, pipe tables, footnotes.

The blocks and inline marks are CommonMark's, by markdown-it-py. Lists are read here, since acts number their paragraphs
``(1)`` and ``a)``, which CommonMark does not know, and the number is what is cited; so are tables, of which CommonMark's
extension drops surplus cells, pandoc's title block (``% title``) and YAML front matter. ``Block.hint`` is ``h1`` to ``h6``,
``li``, ``p``, ``quote``, ``code`` or ``table-cell``. A list of links into the page itself is a table of contents (role CONTENTS).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from dutybook.languages.bullets import BULLETS
from dutybook.languages.publication_lines import parse_day_line
from dutybook.layout.decoding import decode
from dutybook.layout.drafts import LONE_MARKER, Draft, DraftCell, DraftTable, build, squeeze
from dutybook.records import BlockRole, Layout

_BULLETS = ("*", "+")
# A dash before a number is a bullet: "- 5. …", "- „b) …".
_OWN_NUMBER = re.compile(r"[„“«‘\"]?\s?(?:\(?\d{1,3}[a-z]{0,2}[.)]|\(?[a-z]{1,2}\))\s")
_ITEM = re.compile(rf"[ \t]*([-*+{BULLETS}]|\d{{1,4}}[.)]|\(?[^\W\d_]{{1,3}}\)|\(\d{{1,3}}[a-z]?\))(?:[ \t]+|$)(.*)$")
# A box to tick behind a bullet.
_BOX = re.compile(r"^\[[ xX]\][ \t]+")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*$")
_CELL = re.compile(r"(?<!\\)\|")
_NOTE = re.compile(r"\[\^([^\]\s]{1,40})\]:[ \t]*(.*)$")
_NOTE_REFERENCE = re.compile(r"\[\^([^\]\s]{1,40})\]")
# Quotations within quotations within quotations add nothing, and each is a call inside a call.
_DEEP_QUOTE = re.compile(r"^[ \t]*(?:>[ \t]*){3,}", re.MULTILINE)
# Converters break lines within addresses, too.
_BROKEN_ADDRESS = re.compile(r"\]\((?=[a-z]{2,20}:|/|#)[^()\s]{1,2000}(?:\s[^()\s]{1,2000}){1,20}\)")
_ISO_DATE = re.compile(r"['\"]?(\d{4}-\d{2}-\d{2})(?!\d)")
_PUBLICATION = "publication_date"
_ORIGINAL = "original_"
_FIRST_PUBLICATION = "original_publication"
_FIRST_DAY = "original_effective_date"
_EFFECTIVE = (
    "effective_from",
    "effective_date",
    "effectiveness_date",
    "entry_into_force",
    "entry_in_force",
    "in_force_from",
)
_ENDS = ("effective_to", "in_force_until", "repealed_on", "repeal_date")
_GAZETTE_DAY = re.compile(r"(?:gazette|journal|gu|memorial|promulgation)_date|promulgated(?:_on)?|published_in_\w+")
"""Keys for the day of the gazette; beside one of these, what is called the publication is the day of the act."""
# Of an act that is still in force, the last day is that of a version.
_OVER = frozenset({"expired", "repealed", "no_longer_in_force", "not_in_force", "revoked"})
_META_KEYS = {
    "title": "title",
    # A family of collections of laws has these keys in every country.
    "titulo": "title",
    "fecha_publicacion": "published",
    "date": "published",
    "published": "published",
    _PUBLICATION: "published",
    _FIRST_DAY: "in_force_from",
    **dict.fromkeys(_EFFECTIVE, "in_force_from"),
    **dict.fromkeys(_ENDS, "in_force_until"),
    "lang": "language",
    "language": "language",
}


# "##Besluit": a heading, though the space behind its marks was left out.
_TIGHT = re.compile(r"^(#{2,6})(?=[^\s#!])", re.MULTILINE)


def read_markdown(data: bytes) -> Layout:
    """Read a Markdown text. ``meta``: ``title``, ``published``, ``language`` from front matter or title block, and from
    front matter ``in_force_from`` and ``in_force_until``.

    Raises:
        EmptyDocument: no bytes, or white space only.
        BrokenDocument: the bytes are no text.
        NoText: no letter or digit.
    """
    text, _ = decode(data)
    lines = text.split("\n")
    meta: dict[str, str] = {}
    start = _read_front_matter(lines, meta)
    reader = _Reader()
    reader.read(_TIGHT.sub(r"\1 ", "\n".join(lines[start:])))
    if "title" not in meta:
        titles = [draft for draft in reader.drafts if draft.level == 1]
        first = next((draft for draft in reader.drafts if draft.role is BlockRole.HEADING), None)
        if len(titles) == 1 and titles[0] is first:
            meta["title"] = first.text[:500]
    return build(reader.drafts, tables=reader.tables, meta=meta, what="text")


def plain_text(markup: str) -> str:
    """The text of a line of Markdown without emphasis, links, tags and escapes."""
    return _Reader().paragraph(markup).text


def _read_front_matter(lines: list[str], meta: dict[str, str]) -> int:
    """Read YAML front matter's plain keys or pandoc's title block; returns where the text begins."""
    return _read_yaml(lines, meta) if lines and lines[0].strip() == "---" else _read_title_block(lines, meta)


def _read_yaml(lines: list[str], meta: dict[str, str]) -> int:
    for end, line in enumerate(lines[1:200], start=1):
        if line.strip() in ("---", "..."):
            _take_entries(lines[1:end], meta)
            return end + 1
        if line.strip() and ":" not in line and not line.startswith((" ", "-", "#")):
            return 0
    return 0


def _take_entries(entries: list[str], meta: dict[str, str]) -> None:
    """Take what is known of the keys; where the original's or the gazette's days have keys of their own, the others are not these."""
    pairs = [(key.strip().lower(), value.strip().strip("'\"")) for key, _, value in (e.partition(":") for e in entries)]
    left_out: set[str] = set()
    if any(key.startswith(_ORIGINAL) for key, _ in pairs):
        left_out.update(_EFFECTIVE)
    if dict(pairs).get("status", "").lower() not in _OVER:
        left_out.update(_ENDS)
    gazette_days = [value for key, value in pairs if _GAZETTE_DAY.fullmatch(key) and _day_in(value)]
    if gazette_days or any(key.startswith(_FIRST_PUBLICATION) for key, _ in pairs):
        left_out.add(_PUBLICATION)
    for value in gazette_days:
        _set_meta(meta, "published", value)
    for key, value in pairs:
        name = _META_KEYS.get(key)
        if name and key not in left_out:
            _set_meta(meta, name, value)


def _read_title_block(lines: list[str], meta: dict[str, str]) -> int:
    """Read the lines that begin with ``%`` and those that go on with them: a title, its authors, a day."""
    titles: list[str] = []
    for at, line in enumerate(lines):
        if not line.startswith("%") and not (titles and at < 20 and line.startswith(" ") and line.strip()):
            break
        titles.append(squeeze(line.lstrip("%")))
    if titles and titles[0]:
        meta["title"] = plain_text(titles[0])[:500]
        for other in titles[1:]:
            found = _ISO_DATE.match(other)
            if found:
                _set_meta(meta, "published", found.group(1))
    return len(titles)


_DAYS = frozenset({"published", "in_force_from", "in_force_until"})


def _day_in(value: str) -> str:
    """The ISO date that a value begins with, or is in words; empty for others."""
    found = _ISO_DATE.match(value)
    return found.group(1) if found else parse_day_line(value) or ""


def _set_meta(meta: dict[str, str], name: str, value: str) -> None:
    if name in _DAYS:
        value = _day_in(value)
    if name == "language":
        value = value[:2].lower() if value[:2].isalpha() else ""
    if value:
        meta.setdefault(name, squeeze(value)[:500])


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _note_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """``[^1]: …`` and the lines that follow it, as one token."""
    found = _NOTE.match(_line(state, start))
    if found is None:
        return False
    if not silent:
        last = start + 1
        while last < end and not state.isEmpty(last) and not _NOTE.match(_line(state, last)):
            last += 1
        token = state.push("note", "", 0)
        token.info = found.group(1)
        token.content = " ".join([found.group(2), *(_line(state, number) for number in range(start + 1, last))])
        state.line = last
    return True


def _table_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A pipe table with a line below its head, as one token; rows may have more or fewer cells than the head."""
    if start + 1 >= end or "|" not in _line(state, start):
        return False
    below = _line(state, start + 1)
    if "|" not in below or not _TABLE_RULE.match(below):
        return False
    if not silent:
        last = start + 2
        while last < end and "|" in _line(state, last):
            last += 1
        token = state.push("pipe_table", "", 0)
        token.content = "\n".join(_line(state, number) for number in (start, *range(start + 2, last)))
        state.line = last
    return True


def _note_reference_rule(state: StateInline, silent: bool) -> bool:
    found = _NOTE_REFERENCE.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("note_reference", "", 0).info = found.group(1)
    state.pos = found.end()
    return True


def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark")
    # Indented paragraphs are no code in an act, and elements of HTML only mark text.
    made.disable(["code", "html_block", "list"])
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote"]}
    made.block.ruler.before("reference", "note", _note_rule, interrupts)
    made.block.ruler.before("fence", "pipe_table", _table_rule, interrupts)
    made.inline.ruler.before("link", "note_reference", _note_reference_rule)
    # No address is followed: any will do.
    made.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    return made


_PARSER = _parser()


class _Reader:
    """Writes drafts from the parser's tokens."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.tables: list[DraftTable] = []
        self._pending: list[str] = []
        self._names: dict[str, object] = {}

    def read(self, text: str) -> None:
        tokens: list[Token] = []
        text = _DEEP_QUOTE.sub("> > ", text)
        lines = text.split("\n")
        _PARSER.block.parse(text, _PARSER, self._names, tokens)
        quoted, level, rule = 0, 0, ""
        for token in tokens:
            if token.type in ("blockquote_open", "blockquote_close"):
                quoted += token.nesting
            elif token.type in ("heading_open", "heading_close"):
                level = int(token.tag[1]) if token.nesting > 0 else 0
                rule = lines[token.map[1] - 1].strip() if token.markup == "-" and token.map else ""
            elif token.type != "inline":
                self._block(token)
            elif level and not _is_list(token.content, rule):
                self._heading(token.content, level)
            else:
                for marker, piece in _pieces(token.content + ("\n-" if level and rule == "-" else "")):
                    self._add(marker, piece, "quote" if quoted else "li" if marker else "p")
        self._flush()

    def _block(self, token: Token) -> None:
        """Write a block of code, a footnote or a table."""
        if token.type == "fence":
            self.drafts += [Draft(squeeze(line), hint="code") for line in token.content.split("\n") if line.strip()]
        elif token.type == "note":
            words = f"({token.info}) {self.paragraph(token.content).text}"
            self.drafts.append(Draft(squeeze(words), BlockRole.FOOTNOTE, hint="footnote", note=token.info))
        elif token.type == "pipe_table":
            self._table(token.content.split("\n"))

    def paragraph(self, markup: str, role: BlockRole = BlockRole.BODY, hint: str = "p", level: int = 0) -> Draft:
        """A draft of a paragraph; references to footnotes come out of its text."""
        return self._draft(self._inline(markup), role, hint, level)

    def _inline(self, markup: str) -> list[Token]:
        tokens: list[Token] = []
        _PARSER.inline.parse(_BROKEN_ADDRESS.sub(_mend_address, markup), _PARSER, self._names, tokens)
        return tokens

    def _draft(self, tokens: list[Token], role: BlockRole, hint: str, level: int = 0) -> Draft:
        draft = Draft("", role, level, hint, bold=_is_strong(tokens))
        text = ""
        for token in tokens:
            if token.type == "note_reference":
                before = squeeze(text)
                draft.marks.append((len(before), token.info, token.info))
                text = before
            else:
                text += _text_of(token)
        draft.text = squeeze(text)
        # CommonMark wants no blank before the closing mark; converters set one.
        if not draft.marks and len(draft.text) > 4 and draft.text.startswith("**") and draft.text.endswith(" **"):
            draft.text, draft.bold = draft.text[2:-3], True
        return draft

    def _add(self, marker: str, piece: str, hint: str) -> None:
        tokens = self._inline(piece)
        links = [token for token in tokens if token.type == "link_open"]
        outside = "".join(_outside_links(tokens))
        if len(links) > 1 and not any(c.isalnum() for c in outside):
            return  # a row of links is the page's navigation
        target = str(links[0].attrGet("href")) if links else ""
        contents = bool(marker) and target.startswith("#") and not outside.strip()
        draft = self._draft(tokens, BlockRole.CONTENTS if contents else BlockRole.BODY, hint)
        # Bullets of a list stand for nothing that is cited; numbers and letters do.
        bullet = marker in _BULLETS or (marker == "-" and _OWN_NUMBER.match(draft.text) is not None)
        if marker and not bullet and not contents:
            if draft.text:
                draft.prefix(marker)
            else:
                draft.text = marker
        if draft.text:
            self._append(draft)

    def _append(self, draft: Draft) -> None:
        """Add a paragraph behind the markers that wait for it; a lone marker waits, too."""
        if LONE_MARKER.match(draft.text) and len(self._pending) < 4:
            self._pending.append(draft.text)
            return
        for before in reversed(self._pending):
            draft.prefix(before)
        self._pending = []
        self.drafts.append(draft)

    def _heading(self, markup: str, level: int) -> None:
        draft = self.paragraph(markup, BlockRole.HEADING, f"h{level}", level)
        if draft.text:
            self._flush()
            self.drafts.append(draft)

    def _flush(self) -> None:
        """Markers that no text followed are a paragraph."""
        if self._pending:
            self.drafts.append(Draft(" ".join(self._pending), hint="p"))
            self._pending = []

    def _table(self, lines: list[str]) -> None:
        rows: DraftTable = []
        for number, line in enumerate(lines):
            cells = _CELL.split(re.sub(r"(?<!\\)\|\s*$", "", line.strip().removeprefix("|")))
            made = [self.paragraph(cell.replace("\\|", "|"), BlockRole.TABLE, "table-cell") for cell in cells]
            rows.append([DraftCell([draft] if draft.text else [], head=number == 0) for draft in made])
        for row in rows:
            for cell in row:
                self.drafts.extend(cell)
        self.tables.append(rows)


def _is_list(content: str, rule: str) -> bool:
    """Whether the line of dashes ``rule`` below a text makes no heading of it: a bullet, or the end of a list."""
    return rule == "-" or (rule != "" and _ITEM.match(content) is not None)


def _pieces(content: str) -> Iterator[tuple[str, str]]:
    """The items and parts of a paragraph, each with its marker: a hard line break ends one, a marker begins one."""
    marker, lines = "", list[str]()
    for line in content.split("\n"):
        item = _ITEM.match(line)
        # A number at a line's start inside a sentence is no item.
        if item and (
            not (lines or marker) or item.group(1)[-1] not in ".)" or "".join(lines).rstrip()[-1:] in ".;:,!?"
        ):
            if lines or marker:
                yield marker, "\n".join(lines)
            marker, lines = item.group(1), [_BOX.sub("", item.group(2).strip())]
            continue
        lines.append(line.strip().removesuffix("\\"))
        if line.endswith(("  ", "\\")):
            yield marker, "\n".join(lines)
            marker, lines = "", []
    if lines or marker:
        yield marker, "\n".join(lines)


def _mend_address(found: re.Match[str]) -> str:
    return "](" + "".join(found.group()[2:].split())


def _text_of(token: Token) -> str:
    if token.type in ("text", "text_special", "code_inline"):
        return token.content
    if token.type == "image":
        return "".join(_text_of(child) for child in token.children or ())
    return " " if token.type in ("softbreak", "hardbreak", "html_inline") else ""


def _outside_links(tokens: list[Token]) -> Iterator[str]:
    depth = 0
    for token in tokens:
        depth += token.nesting if token.tag == "a" else 0
        if not depth:
            yield _text_of(token)


def _is_strong(tokens: list[Token]) -> bool:
    """Whether all of a paragraph is set in bold."""
    filled = [token for token in tokens if token.type != "text" or token.content.strip()]
    marks = [token.type for token in filled if token.tag == "strong"]
    return marks == ["strong_open", "strong_close"] and filled[0].tag == filled[-1].tag == "strong"
