"""Plain text: page headers out, paragraphs by blank lines or by lines, wrapped lines joined, headings guessed.

``Block.hint`` is ``footnote`` for notes at the end, ``set-apart`` behind a first sign with a wide gap, and empty otherwise. Headings have level 0: a plain text does not
say how they nest.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from itertools import combinations, pairwise, zip_longest

from dutybook.languages.bullets import BULLETS
from dutybook.languages.datelines import breaks_off
from dutybook.languages.procedures import begins_with_day_of_act
from dutybook.languages.publication_lines import parse_day_line, published_in
from dutybook.languages.written_days import goes_on_with_day, states_day
from dutybook.layout.decoding import decode
from dutybook.layout.drafts import LONE_MARKER, Draft, build, iso_date, squeeze
from dutybook.layout.text_flat import is_flat, split_flat
from dutybook.layout.text_furniture import MARKER, WORD, drop_repeated, line_width
from dutybook.layout.text_headers import FLAT_HEADER, is_register_rule, note_header, read_journal_header
from dutybook.records import BlockRole, FurnitureKind, Layout

_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}\S*)?$")
# Who wrote a report, on a line between its title and its day.
_BYLINE = re.compile(r"(?:By|Von|Par|Por|Di|A cura di|Door|Autor(?:ka|zy)?:?|Oprac\.|Tekst:?) \S.{2,70}(?<![.;:])$")
# "Montelago, 3 ottobre 2029 - La giunta …", "Ветрен, 3 май 2029 г. Съветът …", "Jelovac, 3. svibnja 2029. – Vijeće …"
_DATELINE = re.compile(r"(?P<day>[^\W\d_].{5,58}?\d{4}(?: ?[^\W\d_]\.|\.)?)(?: ?[-–—] (?=\S)|(?<=\.) (?=[^\W\d_]))")
_GAZETTE_HEAD = 4
"""The head of a gazette stands in so many lines: its name, the place and the day, the number."""
_SPLIT_REFERENCE = re.compile(r"\(\s*\n\s*(\*?\d{1,3})\s*\n\s*\)")
_NOTE_START = re.compile(r"\(\s?(\*?\d{1,3})\s?\)\s")
# Text that was copied out of a page's source has its signs by name: "&sect; 4", "10&nbsp;000 &ndash;". Brackets stay: they would be markup.
_NAMED_SIGN = re.compile(r"&(?!lt;|gt;)(?:[A-Za-z]{2,8}\d{0,2}|#\d{2,6}|#x[\da-fA-F]{2,5});")
_JOURNAL = re.compile(r"\b[LC]\s?\d{1,3}\b.*\d{1,2}\.\d{1,2}\.\d{4}|\b[LC],\s?\d{4}/\d+|\(\d{4}/\d+/[A-Z]+\)")


def read_text(data: bytes) -> Layout:
    """Read a plain text; a marker alone on its line is put before the paragraph that follows.

    ``meta`` has ``title`` and ``published`` where the first lines are a title and an ISO date, ``published``,
    ``language`` and ``journal`` where they are the Official Journal's page header (which becomes furniture).

    Raises:
        EmptyDocument: no bytes, or white space only.
        BrokenDocument: the bytes are no text.
        NoText: no letter or digit.
    """
    text, _ = decode(data)
    text = _NAMED_SIGN.sub(lambda sign: html.unescape(sign[0]), text)
    meta: dict[str, str] = {}
    header: list[str] = []
    if is_flat(text):
        found = FLAT_HEADER.match(text)
        if found:
            header.append(squeeze(found.group()))
            note_header(meta, [found.group(1), found.group(2), found.group(3)])
            text = text[found.end() :]
        pieces, first_note = split_flat(text)
        drafts = [Draft(squeeze(piece), BlockRole.HEADING if heading else BlockRole.BODY) for piece, heading in pieces]
        for draft in drafts[first_note:] if first_note is not None else []:
            draft.role, draft.hint = BlockRole.FOOTNOTE, "footnote"
        return _finish(drafts, header, meta)
    text = _SPLIT_REFERENCE.sub(r"(\1)", text).replace("\f", "\n\n")
    lines = text.split("\n")
    lines, dropped = drop_repeated(lines)
    lines = _title_lines(lines, meta)
    lines, head = read_journal_header(lines, meta)
    if is_register_rule(lines):
        meta |= {"jurisdiction": "US", "language": "en"}
    header += head + dropped
    return _assemble(lines, header, meta)


# Markdown's marks of headings, in a text that is kept as plain text.
_ATX = re.compile(r"(?P<mark>#{2,6})\s+(?=\S)")
_STRONG = re.compile(r"\*\*(\S(?:[^*\n]*\S)?)\*\*")
_MARKED = 3
_LONGEST_MARKED = 160


def _join_marked(lines: list[str]) -> list[str]:
    """The lines with each marked heading in one: what is set further right below it goes on with it."""
    joined: list[str] = []
    for line in lines:
        goes_on = line[:1].isspace() and bool(line.strip()) and bool(joined) and _ATX.match(joined[-1]) is not None
        if goes_on and len(joined[-1]) + len(line.strip()) < _LONGEST_MARKED:
            joined[-1] += f" {line.strip()}"
        else:
            joined.append(line)
    return joined


def _marked_draft(text: str, mark: re.Match[str]) -> Draft:
    """The heading behind its mark; a paragraph where it is longer than a heading is."""
    if len(text) > _LONGEST_MARKED:
        return Draft(text[mark.end() :])
    return Draft(text[mark.end() :], BlockRole.HEADING, level=len(mark["mark"]))


def _assemble(lines: list[str], header: list[str], meta: dict[str, str]) -> Layout:
    marked = sum(_ATX.match(line) is not None for line in lines) >= _MARKED
    lines = _join_marked([_STRONG.sub(r"\1", line) for line in lines]) if marked else lines
    wrapped = is_wrapped(lines)
    assembler = _Assembler(lines, marked, wrapped)
    groups = paragraphs(lines, wrapped)
    for group, following in zip_longest(groups, groups[1:]):
        assembler.add(group, following[0] if following else "")
    if assembler.pending:
        assembler.drafts.append(Draft(" ".join(assembler.pending)))
    _footnotes(assembler.drafts)
    return _finish(assembler.drafts, header, meta, assembler.hyphens)


class _Assembler:
    """Makes blocks of paragraphs, one after the other. Markers that stand alone wait (``pending``) for the paragraph that they belong to."""

    def __init__(self, lines: list[str], marked: bool, wrapped: bool) -> None:
        self.marked = marked
        self.joiner = Joiner(lines) if wrapped else None
        self.columns = {line.strip(): column_of(line) for line in lines if MARKER.match(line.strip())}
        self.drafts: list[Draft] = []
        self.hyphens: list[tuple[Draft, int, str, bool, str]] = []
        self.pending: list[str] = []
        self.headed = 0

    def add(self, group: list[str], below: str) -> None:
        """Add a paragraph's lines; ``below`` is the first line of the next one, empty behind the last."""
        text, decisions = self.joiner.join(group) if self.joiner else (" ".join(group), [])
        text = squeeze(text)
        if self.marked and (mark := _ATX.match(text)):
            self.drafts.append(_marked_draft(text, mark))
        elif LONE_MARKER.match(text) and len(self.pending) < 4 and below:
            self.pending.append(text)
        elif text:
            draft = self._make_draft(text, group, below)
            shift = len(draft.text) - len(text)
            self.hyphens += [(draft, at + shift, word, kept, reason) for at, word, kept, reason in decisions]
            self.drafts.append(draft)

    def _make_draft(self, text: str, group: list[str], below: str) -> Draft:
        """A block of a paragraph's text, behind the markers that wait for one."""
        short = not self.pending and len(group) <= 3
        heading = short and (is_heading(text, below) or _is_next_heading(text, below, self.headed))
        self.headed = _number_of_heading(text, self.headed) if heading else self.headed
        draft = Draft(text, _role(text, heading), hint="set-apart" if _SET_APART.match(group[0]) else "")
        draft.indent = _COLUMN * self.columns.get(group[0], 0)
        for marker in reversed(self.pending):
            draft.prefix(marker)
        self.pending = []
        return draft


