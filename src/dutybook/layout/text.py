"""Plain text: paragraphs by blank lines or by lines, wrapped lines joined, headings guessed.

``Block.hint`` is ``footnote`` for notes at the end and empty otherwise. Headings have level 0: a plain text does not
say how they nest.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import zip_longest

from dutybook.languages.publication_lines import parse_day_line
from dutybook.layout.decoding import decode
from dutybook.layout.drafts import LONE_MARKER, Draft, build, squeeze
from dutybook.layout.text_flat import is_flat, split_flat
from dutybook.layout.text_lines import LEADER, Joiner, drop_repeated, is_heading, is_wrapped, paragraphs
from dutybook.records import BlockRole, FurnitureKind, Layout

_DOTTED_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)$")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}\S*)?$")
# Who wrote a report, on a line between its title and its day.
_BYLINE = re.compile(r"(?:By|Von|Par|Por|Di|A cura di|Door|Autor(?:ka|zy)?:?|Oprac\.|Tekst:?) \S.{2,70}(?<![.;:])$")
# "Montelago, 3 ottobre 2029 - La giunta …", "Ветрен, 3 май 2029 г. Съветът …", "Jelovac, 3. svibnja 2029. – Vijeće …"
_DATELINE = re.compile(r"(?P<day>[^\W\d_].{5,58}?\d{4}(?: ?[^\W\d_]\.|\.)?)(?: ?[-–—] (?=\S)|(?<=\.) (?=[^\W\d_]))")
_SERIES = re.compile(r"[LC]\s?\d{1,4}/\d{1,4}$|\d{4}/\d{3,5}$")
_FLAT_HEADER = re.compile(
    r"\s*(?:[LC]_\d{7,12}[A-Z]{2}\.\S+\s+)?(\d{1,2}\.\d{1,2}\.(?:19|20)\d\d)\s+([A-Z]{2})\s+\D{5,60}?\s([LC]\s?\d{1,4}/\d{1,4})\s+"
)
_SPLIT_REFERENCE = re.compile(r"\(\s*\n\s*(\*?\d{1,3})\s*\n\s*\)")
_NOTE_START = re.compile(r"\(\s?(\*?\d{1,3})\s?\)\s")
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
    meta: dict[str, str] = {}
    header: list[str] = []
    if is_flat(text):
        found = _FLAT_HEADER.match(text)
        if found:
            header.append(squeeze(found.group()))
            _note_header(meta, [found.group(1), found.group(2), found.group(3)])
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
    lines, head = _journal_header(lines, meta)
    header += head + dropped
    return _assemble(lines, header, meta)


def _assemble(lines: list[str], header: list[str], meta: dict[str, str]) -> Layout:
    wrapped = is_wrapped(lines)
    joiner = Joiner(lines) if wrapped else None
    drafts: list[Draft] = []
    hyphens: list[tuple[Draft, int, str, bool, str]] = []
    pending: list[str] = []
    groups = paragraphs(lines, wrapped)
    for group, following in zip_longest(groups, groups[1:]):
        text, decisions = joiner.join(group) if joiner else (group[0], [])
        text = squeeze(text)
        if not text:
            continue
        if LONE_MARKER.match(text) and len(pending) < 4 and following:
            pending.append(text)
            continue
        heading = not pending and len(group) <= 3 and is_heading(text, following[0] if following else "")
        draft = Draft(text, _role(text, heading))
        for marker in reversed(pending):
            draft.prefix(marker)
        shift = len(draft.text) - len(text)
        pending = []
        hyphens += [(draft, at + shift, word, kept, reason) for at, word, kept, reason in decisions]
        drafts.append(draft)
    if pending:
        drafts.append(Draft(" ".join(pending)))
    _footnotes(drafts)
    return _finish(drafts, header, meta, hyphens)


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

    A day that begins the first paragraph, with its place, stays there.
    """
    filled = [i for i, line in enumerate(lines[:8]) if line.strip()]
    if len(filled) < 2:
        return lines
    first, second = filled[0], filled[1]
    if len(filled) > 2 and _BYLINE.match(lines[second].strip()) and _parse_day(lines[filled[2]]):
        second = filled[2]
    dateline = _DATELINE.match(lines[second].strip())
    day = _parse_day(lines[second]) or (parse_day_line(dateline["day"]) if dateline else "")
    if not day:
        return lines
    meta["title"] = squeeze(lines[first])[:500]
    meta["published"] = day
    return lines if dateline else [*lines[:second], "", *lines[second + 1 :]]


def _parse_day(line: str) -> str:
    """The ISO date that is all of a line, or nothing."""
    found = _ISO_DATE.match(line.strip())
    return _date(*(int(g) for g in found.groups())) if found else parse_day_line(line) or ""


def _journal_header(lines: list[str], meta: dict[str, str]) -> tuple[list[str], list[str]]:
    """The Official Journal's header over several lines: date, language, name, series and page in any order."""
    filled = [(i, line.strip()) for i, line in enumerate(lines[:60]) if line.strip()][:14]
    at = next((n for n, (_, line) in enumerate(filled) if _DOTTED_DATE.match(line)), None)
    if at is None:
        return lines, []
    window = range(max(at - 3, 0), min(at + 4, len(filled)))
    series = [n for n in window if _SERIES.match(filled[n][1])]
    codes = [n for n in window if re.fullmatch(r"[A-Z]{2}", filled[n][1])]
    if not series or not codes:
        return lines, []
    first, last = min(at, *series, *codes), max(at, *series, *codes)
    _note_header(meta, [filled[at][1], filled[codes[0]][1], filled[series[0]][1]])
    # What stands before it are the links of the web page, if it is little.
    start = 0 if all(len(line) <= 60 for _, line in filled[:first]) else filled[first][0]
    end = filled[last][0] + 1
    return [*lines[:start], *lines[end:]], list(filter(None, map(str.strip, lines[start:end])))


def _note_header(meta: dict[str, str], parts: list[str]) -> None:
    day, language, series = parts
    found = _DOTTED_DATE.match(day)
    if found and "published" not in meta:
        published = _date(int(found.group(3)), int(found.group(2)), int(found.group(1)))
        if published:
            meta["published"] = published
    meta["language"] = language.lower()
    meta["journal"] = series


def _date(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


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
