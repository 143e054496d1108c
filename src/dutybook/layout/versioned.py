"""As of which day a consolidated text stands, where its own first lines or running headers say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from dutybook.languages.publication_lines import LONGEST_LINE, version_in
from dutybook.records import Layout

_LINES = 40
_PIECES = 60


def with_version(layout: Layout) -> Layout:
    """The layout with ``version_date``, ``consolidated`` and, for acts of the Union, ``celex``, as far as the text says them.

    What a reader of the format found is kept.
    """
    if layout.meta.get("version_date"):
        return layout
    found = [said for line in _lines(layout) if (said := version_in(line))]
    if not found:
        return layout
    day, celex = max(found, key=lambda said: said[0] != "")
    more = {"version_date": day, "celex": celex, "consolidated": "1"}
    return replace(layout, meta={**layout.meta, **{key: value for key, value in more.items() if value}})


def _lines(layout: Layout) -> Iterator[str]:
    yield from dict.fromkeys(piece.text for piece in layout.furniture[:_PIECES])
    for block in islice(layout.blocks, _LINES):
        yield block.span.of(layout.text)[: 2 * LONGEST_LINE]