def _role(text: str, heading: bool) -> BlockRole:
    if LEADER.search(text):
        return BlockRole.CONTENTS
    return BlockRole.HEADING if heading else BlockRole.BODY


def _finish(
    drafts: list[Draft],
    header: list[str],
    meta: dict[str, str],
    hyphens: list[tuple[Draft, int, str, bool, str]] | None = None,
) -> Layout:
    return build(
        drafts,
        furniture=[(FurnitureKind.HEADER, line) for line in header],
        meta=meta,
        hyphens=hyphens or (),
        what="text",
    )


def _title_lines(lines: list[str], meta: dict[str, str]) -> list[str]:
    """A news text begins with its title and, on the next line or behind its author's, the day, which is no part of the text.

    A day that begins the first paragraph, with its place, stays there, as does the day of an act ("vom 3. Mai 2031") and one in the
    head of a gazette.
    """
    filled = [i for i, line in enumerate(lines[:8]) if line.strip()]
    if len(filled) < 2:
        return lines
    first, second = filled[0], filled[1]
    if len(filled) > 2 and _BYLINE.match(lines[second].strip()) and _parse_day(lines[filled[2]]):
        second = filled[2]
    dateline = _DATELINE.match(lines[second].strip())
    day = _parse_day(lines[second]) or (parse_day_line(dateline["day"]) if dateline else "")
    if not day or breaks_off(lines[first]) or begins_with_day_of_act(lines[second].strip()):
        return lines
    head = [squeeze(lines[i]) for i in filled[:_GAZETTE_HEAD]]
    if any(_names_gazette(head[start:end]) for start, end in combinations(range(len(head) + 1), 2)):
        return lines
    meta |= {"title": squeeze(lines[first])[:500], "published": day, "dateline": "1"}
    return lines if dateline else [*lines[:second], "", *lines[second + 1 :]]


