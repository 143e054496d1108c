"""Dates of a document that its own text states: when it was published and enacted, and as of which day a consolidated text stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice, pairwise

from dutybook.languages.publication_lines import (
    LONGEST_LINE,
    Publication,
    Where,
    enacted_in,
    published_in,
    version_in,
)
from dutybook.records import Furniture, FurnitureKind, Layout
from dutybook.records.dates import parse_day

_PUBLICATION_LINES = 30
_PUBLICATION_PIECES = 200
_TOGETHER = 6
_JOINED = 4
_TITLED = 3
_METADATA = "the file's metadata"


def with_dates(layout: Layout) -> Layout:
    """The layout with all days that its own text states of itself: of publication, of its version, of enactment."""
    return with_enactment(with_version(with_publication(layout)))


def with_publication(layout: Layout) -> Layout:
    """The layout with ``published`` where the text says it, and ``published_by``: the words, or that it is metadata.

    What a reader of the format found is kept, but that of a ``dateline`` gives way to a gazette's; a date of a gazette comes with the
    gazette's name in ``gazette``, one that says when a text was published only if it is no act with ``dateline``.
    """
    layout = _without_impossible_days(layout)
    known, weak = layout.meta.get("published", ""), bool(layout.meta.get("dateline"))
    found = _find_publication(layout) if weak or not known else None
    if known and not (found and found.gazette and found.for_acts):
        stated = layout.meta.get("published_by") or _words_for(known, layout) or _METADATA
        return replace(layout, meta={**layout.meta, "published_by": stated})
    if found is None:
        return layout
    meta = {**layout.meta, "published": found.day, "published_by": f"“{found.words}”"}
    more = {"gazette": found.gazette, "dateline": "" if found.for_acts else "1"}
    made = {key: value for key, value in (meta | more).items() if value or key not in more}
    return replace(layout, meta=made)


_DAYS = ("published", "version_date", "in_force_from", "in_force_until")


def _without_impossible_days(layout: Layout) -> Layout:
    """The layout without days that no calendar has, such as a damaged file states."""
    stated = {key: layout.meta.get(key) for key in _DAYS}
    wrong = [key for key, written in stated.items() if written and str(parse_day(written)) != written]
    return replace(layout, meta={k: v for k, v in layout.meta.items() if k not in wrong}) if wrong else layout


def _find_publication(layout: Layout) -> Publication | None:
    for line, where in _publication_lines(layout):
        found = published_in(line, where)
        if found is not None:
            return found
    return None


def _publication_lines(layout: Layout) -> Iterator[tuple[str, Where]]:
    """What may say it: running headers, the title, the first paragraphs, the last ones."""
    headers = dict.fromkeys(piece.text for piece in headers_of(layout)[:_PUBLICATION_PIECES])
    yield from ((line, "header") for line in headers)
    blocks = layout.blocks
    first = [_beginning(block.span.of(layout.text)) for block in islice(blocks, _PUBLICATION_LINES)]
    yield from ((line, "title") for line in (layout.meta.get("title", ""), *first[:_TITLED]))
    yield from ((line, "head") for line in first)
    # The head of a gazette stands in several lines: its name, the place and the day, the number.
    for many in range(2, _JOINED + 1):
        for at in range(len(first) - many + 1):
            joined = " ".join(first[at : at + many])
            if len(joined) <= LONGEST_LINE:
                yield joined, "head"
    for block in blocks[-_PUBLICATION_LINES:]:
        yield _beginning(block.span.of(layout.text)), "tail"


def headers_of(layout: Layout) -> list[Furniture]:
    """What stands on the pages of a document itself, and not what surrounds an article on a web page."""
    return [piece for piece in layout.furniture if piece.kind is not FurnitureKind.BOILERPLATE]


def _beginning(words: str) -> str:
    return words if len(words) <= 2 * LONGEST_LINE else words[: 2 * LONGEST_LINE]


def _words_for(day: str, layout: Layout) -> str:
    """The words for a date that the reader of the format found, quoted."""
    pieces = [piece.text for piece in layout.furniture[:_PUBLICATION_PIECES]]
    for line, where in _publication_lines(layout):
        found = published_in(line, where)
        if found is not None and found.day == day:
            return f"“{found.words}”"
    forms = _forms(day)
    for index, piece in enumerate(pieces):
        if any(form in piece for form in forms):
            # A header may come in pieces: number, language, name, date.
            around = piece if len(piece) > _TOGETHER * 4 else " ".join(_near(pieces, index))
            return f"“{' '.join(around.split())[:LONGEST_LINE]}”"
    return ""


def _near(pieces: list[str], index: int) -> Iterable[str]:
    return [p for p in pieces[max(0, index - _TOGETHER) : index + _TOGETHER] if len(p) <= 80]


def _forms(day: str) -> tuple[str, ...]:
    year, month, number = day.split("-")
    short = f"{int(number)}.{int(month)}.{year}"
    return day, short, f"{number}.{month}.{year}", f"{int(number)}/{int(month)}/{year}", f"{number}/{month}/{year}"


def with_enactment(layout: Layout) -> Layout:
    """The layout with ``enacted`` where a line says on which day the act was enacted, signed or made; what is known is kept."""
    if layout.meta.get("enacted"):
        return layout
    lines = [_beginning(block.span.of(layout.text)) for block in layout.blocks[:_PUBLICATION_LINES]]
    pairs = (f"{one} {other}" for one, other in pairwise(lines))
    last = (_beginning(block.span.of(layout.text)) for block in layout.blocks[-_PUBLICATION_LINES:])
    found = next((day for line in chain(lines, pairs, last) if (day := enacted_in(line))), None)
    return replace(layout, meta={**layout.meta, "enacted": found}) if found else layout


_VERSION_LINES = 40
_VERSION_PIECES = 60


def with_version(layout: Layout) -> Layout:
    """The layout with ``version_date``, ``consolidated`` and, for acts of the Union, ``celex``, as far as the text says them.

    What a reader of the format found is kept.
    """
    if layout.meta.get("version_date"):
        return layout
    found = [line_version for line in _version_lines(layout) if (line_version := version_in(line))]
    if not found:
        return layout
    day, celex = max(found, key=lambda line_version: line_version[0] != "")
    more = {"version_date": day, "celex": celex, "consolidated": "1"}
    return replace(layout, meta={**layout.meta, **{key: value for key, value in more.items() if value}})


def _version_lines(layout: Layout) -> Iterator[str]:
    yield from dict.fromkeys(piece.text for piece in headers_of(layout)[:_VERSION_PIECES])
    for block in islice(layout.blocks, _VERSION_LINES):
        yield block.span.of(layout.text)[: 2 * LONGEST_LINE]
