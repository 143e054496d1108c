"""Page furniture, which is no part of the running text: headers, footers, page numbers, margin numbers, revision marks, watermarks.

Words at an angle are told apart as they are read; these are told by what no text does: it never stands on other text.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass

from dutybook.layout.pdf.lines import Line, joined, rows_of
from dutybook.layout.pdf.markers import has_leader
from dutybook.layout.pdf.words import Word
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
            taken.extend(_take_rows(page, rows[: hit[-1] + 1], kind))
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


def _take_rows(page: PageRuns, rows: list[list[Line]], kind: FurnitureKind) -> list[Furniture]:
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
    return _take_rows(page, out, FurnitureKind.HEADER)


_NUMBER = re.compile(r"^\d{1,4}(?:\.\d{1,3})?[a-z]?\*?$")
_REVISION = re.compile(r"^[▼►](?:[A-Z]{1,2}\d{0,3})?$|^[◄▲]+$")
_REVISED = re.compile(r"^▼[A-Z]{1,2}\d{0,3}$")
LEAST = 4
"""So many numbers must rise through the document before they are believed to be margin numbers."""


def take_margin_numbers(pages: list[PageRuns]) -> dict[int, list[Word]]:
    """Take the numbers right of the text's edge out of the pages' runs, by page; nothing where they do not rise."""
    found: list[tuple[PageRuns, Line, Word]] = []
    for page in pages:
        edge = _text_edge(page.runs)
        for run in page.runs:
            if run.x1 < edge - 1 or not _NUMBER.match(run.last_text):
                continue
            word = run.word(-1)
            if word.x0 < edge - 1:
                continue
            # A number close to its line's end is the last word of that line's run.
            if run.count == 1 or word.x0 - run.sides(-2)[1] > 0.5 * word.style.size:
                found.append((page, run, word))
    if len(found) < LEAST:
        return {}
    # The page numbers of a table of contents stand at the text's edge, not beyond it, or at the end of leaders.
    usual = _text_edge([run for page in pages for run in page.runs])
    numbered = {id(page): page for page, _, _ in found}.values()
    contents = {page.number for page in numbered if sum(has_leader(run.text) for run in page.runs) >= LEAST}
    found = [each for each in found if each[2].x1 > usual + 2 and each[0].number not in contents]
    values = [int(re.findall(r"\d+", word.text)[0]) for _, _, word in found]
    rising = sum(0 <= after - before <= 3 for before, after in itertools.pairwise(values))
    if len(found) < LEAST or rising < 0.8 * (len(values) - 1):
        return {}
    taken: dict[int, list[Word]] = {}
    for page, run, word in found:
        taken.setdefault(page.number, []).append(word)
        if run.count == 1:
            page.runs = [other for other in page.runs if other is not run]
        else:
            run.words.pop()
            run.x1 = run.words[-1].x1
    return taken


def _text_edge(runs: list[Line]) -> float:
    """Where the lines of a page usually end; beyond the page where they end anywhere."""
    ends: Counter[int] = Counter()
    for run in runs:
        if run.count > 3:
            ends[round(run.x1)] += 1
            if _NUMBER.match(run.last_text):
                ends[round(run.sides(-2)[1])] += 1
    if not ends:
        return float("inf")
    edge, count = ends.most_common(1)[0]
    return float(edge) if count >= 3 else float("inf")


def put_margin_numbers(lines: list[Line], numbers: list[Word]) -> None:
    """Put each margin number before the line that it stands beside; what stands beside none ends the page."""
    for word in numbers:
        near = [line for line in lines if abs(line.base - word.base) < 0.7 * line.size]
        if not near:
            if lines:
                lines.append(_alone(lines[-1], word))
            continue
        line = min(near, key=lambda line: abs(line.base - word.base))
        line.words.insert(0, word)
        line.raised = {index + 1 for index in line.raised}
        line.numbered = True


def _alone(last: Line, word: Word) -> Line:
    made = Line(last.page, [word], word.x0, word.x1, word.base, word.style.size)
    made.left, made.right, made.column = last.left, last.right, last.column
    return made


def take_revision_marks(pages: list[PageRuns]) -> list[Furniture]:
    """Take the marks of consolidated Union acts (``▼M1``, ``►C1`` … ``◄``) out of the runs: they are no text of the act."""
    if not any(run.first_text[0] == "▼" and _REVISED.match(run.first_text) for page in pages for run in page.runs):
        return []  # arrows of another use, or none
    marked = [
        (page, run)
        for page in pages
        for run in page.runs
        if any(text[0] in "▼►◄▲" or text[-1] == "◄" for text in run.texts)
    ]
    taken: list[Furniture] = []
    for page, run in marked:
        out = [index for index, word in enumerate(run.words) if _REVISION.match(word.text)]
        for index in out:
            word = run.words[index]
            box = Box(page.number, word.x0, word.top, word.x1, word.bottom)
            taken.append(Furniture(FurnitureKind.MARGIN, word.text, box))
        kept = [index for index in range(len(run.words)) if index not in out]
        if not kept:
            page.runs = [other for other in page.runs if other is not run]
            continue
        run.raised = {place for place, index in enumerate(kept) if index in run.raised}
        run.words = [run.words[index] for index in kept]
        for word in run.words:
            word.text = word.text.removeprefix("►").removesuffix("◄") or word.text
        run.x0, run.x1 = run.words[0].x0, run.words[-1].x1
    return taken


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
    return [piece for page in pages for piece in _take_watermark_runs(page, chosen)]


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


def _take_watermark_runs(page: PageRuns, chosen: set[int]) -> Iterator[Furniture]:
    out = [run for run in page.runs if id(run) in chosen]
    if out:
        page.runs = [run for run in page.runs if id(run) not in chosen]
    for row in rows_of(out):
        line = joined(row)
        yield Furniture(FurnitureKind.WATERMARK, line.text, Box(page.number, line.x0, line.top, line.x1, line.bottom))