def _names_gazette(head: list[str]) -> bool:
    """Whether lines, joined, state the day of a gazette."""
    found = published_in(" ".join(head), "head")
    return found is not None and bool(found.gazette)


def _parse_day(line: str) -> str:
    """The ISO date that is all of a line, or nothing."""
    found = _ISO_DATE.match(line.strip())
    return iso_date(*found.groups()) if found else parse_day_line(line) or ""


def _footnotes(drafts: list[Draft]) -> None:
    """Notes of an act at the end: paragraphs (1), (2), … up to the last, most of them naming an Official Journal."""
    end = len(drafts)
    start = end
    while start and _NOTE_START.match(drafts[start - 1].text):
        start -= 1
    firsts = [i for i in range(start, end) if drafts[i].text.startswith(("(1) ", "( 1 ) "))]
    if not firsts:
        return
    notes = drafts[firsts[-1] :]
    naming = sum(1 for d in notes if _JOURNAL.search(d.text))
    if naming * 2 < len(notes):
        return
    for draft in notes:
        draft.role, draft.hint = BlockRole.FOOTNOTE, "footnote"


_FULL_STOP = (".", ";", ":", "!", "?", "…")
# A shorter line may be a place or a heading, below which a dateline stands.
_SHORT = 30
_TAB = 4
# Points, of a page, that a column is wide.
_COLUMN = 6.0
# A marker with a wide gap behind it.
_SET_APART = re.compile(r"\S{1,4}(?:\t|\s{2,})\S")
# A table of contents leads from its entries to their pages by dots.
LEADER = re.compile(r"(?:\.[ ]?){4,}\W{0,4}\d{1,4}$|\.{5,}$")
# Of the markers, those that stand for nothing else.
_BULLET = re.compile(rf"[*o{BULLETS}]$")
_NUMBERED_HEADING = re.compile(
    r"(?:[^\W\d_][\w.-]{1,24}\s(?:\d{1,3}[a-z]{0,2}|[IVXLC]{1,7}|[A-Z])|\d{1,3}[a-z]?\.?\s[^\W\d_][\w-]{2,24}|§\s?\d+\s?[a-z]{0,2})\.?$"
)


