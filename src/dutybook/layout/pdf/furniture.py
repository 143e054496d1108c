"""Running headers, footers, page numbers: what returns at the edge of page after page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass

from dutybook.layout.pdf.lines import Line, joined, rows_of
from dutybook.records import Box, Furniture, FurnitureKind

BAND = 0.16
"""Headers and footers stand in this share of the page's height at its top and bottom."""
ROWS = 5
"""So many rows from the edge are looked at."""

_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"^[ivxlc]+$")
_PAGE_NUMBER = re.compile(r"^\W*(?:\w+\W{1,3})?#(?:\W{0,3}\w{0,6}\W{1,3}#)?\W*$")
_LONE_NUMBER = re.compile(r"^(?:[-–—\s]*#[-–—\s]*|#\s*/\s*#|\w+\s#\s\w+\s#)$")


@dataclass(slots=True)
class PageRuns:
    """What furniture needs to know of a page: its runs, its size, and the y of wide rules in its edge bands."""

    number: int
    width: float
    height: float
    runs: list[Line]
    rules: list[float]


def take_furniture(pages: list[PageRuns], fixed: Set[int] = frozenset()) -> list[Furniture]:
    """Take running headers and footers out of the pages' runs and return them; runs whose ids are ``fixed`` stay.

    A run is furniture if the same words (numbers aside) stand at the same height on at least half of the pages of
    its kind (left or right) between their first and last appearance, three at least; in documents of two or
    three pages on two. All that stands further out than furniture is furniture too.
    """
    bands = {page.number: _bands(page) for page in pages}
    places: dict[tuple[str, bool], list[tuple[int, float, Line]]] = defaultdict(list)
    for page in pages:
        for top_band, rows in zip((True, False), bands[page.number], strict=True):
            for row in rows:
                for run in row:
                    if id(run) in fixed:
                        continue
                    y = run.base if top_band else page.height - run.base
                    places[_key(run), top_band].append((page.number, y, run))
    total = len(pages)
    chosen: set[int] = set()
    for (key, _), found in places.items():
        chosen.update(_repeated(key, found, total))
    taken: list[Furniture] = []
    words: set[str] = set()
    for page in pages:
        for top_band, rows in zip((True, False), bands[page.number], strict=True):
            hit = [n for n, row in enumerate(rows) if _mostly(row, chosen)]
            if not hit and rows and _numbered(rows, chosen):
                hit = [0]
            if not hit:
                continue
            out = {id(run) for row in rows[: hit[-1] + 1] for run in row}
            kind = FurnitureKind.HEADER if top_band else FurnitureKind.FOOTER
            taken.extend(_taken(page, rows[: hit[-1] + 1], kind))
            page.runs = [run for run in page.runs if id(run) not in out]
    for piece in taken:
        words.update(piece.text.split())
    if pages:
        taken.extend(_first_page(pages, " ".join(sorted(words)), bool(taken), fixed))
    return sorted(taken, key=lambda piece: (piece.box.page, piece.box.top, piece.box.x0))


def _bands(page: PageRuns) -> tuple[list[list[Line]], list[list[Line]]]:
    """Rows of the top band from the top, and of the bottom band from the bottom."""
    top = rows_of(run for run in page.runs if run.base < BAND * page.height)
    bottom = rows_of(run for run in page.runs if run.base > (1 - BAND) * page.height)
    return top[:ROWS], bottom[::-1][:ROWS]


def _key(run: Line) -> str:
    text = run.text.casefold().strip()
    return "#" if _ROMAN.match(text) else _DIGITS.sub("#", text)[:160]


