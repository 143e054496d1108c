"""Watermarks that stand upright: large or returning words laid over (or under) the text of a page.

Words at an angle are told apart as they are read; these are told by what no text does: it never stands on other text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator

from dutybook.layout.pdf.furniture import PageRuns
from dutybook.layout.pdf.lines import Line, joined, rows_of
from dutybook.records import Box, Furniture, FurnitureKind

LARGE = 1.8
"""So many times the text's size is large."""
HUGE = 3.0
"""So many times the text's size, over text, is a watermark by itself."""
_CORE = 0.7
"""Of a letter's height this much is surely ink: lines set close together do not touch in it."""
_OFTEN = 3
_MOST_WORDS = 12

_Place = tuple[str, int, int]


def take_watermarks(pages: list[PageRuns]) -> list[Furniture]:
    """Take words that are laid over the text out of the pages' runs.

    A run is a watermark if it is large and stands on smaller text: on two lines of it, or on one where it is huge or does
    so three times. So is one that is not smaller than the text it stands on and returns with the same words in the same
    place on half of the pages (two at least), there and where it stands on none.
    """
    over = [(page, run, count) for page in pages for run, count in _overlaid(page.runs)]
    if not over:
        return []
    body = _body_size(pages)
    large = [(run, count) for _, run, count in over if run.size >= LARGE * body]
    often = Counter(run.text for run, _ in large)
    chosen = {
        id(run)
        for run, count in large
        if count > 1 or run.size >= HUGE * body or (often[run.text] >= _OFTEN and run.text.count(" ") < _MOST_WORDS)
    }
    names = {_place(run) for _, run, _ in over}
    overlaid = {id(run) for _, run, _ in over}
    places: dict[_Place, list[tuple[int, Line]]] = defaultdict(list)
    for page in pages:
        for run in page.runs:
            if (place := _place(run)) in names:
                places[place].append((page.number, run))
    for found in places.values():
        on = {number for number, _ in found}
        laid = sum(id(run) in overlaid for _, run in found)
        if len(on) >= max(2, 0.5 * len(pages)) and 4 * laid >= len(found):
            chosen.update(id(run) for _, run in found)
    for page in pages:
        # The rest of a watermark may stand beside the text.
        marks = [run for run in page.runs if id(run) in chosen]
        texts = {run.text for run in marks if run.size >= LARGE * body}
        huge = {run.size for run in marks if run.size >= HUGE * body}
        chosen.update(id(run) for run in page.runs if run.size in huge or (texts and run.text in texts))
    return [piece for page in pages for piece in _taken(page, chosen)]


def _body_size(pages: list[PageRuns]) -> float:
    """The size of most of the text, by letters."""
    letters: Counter[float] = Counter()
    for page in pages:
        for run in page.runs:
            letters[round(run.size, 1)] += round((run.x1 - run.x0) / run.size) if run.size else 0
    return letters.most_common(1)[0][0]


def _place(run: Line) -> _Place:
    return run.text, round(run.x0 / 3), round(run.base / 3)


def _overlaid(runs: list[Line]) -> Iterator[tuple[Line, int]]:
    """The runs whose letters stand on those of others that are not larger, with the number of lines of these."""
    under: dict[int, set[int]] = {}
    known: dict[int, Line] = {}
    ordered = sorted(runs, key=lambda run: run.base)
    bases = [run.base for run in ordered]
    for index, run in enumerate(ordered):
        for other in ordered[bisect_right(bases, run.base - _CORE * run.size) : index]:
            least, most = (run, other) if run.size < other.size else (other, run)
            if min(run.x1, other.x1) - max(run.x0, other.x0) > 0.6 * least.size:
                under.setdefault(id(most), set()).add(round(least.base))
                known[id(most)] = most
                if least.size == most.size:
                    under.setdefault(id(least), set()).add(round(most.base))
                    known[id(least)] = least
    for key, lines in under.items():
        yield known[key], len(lines)


def _taken(page: PageRuns, chosen: set[int]) -> Iterator[Furniture]:
    out = [run for run in page.runs if id(run) in chosen]
    if out:
        page.runs = [run for run in page.runs if id(run) not in chosen]
    for row in rows_of(out):
        line = joined(row)
        yield Furniture(FurnitureKind.WATERMARK, line.text, Box(page.number, line.x0, line.top, line.x1, line.bottom))