def is_wrapped(lines: Sequence[str]) -> bool:
    """Whether lines end where the page did, and not where paragraphs do."""
    filled = [line.rstrip() for line in lines]
    width = line_width(filled)
    if not 20 <= width <= 200:
        return False
    pairs = broken = 0
    for line, after in pairwise(filled):
        if len(line.strip()) < width * 0.6 or not WORD.search(line):
            continue
        pairs += 1
        following = after.strip()
        if following and not line.endswith(_FULL_STOP) and (following[0].islower() or line.endswith("-")):
            broken += 1
    return pairs >= 3 and broken >= pairs * 0.25


def paragraphs(lines: Sequence[str], wrapped: bool) -> list[list[str]]:
    """The lines of each paragraph, stripped. Blank lines divide; in wrapped text so do list items and headings."""
    if not wrapped:
        return _join_lines(lines)
    width = line_width(lines)
    found: list[list[str]] = []
    open_paragraph = False
    last_marker: dict[str, int] = {}
    for line in map(str.strip, lines):
        if not line:
            open_paragraph = False
            continue
        if found and not open_paragraph:
            open_paragraph = _goes_on_over_page(found[-1][-1], line, width)
        after_heading = len(found) > 1 and len(found[-2]) == 1 and is_numbered_heading(found[-2][0])
        if not open_paragraph or _starts(line, found[-1], width, last_marker, after_heading):
            found.append([line])
        else:
            found[-1].append(line)
        open_paragraph = not is_numbered_heading(line)
        if len(found[-1]) == 1:
            _note_marker(line, last_marker)
    return found


def _join_lines(lines: Sequence[str]) -> list[list[str]]:
    """Each line as a paragraph; one that goes on with a day, or with an item from further right, stays with the line above."""
    found: list[list[str]] = []
    above = ""
    edge: int | None = None  # where the marker of the open item stands
    for raw in lines:
        line, column = raw.strip(), column_of(raw)
        open_above = bool(above) and not above.endswith(_FULL_STOP)
        if len(above) > _SHORT and not above.endswith((*_FULL_STOP, ",")) and goes_on_with_day(line):
            found[-1][-1] += f" {line}"
        elif line and open_above and edge is not None and column > edge and not MARKER.match(line):
            found[-1].append(line)
        elif line:
            found.append([line])
            edge = column if MARKER.match(line) else None
        above = line
    return found


def column_of(line: str) -> int:
    """How many columns a line stands right of the margin."""
    return len(line.expandtabs(_TAB)) - len(line.expandtabs(_TAB).lstrip())


def _goes_on_over_page(previous: str, line: str, width: int) -> bool:
    """Whether a page ended in the middle of a sentence that a line below a blank one goes on with."""
    if not line[:1].islower() or MARKER.match(line):
        return False
    return len(previous) > width * 0.5 and not previous.endswith((*_FULL_STOP, ","))