def _repeated(key: str, found: list[tuple[int, float, Line]], total: int) -> set[int]:
    """The runs of one wording that return on enough pages at one height."""
    chosen: set[int] = set()
    remaining = found
    while remaining:
        y = remaining[0][1]
        same = [item for item in remaining if abs(item[1] - y) < 6]
        remaining = [item for item in remaining if abs(item[1] - y) >= 6]
        pages = sorted({number for number, _, _ in same})
        if total == 1:
            if _LONE_NUMBER.match(key):
                chosen.update(id(run) for _, _, run in same)
            continue
        if len(pages) < (2 if total <= 4 else 3):
            continue
        distance = pages[-1] - pages[0] + 1
        step = 2 if len({number % 2 for number in pages}) == 1 else 1
        if len(pages) * step >= 0.5 * distance or len(pages) >= 0.4 * total:
            if "#" in key and not numbers_fit([(number, run.text) for number, _, run in same], key):
                continue
            chosen.update(id(run) for _, _, run in same)
    return chosen


def numbers_fit(found: list[tuple[int, str]], key: str) -> bool:
    """Whether the numbers in a returning wording behave as in a header: they stay, or they go with the page.

    "Article 7" at the top of one page and "Article 12" at the top of another do neither.
    """
    values = [(page, [int(digits) for digits in _DIGITS.findall(text)][:6]) for page, text in found]
    if not any(numbers for _, numbers in values):
        return True  # Roman numerals
    for place in range(min(len(numbers) for _, numbers in values)):
        stays: dict[int, int] = defaultdict(int)
        goes: dict[int, int] = defaultdict(int)
        for page, numbers in values:
            stays[numbers[place]] += 1
            goes[numbers[place] - page] += 1
        enough = 0.5 * len(values)
        if max(stays.values()) >= max(2, enough) or (max(goes.values()) >= max(2, enough) and _runs(key, len(values))):
            continue
        # A chapter's number changes now and then; it returns on several pages each time.
        if len(values) > 3 and len(stays) <= len(values) / 3:
            continue
        return False
    return True


def _runs(key: str, count: int) -> bool:
    """Numbers that go with the page: with words beside them they must do so often to be believed."""
    return count >= 5 or bool(_PAGE_NUMBER.match(key)) or key == "#"


def _mostly(row: list[Line], chosen: set[int]) -> bool:
    """Whether the larger part of a row returns: a paragraph's number alone may well do so by chance."""
    total = sum(run.letters for run in row)
    known = sum(run.letters for run in row if id(run) in chosen)
    return 2 * known >= total


def _numbered(rows: list[list[Line]], chosen: set[int]) -> bool:
    """Whether an outermost row holds a returning page number at one of its ends and stands apart from the text."""
    row = rows[0]
    ends = [run for run in (row[0], row[-1]) if id(run) in chosen and run.text.isdigit()]
    if not ends or len(row) < 2:
        return False
    return len(rows) > 1 and abs(rows[1][0].base - row[0].base) > 1.7 * max(run.size for run in row)


def _taken(page: PageRuns, rows: list[list[Line]], kind: FurnitureKind) -> list[Furniture]:
    made = []
    for row in rows:
        line = joined(row)
        made.append(Furniture(kind, line.text, Box(page.number, line.x0, line.top, line.x1, line.bottom)))
    return made


def _first_page(pages: list[PageRuns], running: str, any_taken: bool, fixed: Set[int]) -> list[Furniture]:
    """The masthead of a first page: above a wide rule, or made of words of the running headers only."""
    if not any_taken or len(pages) < 2:
        return []
    page = pages[0]
    rule = max((y for y in page.rules if y < 0.12 * page.height), default=0.0)
    rows, _ = _bands(page)
    out: list[list[Line]] = []
    for row in rows:
        if any(id(run) in fixed for run in row):
            break
        text = joined(row).text
        known = all(word in running for word in text.split()) and any(mark.isdigit() for mark in text)
        if row[0].base < rule or (known and len(text) < 60):
            out.append(row)
        else:
            break
    gone = {id(run) for row in out for run in row}
    page.runs = [run for run in page.runs if id(run) not in gone]
    return _taken(page, out, FurnitureKind.HEADER)
