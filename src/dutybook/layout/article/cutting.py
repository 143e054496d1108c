"""Takes blocks out of a layout; their words become furniture, so that nothing is lost."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import replace

from dutybook.records import Block, Box, Furniture, FurnitureKind, Layout, Span, WordMap


class _Places:
    """Where the stretches of a text that stay begin in the old text and in the new one."""

    def __init__(self, layout: Layout, dropped: Collection[int]) -> None:
        self._old: list[int] = []
        self._ends: list[int] = []
        self._new: list[int] = []
        pieces: list[str] = []
        length = 0
        starts = [block.span.start for block in layout.blocks] + [len(layout.text)]
        for index in range(len(layout.blocks)):
            if index in dropped:
                continue
            begin, end = (0 if index == 0 else starts[index]), starts[index + 1]
            self._old.append(begin)
            self._ends.append(end)
            self._new.append(length)
            pieces.append(layout.text[begin:end])
            length += end - begin
        self.text = "".join(pieces)

    def move(self, offset: int) -> int | None:
        """Where an offset of the old text stands in the new one; None if it was cut away."""
        index = bisect_right(self._old, offset) - 1
        if index < 0 or offset > self._ends[index]:
            return None
        return offset - self._old[index] + self._new[index]

    def span(self, span: Span) -> Span | None:
        """The same for a span that lies in one block."""
        start = self.move(span.start)
        return None if start is None else Span(start, start + span.end - span.start)


def without_blocks(layout: Layout, dropped: Collection[int]) -> Layout:
    """The layout without the blocks of these indices; each becomes a piece of furniture of the kind ``boilerplate``.

    Blocks in tables and footnotes stay.
    """
    in_tables = {
        index
        for index, block in enumerate(layout.blocks)
        if any(table.span.start <= block.span.start < table.span.end for table in layout.tables)
    }
    dropped = set(dropped) - in_tables
    if not dropped or len(dropped) >= len(layout.blocks):
        return layout
    places = _Places(layout, dropped)
    tables = []
    for table in layout.tables:
        span = places.span(table.span)
        if span is not None:
            shift = span.start - table.span.start
            rows = tuple(
                tuple(replace(c, span=Span(c.span.start + shift, c.span.end + shift)) for c in row)
                for row in table.rows
            )
            tables.append(replace(table, rows=rows, span=span))
    blocks = [
        replace(block, span=span)
        for index, block in enumerate(layout.blocks)
        if index not in dropped and (span := places.span(block.span)) is not None
    ]
    return replace(
        layout,
        text=places.text,
        blocks=tuple(blocks),
        words=_words(layout, places),
        tables=tuple(tables),
        marks=tuple(
            replace(mark, at=at, note=places.span(mark.note) if mark.note else None)
            for mark in layout.marks
            if (at := places.move(mark.at)) is not None
        ),
        hyphens=tuple(replace(h, at=at) for h in layout.hyphens if (at := places.move(h.at)) is not None),
        furniture=(*layout.furniture, *(_furniture(layout, layout.blocks[index]) for index in sorted(dropped))),
    )


def _words(layout: Layout, places: _Places) -> WordMap:
    made = WordMap()
    words = layout.words
    for index in range(len(words)):
        start = places.move(words.starts[index])
        if start is not None and (place := places.span(Span(words.starts[index], words.ends[index]))) is not None:
            made.add(place.start, place.end, words.word_box(index))
    return made


def _furniture(layout: Layout, block: Block) -> Furniture:
    """A block as furniture, with the box of its first lines' page."""
    boxes = layout.boxes_for(block.span)
    box = Box(0, 0.0, 0.0, 0.0, 0.0)
    if boxes:
        box = boxes[0]
        for other in boxes[1:]:
            box = box.union(other) if other.page == box.page else box
    return Furniture(FurnitureKind.BOILERPLATE, block.span.of(layout.text), box)