def _starts(line: str, before: list[str], width: int, last_marker: dict[str, int], after_heading: bool) -> bool:
    """Whether ``line`` begins a paragraph; ``before`` are the lines of the one above, which follows a heading or not."""
    previous = before[-1]
    if len(before) == 1 and LONE_MARKER.match(previous):
        return False
    if LEADER.search(previous):
        return True
    closed = previous.endswith(_FULL_STOP) or len(previous) < width * 0.7
    if line.startswith("§") and (closed or len(line) < width * 0.7):
        return True
    if closed and is_numbered_heading(line):
        return True
    marker = MARKER.match(line)
    if marker and not goes_on_with_day(line):
        return _item_starts(marker.group(), previous, width, last_marker, after_heading)
    return _sentence_starts(line, previous, width, after_heading)


def _item_starts(marker: str, previous: str, width: int, last_marker: dict[str, int], after_heading: bool) -> bool:
    """Whether a marker at a line's start begins an item: after the end of one, or as the next in its series."""
    shape, ordinal = _shape(marker)
    if _BULLET.match(marker) or previous.endswith((*_FULL_STOP, ",")) or re.search(r"[;,]\s\w{1,5}$", previous):
        return True
    expected = ordinal is None or ordinal == 1 or ordinal == last_marker.get(shape, 0) + 1
    return (expected and len(previous) < width * 0.7) or (after_heading and ordinal == 1)


def _sentence_starts(line: str, previous: str, width: int, after_heading: bool) -> bool:
    """Whether an unmarked line begins a paragraph: the line above ends early, or had room for the line's first word."""
    ended = previous.endswith(_FULL_STOP)
    room = len(previous) + 1 + len(line.split()[0])
    if ended and (len(previous) < width * 0.7 or (room <= width * 0.85 and width >= 60)):
        return True
    if line[:1].islower() or previous.endswith("-"):
        return False
    if len(line) < 30 and line.endswith(":") and len(line.split()) <= 4:
        return ended or previous.endswith(",")
    return room <= width * (0.75 if width >= 60 or after_heading else 0.55)


def _shape(marker: str) -> tuple[str, int | None]:
    """A marker's form (``(#)``, ``a)``, …) and its ordinal."""
    number = re.search(r"\d+", marker)
    if number:
        return marker.replace(number.group(), "#"), int(number.group())
    letter = re.search(r"[^\W\d_]", marker)
    if letter and len(re.findall(r"[^\W\d_]", marker)) == 1:
        return marker.replace(letter.group(), "a"), ord(letter.group().lower()) - ord("a") + 1
    return marker, None


def _note_marker(line: str, last_marker: dict[str, int]) -> None:
    marker = MARKER.match(line)
    if marker:
        shape, ordinal = _shape(marker.group())
        if ordinal is not None:
            last_marker[shape] = ordinal


def is_numbered_heading(line: str) -> bool:
    """``Article 5``, ``KAPITEL II``, ``5. §``, ``12 straipsnis``: one word and one number, nothing else."""
    return len(line) <= 40 and bool(_NUMBERED_HEADING.match(line)) and not line.endswith((";", ":", ","))


def is_heading(line: str, following: str) -> bool:
    """Whether a paragraph looks like a heading: short, not a sentence or an item, with text after it."""
    if is_numbered_heading(line) or _heads_subnumbers(line, following):
        return True
    if LEADER.search(line):
        return False
    if line.startswith("§"):
        return _is_sign_heading(line)
    if len(line) > 120 or MARKER.match(line) or not (line[:1].isalnum() or line[:1] in "‘“„«»\"'"):
        return False
    # "«4. El puerto cierra a las seis.»": a quoted sentence is a sentence.
    if line.rstrip("»”“’\"'").endswith((*_FULL_STOP, ",", "—", "-", "–")) or line[:1].islower() or line[:1].isdigit():
        return False
    return len(line.split()) <= 14 and bool(following) and not states_day(line)


