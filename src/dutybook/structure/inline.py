"""Numbered items that stand in one line of a converted text, told apart: each becomes a block of its own.

``: a) …; b) …``, ``(1) … . (2) …``, ``: 1° …; 2° …``: what counts from the first, each after a stop, is a list, and numbers of a
citation ("points (a) and (b)") are none, since nothing that could be an item stands between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from dutybook.languages import LanguagePack
from dutybook.records import Block, BlockRole, Span
from dutybook.structure import headings, headingwords
from dutybook.structure.markers import Style, readings_of

_MARKER = re.compile(
    r"(?:(?<=[\s:;,.])|^)(?P<raw>(?P<open>\()?(?P<number>\d{1,2}|[a-z]{1,2}|[ivx]{1,5}|[α-ω]|στ|[а-я])\)"
    r"|(?P<dotted>\d{1,2})\.(?=\s)|(?P<degree>\d{1,2})\s?[°º])(?=\s?[^\W_]|\s?[–—«„“\"(])"
)
# Bullets as fonts of symbols have them, which stand for nothing else.
_BULLET = re.compile("[\uf0a0-\uf0ff](?=\\s)")
# What stands before an item: a stop, and perhaps a word that joins the items ("; and", ", eller", "; είτε").
_STOP = re.compile(r"(?:[:;,][»”“’\"')]{0,2}(?:\s+[^\W\d_]{1,9}(?:/[^\W\d_]{1,4})?)?|[.!?][»”“’\"')]{0,2})\s*$")
_COLON = re.compile(r":\s*$")
_FULL_STOP = re.compile(r"[.!?…][»”’\"')\]]{0,2}\s*$|\)\s*$")
# What an article stands behind.
_AFTER = re.compile(r"[.;:)\]»”*]\s+$")
_REACH = 24
# As many letters as a line has, at least, that may hold a further article.
_LINE = 80
# As much of a paragraph as holds an article's number and the beginning of its text.
_HEAD = 400
# As many letters as an item has, at least: what is shorter is the number of a citation.
_ITEM = 12
# Numbers of a citation stand behind a word with a full stop, or another citation's number.
_CITES = re.compile(r"(?:^|\W)\w{1,5}\.\s*$|\d[\s,]*$|§\s*$")
# … or behind the word for its parts ("article 9, points c) to f)").
_CITES_PARTS = re.compile(r"\d,\s+[^\W\d_]{3,9}\s*$")


def separated(text: str, blocks: Iterable[Block], pack: LanguagePack) -> tuple[Block, ...]:
    """The blocks of a layout; those that hold several numbered items or articles in one line are divided where they begin."""
    counting = _Articles(pack)
    made: list[Block] = []
    for block in blocks:
        piece = block.span.of(text)
        if block.role in {BlockRole.BODY, BlockRole.HEADING}:
            starts = counting.starts(piece, block)
            if block.role is BlockRole.BODY:
                bounds = [0, *starts, len(piece)]
                starts += [a + at for a, b in pairwise(bounds) for at in items(piece[a:b])]
            made += _divided(text, block, sorted(starts))
        else:
            made.append(block)
    return tuple(made)


class _Articles:
    """Finds articles that begin within a paragraph, each numbered one higher than the last."""

    def __init__(self, pack: LanguagePack) -> None:
        found = headingwords.patterns(pack)
        self._pack = pack
        self._after_stop = tuple(p for p in (found.runs_in, found.sign_runs_in[0]) if p is not None)
        self._anywhere = found.sign_runs_in[1:]
        self._last = 0

    def starts(self, text: str, block: Block) -> list[int]:
        opened = headings.article(text, block, self._pack) or headings.runs_in(text[:_HEAD], self._pack)
        if opened is not None and opened.number.isdigit():
            self._last = int(opened.number)
        if len(text) < _LINE:
            return []
        found = [
            m
            for p in self._after_stop
            for m in p.finditer(text)
            if _AFTER.search(text[max(m.start() - _REACH, 0) : m.start()])
        ]
        found += [m for p in self._anywhere for m in p.finditer(text)]
        made = []
        for match in sorted(found, key=lambda m: m.start()):
            number = match["number"] or ""
            if match.start() and number.isdigit() and int(number) == self._last + 1:
                self._last += 1
                made.append(match.start())
        return made


def _divided(text: str, block: Block, starts: list[int]) -> Iterator[Block]:
    if not starts:
        yield block
        return
    bounds = [block.span.start, *(block.span.start + at for at in starts), block.span.end]
    for start, end in pairwise(bounds):
        span = Span(start, end).strip(text)
        if len(span):
            # what an article's number begins is no part of the heading before it
            role = block.role if start == block.span.start else BlockRole.BODY
            yield replace(block, span=span, role=role)


def items(text: str) -> list[int]:
    """Where the second and further parts of a paragraph begin that its numbers divide."""
    chains: dict[tuple[str, Style], list[list[re.Match[str]]]] = {}
    for match in _MARKER.finditer(text):
        number = match["number"] or match["dotted"] or match["degree"]
        wrap = "°" if match["degree"] else "." if match["dotted"] else "()" if match["open"] else ")"
        before = text[max(match.start() - _REACH, 0) : match.start()]
        for style, ordinal in readings_of(number):
            known = chains.setdefault((wrap, style), [])
            last = known[-1] if known else None
            if last is not None and _follows(text, last, match, ordinal, style, before):
                last.append(match)
                break
            if match.start() == 0 or (ordinal == 1 and _opens(before, wrap, style)):
                known.append([match])
                break
    bullets = {m.start() for m in _BULLET.finditer(text)}
    return sorted(
        bullets
        | {m.start() for kind in chains.values() for chain in kind for m in chain if len(chain) > 1 or _leads(text, m)}
        - {0}
    )


def _follows(
    text: str, chain: list[re.Match[str]], match: re.Match[str], ordinal: int, style: Style, before: str
) -> bool:
    last = chain[-1]
    read = dict(readings_of(last["number"] or last["dotted"] or last["degree"]))
    if read.get(style, -1) + 1 != ordinal or match.start() - last.end() < _ITEM:
        return False
    if chain[0].start() == 0 and match["open"] and style is Style.ARABIC:  # "(1) … . (2) …"
        return (
            _FULL_STOP.search(before) is not None
            and text[match.end() : match.end() + _ITEM].lstrip(" „«“\"'")[:1].isupper()
        )
    return _STOP.search(before) is not None and _CITES_PARTS.search(before) is None


def _leads(text: str, match: re.Match[str]) -> bool:
    """Whether a number stands behind a colon: the first item of a list that goes on in the next line."""
    lead = _COLON.search(text[max(match.start() - _REACH, 0) : match.start()])
    return lead is not None and not match["dotted"] and len(text) - match.end() > _ITEM


def _opens(before: str, wrap: str, style: Style) -> bool:
    if _COLON.search(before):
        return True
    return not _CITES.search(before) and (
        wrap != "()" or (style is not Style.ARABIC and _STOP.search(before) is not None)
    )
