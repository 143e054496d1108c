"""Numbered items that stand in one line of a converted text, told apart: each becomes a block of its own.

``: a) …; b) …``, ``(1) … . (2) …``, ``: 1° …; 2° …``: what counts from the first, each after a stop, is a list, and numbers of a
citation ("points (a) and (b)") are none, since nothing that could be an item stands between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from dutybook.records import Block, BlockRole, Span
from dutybook.structure.markers import Style, readings_of

_MARKER = re.compile(
    r"(?:(?<=[\s:;,.])|^)(?P<raw>(?P<open>\()?(?P<number>\d{1,2}|[a-z]{1,2}|[ivx]{1,5}|[α-ω]|στ|[а-я])\)"
    r"|(?P<dotted>\d{1,2})\.(?=\s)|(?P<degree>\d{1,2})\s?[°º])(?=\s?[^\W_]|\s?[–—«„“\"(])"
)
# What stands before an item: a stop, and perhaps a word that joins the items ("; and", ", eller", "; είτε").
_STOP = re.compile(r"(?:[:;,][»”“’\"')]{0,2}(?:\s+[^\W\d_]{1,9}(?:/[^\W\d_]{1,4})?)?|[.!?][»”“’\"')]{0,2})\s*$")
_COLON = re.compile(r":\s*$")
_FULL_STOP = re.compile(r"[.!?…][»”’\"')\]]{0,2}\s*$")
_REACH = 24
# As many letters as an item has, at least: what is shorter is the number of a citation.
_ITEM = 12
# Numbers of a citation stand behind a word with a full stop, or another citation's number.
_CITES = re.compile(r"(?:^|\W)\w{1,5}\.\s*$|\d[\s,]*$|§\s*$")


def separated(text: str, blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks of a layout; those that hold several numbered items in one line are divided where the items begin."""
    return tuple(piece for block in blocks for piece in _pieces(text, block))


def _pieces(text: str, block: Block) -> Iterator[Block]:
    starts = items(block.span.of(text)) if block.role is BlockRole.BODY else []
    if not starts:
        yield block
        return
    bounds = [block.span.start, *(block.span.start + at for at in starts), block.span.end]
    for start, end in zip(bounds, bounds[1:], strict=False):
        span = Span(start, end).strip(text)
        if len(span):
            yield replace(block, span=span)


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
    return sorted({m.start() for kind in chains.values() for chain in kind if len(chain) > 1 for m in chain} - {0})


def _follows(text: str, chain: list[re.Match[str]], match: re.Match[str], ordinal: int, style: Style, before: str) -> bool:
    last = chain[-1]
    read = dict(readings_of(last["number"] or last["dotted"] or last["degree"]))
    if read.get(style, -1) + 1 != ordinal or match.start() - last.end() < _ITEM:
        return False
    if chain[0].start() == 0 and match["open"] and style is Style.ARABIC:  # "(1) … . (2) …"
        return _FULL_STOP.search(before) is not None and text[match.end() :].lstrip(" „«“\"'")[:1].isupper()
    return _STOP.search(before) is not None


def _opens(before: str, wrap: str, style: Style) -> bool:
    if _COLON.search(before):
        return True
    return not _CITES.search(before) and (wrap != "()" or (style is not Style.ARABIC and _STOP.search(before) is not None))