def _is_sign_heading(line: str) -> bool:
    """Whether a line that begins with a section sign is a heading.

    "§ 5 applies." is a sentence; "§ 12.30 Keepers." is how codes of regulations head their sections.
    """
    stops = (";", ":", "!", "?") if re.match(r"§\s?\d+\.\d+\s[^\W\d_a-z]", line) else _FULL_STOP
    return bool(re.match(r"§+\s?\d", line)) and len(line) <= 150 and not line.endswith(stops)


def _heads_subnumbers(line: str, following: str) -> bool:
    """Whether "2. Contents of notices" stands before "2.1 …": a heading of any number of words, and no sentence."""
    number = re.match(r"(\d{1,2})\.?\s+[^\W\d_]", line)
    if number is None or len(line) > 120 or line.endswith((*_FULL_STOP, ",")):
        return False
    return re.match(rf"{number[1]}\.1(?!\d)", following) is not None


_HEADING_NUMBER = re.compile(r"(\d{1,2})\.\s+(?=[^\W\d_])")


def _is_next_heading(line: str, following: str, last: int) -> bool:
    """Whether "7. Return and deletion" goes on with headings whose last has the number before it, and has text below it."""
    number = _HEADING_NUMBER.match(line)
    if number is None or not last or int(number[1]) != last + 1 or len(line) > 120 or len(line.split()) > 14:
        return False
    is_title = not line[number.end()].islower() and not line.endswith((*_FULL_STOP, ","))
    return is_title and bool(following) and not MARKER.match(following) and not states_day(line)


def _number_of_heading(line: str, last: int) -> int:
    """The number of a numbered heading; that of the ``last`` one where it has none."""
    number = _HEADING_NUMBER.match(line)
    return int(number[1]) if number else last


_BROKEN_WORD = re.compile(r"([^\W\d_]+)([-\u00ad\u2010\u2212])$")
_FIRST_LETTERS = re.compile(r"[^\W\d_]+")


class Joiner:
    """Joins wrapped lines; a hyphen at a line's end stays unless the text itself writes the word without it."""

    def __init__(self, lines: Sequence[str]) -> None:
        words: set[str] = set()
        broken = False
        for line in lines:
            found = [w.lower() for w in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", line)]
            # The halves of a broken word are no words of the text.
            first, broken = int(broken), line.rstrip().endswith(("-", "\u00ad", "\u2010", "\u2212"))
            words.update(found[first : -1 if broken else None])
        self._words = words

    def join(self, lines: Sequence[str]) -> tuple[str, list[tuple[int, str, bool, str]]]:
        """The text, and for each hyphen at a line's end: offset, word, whether kept, and why."""
        done: list[str] = []
        length, rest = 0, lines[0]
        decisions: list[tuple[int, str, bool, str]] = []
        for line in lines[1:]:
            # Only the last word can go on: looking for it in all that is joined would take a time that is quadratic.
            word = rest.rfind(" ") + 1
            done.append(rest[:word])
            length, rest = length + word, rest[word:]
            head = _BROKEN_WORD.search(rest)
            tail = _FIRST_LETTERS.match(line)
            if not head or not tail:
                rest = f"{rest} {line}"
                continue
            kept, reason = self._decide(head[1], head[2], tail[0])
            hyphen = "-" if kept else ""
            decisions.append((length + head.start(1), head[1] + hyphen + tail[0], kept, reason))
            rest = rest[: head.start(2)] + hyphen + line
        return "".join([*done, rest]), decisions

    def _decide(self, head: str, hyphen: str, tail: str) -> tuple[bool, str]:
        joined, hyphened = (head + tail).lower(), f"{head}-{tail}".lower()
        if hyphen == "\u00ad":
            return False, "a soft hyphen"
        if hyphened in self._words:
            return True, "the text writes it with a hyphen elsewhere"
        if joined in self._words:
            return False, "the text writes it as one word elsewhere"
        if not tail[:1].islower():
            return True, "a capital follows"
        if head.lower() in self._words and tail.lower() in self._words and len(tail) > 3:
            return True, "both parts are words of the text"
        return True, "undecided"
