"""Page furniture, which is no part of the running text: headers, footers, page numbers, margin numbers, revision marks, watermarks.

Words at an angle are set aside while a page is read. A watermark is found by what text never does: it stands on other text.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from dutybook.layout.pdf.lines import Line, joined, rows_of
from dutybook.layout.pdf.paragraphs import has_leader
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


_Bands = dict[FurnitureKind, list[list[Line]]]
"""The rows of a page's top band (headers) and bottom band (footers), each from the page's edge inwards."""
_PlacedRun = tuple[int, float, Line]
"""A page's number, the distance of a run from that page's edge, and the run."""


def take_furniture(pages: list[PageRuns], fixed: Set[int] = frozenset()) -> list[Furniture]:
    """Take running headers and footers out of the pages' runs and return them; runs whose ids are ``fixed`` stay.

    A run is furniture if the same words (numbers aside) stand at the same height on at least half of the pages of
    its kind (left or right) between their first and last appearance, three at least; in documents of two or
    three pages on two. All that stands further out than furniture is furniture too.
    """
    bands = {page.number: _bands(page) for page in pages}
    places: dict[tuple[str, FurnitureKind], list[_PlacedRun]] = defaultdict(list)
    for page in pages:
        for kind, rows in bands[page.number].items():
            for run in itertools.chain.from_iterable(rows):
                if id(run) not in fixed:
                    y = run.base if kind is FurnitureKind.HEADER else page.height - run.base
                    places[_wording(run), kind].append((page.number, y, run))
    chosen: set[int] = set()
    for (wording, _), found in places.items():
        chosen |= _repeated(wording, found, len(pages))
    taken: list[Furniture] = []
    runs = [page.runs for page in pages]
    for page in pages:
        for kind, rows in bands[page.number].items():
            taken += _take_rows(page, _outer_rows(rows, chosen), kind)
    if taken and not any(page.runs for page in pages):
        # Headers stand around a text: lines that are all there is are the text.
        for page, before in zip(pages, runs, strict=True):
            page.runs = before
        return []
    if taken and len(pages) > 1:
        words = {word for piece in taken for word in piece.text.split()}
        taken += _take_masthead(pages[0], " ".join(sorted(words)), fixed)
    return sorted(taken, key=lambda piece: (piece.box.page, piece.box.top, piece.box.x0))


def _outer_rows(rows: list[list[Line]], chosen: set[int]) -> list[list[Line]]:
    """The rows of a band from the page's edge to the innermost one that returns."""
    hit = [number for number, row in enumerate(rows, 1) if _mostly(row, chosen)]
    if not hit and rows and _numbered(rows, chosen):
        hit = [1]
    return rows[: hit[-1]] if hit else []


def _bands(page: PageRuns) -> _Bands:
    """Rows of the top band from the top, and of the bottom band from the bottom."""
    top = rows_of(run for run in page.runs if run.base < BAND * page.height)
    bottom = rows_of(run for run in page.runs if run.base > (1 - BAND) * page.height)
    return {FurnitureKind.HEADER: top[:ROWS], FurnitureKind.FOOTER: bottom[::-1][:ROWS]}


def _wording(run: Line) -> str:
    """The words of a run, with ``#`` for its numbers."""
    text = run.text.casefold().strip()
    return "#" if _ROMAN.match(text) else _DIGITS.sub("#", text)[:160]


def _repeated(wording: str, found: list[_PlacedRun], total: int) -> set[int]:
    """The ids of the runs of one wording that return on enough of ``total`` pages at one height."""
    chosen: set[int] = set()
    while found:
        y = found[0][1]
        same = [item for item in found if abs(item[1] - y) < 6]
        found = [item for item in found if abs(item[1] - y) >= 6]
        if _returns(wording, same, total):
            chosen.update(id(run) for _, _, run in same)
    return chosen


def _returns(wording: str, same: list[_PlacedRun], total: int) -> bool:
    """Whether a wording returns at one height on enough pages, with numbers that behave as in a header."""
    if total == 1:
        return _LONE_NUMBER.match(wording) is not None
    pages = {number for number, _, _ in same}
    if len(pages) < (2 if total <= 4 else 3):
        return False
    distance = max(pages) - min(pages) + 1
    step = 2 if len({number % 2 for number in pages}) == 1 else 1
    if len(pages) * step < 0.5 * distance and len(pages) < 0.4 * total:
        return False
    return "#" not in wording or numbers_fit([(number, run.text) for number, _, run in same], wording)


def numbers_fit(found: list[tuple[int, str]], wording: str) -> bool:
    """Whether the numbers in a returning wording behave as in a header: they stay, or they go with the page.

    "Article 7" at the top of one page and "Article 12" at the top of another do neither.
    """
    values = [(page, [int(digits) for digits in _DIGITS.findall(text)][:6]) for page, text in found]
    if not any(numbers for _, numbers in values):
        return True  # Roman numerals
    for place in range(min(len(numbers) for _, numbers in values)):
        stays = Counter(numbers[place] for _, numbers in values)
        goes = Counter(numbers[place] - page for page, numbers in values)
        enough = 0.5 * len(values)
        if max(stays.values()) >= max(2, enough):
            continue
        # With words next to them, numbers that go with the page are only believed if they do so often.
        believed = len(values) >= 5 or _PAGE_NUMBER.match(wording)
        if max(goes.values()) >= max(2, enough) and believed:
            continue
        # A chapter's number changes now and then; it returns on several pages each time.
        if len(values) > 3 and len(stays) <= len(values) / 3:
            continue
        return False
    return True


def _mostly(row: list[Line], chosen: set[int]) -> bool:
    """Whether the larger part of a row returns: a paragraph's number alone may well do so by chance."""
    return 2 * sum(run.letters for run in row if id(run) in chosen) >= sum(run.letters for run in row)


def _numbered(rows: list[list[Line]], chosen: set[int]) -> bool:
    """Whether an outermost row holds a returning page number at one of its ends and stands apart from the text."""
    row = rows[0]
    ends = [run for run in (row[0], row[-1]) if id(run) in chosen and run.text.isdigit()]
    if not ends or len(row) < 2:
        return False
    return len(rows) > 1 and abs(rows[1][0].base - row[0].base) > 1.7 * max(run.size for run in row)


def _take_rows(page: PageRuns, rows: list[list[Line]], kind: FurnitureKind) -> list[Furniture]:
    """Take rows out of a page's runs; returns each as a piece of furniture."""
    gone = {id(run) for row in rows for run in row}
    if gone:
        page.runs = [run for run in page.runs if id(run) not in gone]
    lines = map(joined, rows)
    return [Furniture(kind, line.text, Box(page.number, line.x0, line.top, line.x1, line.bottom)) for line in lines]


def _take_masthead(page: PageRuns, running: str, fixed: Set[int]) -> list[Furniture]:
    """Take the masthead out of a first page: what stands above a wide rule, or is made of words of the running headers."""
    rule = max((y for y in page.rules if y < 0.12 * page.height), default=0.0)

    def is_masthead(row: list[Line]) -> bool:
        text = joined(row).text
        known = len(text) < 60 and all(word in running for word in text.split()) and any(map(str.isdigit, text))
        return (row[0].base < rule or known) and not any(id(run) in fixed for run in row)

    rows = itertools.takewhile(is_masthead, _bands(page)[FurnitureKind.HEADER])
    return _take_rows(page, list(rows), FurnitureKind.HEADER)


_NUMBER = re.compile(r"^\d{1,4}(?:\.\d{1,3})?[a-z]?\*?$")
_REVISION = re.compile(r"^[▼►](?:[A-Z]{1,2}\d{0,3})?$|^[◄▲]+$")
_REVISED = re.compile(r"^▼[A-Z]{1,2}\d{0,3}$")
LEAST = 4
"""So many numbers must rise through the document before they are believed to be margin numbers."""


def take_margin_numbers(pages: list[PageRuns]) -> dict[int, list[Word]]:
    """Take the numbers right of the text's edge out of the pages' runs, by page; nothing where they do not rise."""
    found = [(page, run) for page in pages for run in _find_numbers_at_edge(page)]
    if len(found) < LEAST:
        return {}
    # The page numbers of a table of contents stand at the text's edge, not beyond it, or at the end of leaders.
    usual = _text_edge(itertools.chain.from_iterable(page.runs for page in pages))
    numbered = {page.number: page.runs for page, _ in found}
    contents = {number for number, runs in numbered.items() if sum(has_leader(r.text) for r in runs) >= LEAST}
    found = [(page, run) for page, run in found if run.sides(-1)[1] > usual + 2 and page.number not in contents]
    values = [int(_DIGITS.findall(run.last_text)[0]) for _, run in found]
    rising = sum(0 <= after - before <= 3 for before, after in itertools.pairwise(values))
    if len(found) < LEAST or rising < 0.8 * (len(values) - 1):
        return {}
    taken: dict[int, list[Word]] = {}
    for page, run in found:
        taken.setdefault(page.number, []).append(_take_last_word(page, run))
    return taken


def _take_last_word(page: PageRuns, run: Line) -> Word:
    word = run.word(-1)
    if run.count == 1:
        page.runs = [other for other in page.runs if other is not run]
    else:
        run.put(run.part(0, run.count - 1))
        run.x1 = run.sides(-1)[1]
    return word


def _find_numbers_at_edge(page: PageRuns) -> Iterator[Line]:
    """The runs of a page whose last word is a number that stands beyond its lines' usual end."""
    edge = _text_edge(page.runs)
    for run in page.runs:
        if run.x1 >= edge - 1 and _NUMBER.match(run.last_text):
            word = run.word(-1)
            # A number close to its line's end is the last word of that line's run.
            apart = run.count == 1 or word.x0 - run.sides(-2)[1] > 0.5 * word.style.size
            if word.x0 >= edge - 1 and apart:
                yield run


def _text_edge(runs: Iterable[Line]) -> float:
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
    """Put each margin number before the line at its height; where there is none, it ends the page."""
    for word in numbers:
        near = [line for line in lines if abs(line.base - word.base) < 0.7 * line.size]
        if not near:
            if lines:
                made = Line(lines[-1].page, [word], word.x0, word.x1, word.base, word.style.size)
                made.left, made.right, made.column = lines[-1].left, lines[-1].right, lines[-1].column
                lines.append(made)
            continue
        line = min(near, key=lambda line: abs(line.base - word.base))
        line.put([word, *line.words])
        line.raised = {index + 1 for index in line.raised}
        line.numbered = True


def take_revision_marks(pages: list[PageRuns]) -> list[Furniture]:
    """Take the marks of consolidated Union acts (``▼M1``, ``►C1`` … ``◄``) out of the runs: they are no text of the act."""
    if not any(run.first_text[0] == "▼" and _REVISED.match(run.first_text) for page in pages for run in page.runs):
        return []  # arrows of another use, or none
    return [
        piece
        for page in pages
        for run in page.runs
        if any(text[0] in "▼►◄▲" or text[-1] == "◄" for text in run.texts)
        for piece in _take_marks_of_run(page, run)
    ]


def _take_marks_of_run(page: PageRuns, run: Line) -> list[Furniture]:
    """Take the marks out of one run, and the run out of its page where it holds nothing else."""
    words = run.words
    marks = [word for word in words if _REVISION.match(word.text)]
    kept = [(index, word) for index, word in enumerate(words) if not _REVISION.match(word.text)]
    if not kept:
        page.runs = [other for other in page.runs if other is not run]
    else:
        run.raised = {place for place, (index, _) in enumerate(kept) if index in run.raised}
        for _, word in kept:
            word.text = word.text.removeprefix("►").removesuffix("◄") or word.text
        run.put([word for _, word in kept])
        run.x0, run.x1 = kept[0][1].x0, kept[-1][1].x1
    return [Furniture(FurnitureKind.MARGIN, word.text, word.box(page.number)) for word in marks]


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
    over = [each for page in pages for each in _overlaid(page.runs)]
    if not over:
        return []
    body = _body_size(pages)
    chosen = _choose_large(over, body) | _choose_returning(over, pages)
    for page in pages:
        chosen |= _choose_alike(page, chosen, body)
    return [
        piece
        for page in pages
        for piece in _take_rows(page, rows_of(r for r in page.runs if id(r) in chosen), FurnitureKind.WATERMARK)
    ]


def _choose_large(over: list[tuple[Line, int]], body: float) -> set[int]:
    """The ids of the large runs that stand on several lines, are huge, or stand on text three times."""
    large = [(run, count) for run, count in over if run.size >= LARGE * body]
    often = Counter(run.text for run, _ in large)
    return {
        id(run)
        for run, count in large
        if count > 1 or run.size >= HUGE * body or (often[run.text] >= _OFTEN and run.text.count(" ") < _MOST_WORDS)
    }


def _choose_returning(over: list[tuple[Line, int]], pages: list[PageRuns]) -> set[int]:
    """The ids of the runs that return in one place on half of the pages, on text in a quarter of the cases."""
    overlaid = {id(run) for run, _ in over}
    places: dict[_Place, list[tuple[int, Line]]] = {_place(run): [] for run, _ in over}
    for page in pages:
        for run in page.runs:
            if (found := places.get(_place(run))) is not None:
                found.append((page.number, run))
    chosen: set[int] = set()
    for found in places.values():
        on = {number for number, _ in found}
        laid = sum(id(run) in overlaid for _, run in found)
        if len(on) >= max(2, 0.5 * len(pages)) and 4 * laid >= len(found):
            chosen.update(id(run) for _, run in found)
    return chosen


def _choose_alike(page: PageRuns, chosen: set[int], body: float) -> set[int]:
    """The ids of a page's runs that belong to its watermarks: their rest may stand next to the text."""
    marks = [run for run in page.runs if id(run) in chosen]
    texts = {run.text for run in marks if run.size >= LARGE * body}
    huge = {run.size for run in marks if run.size >= HUGE * body}
    return {id(run) for run in page.runs if run.size in huge or (texts and run.text in texts)}


def _body_size(pages: list[PageRuns]) -> float:
    """The size of most of the text, by letters."""
    letters: Counter[float] = Counter()
    for run in itertools.chain.from_iterable(page.runs for page in pages):
        letters[round(run.size, 1)] += round((run.x1 - run.x0) / run.size) if run.size else 0
    return letters.most_common(1)[0][0]


def _place(run: Line) -> _Place:
    return run.text, round(run.x0 / 3), round(run.base / 3)


def _overlaid(runs: list[Line]) -> Iterator[tuple[Line, int]]:
    """The runs whose letters stand on those of others that are not larger, with the number of lines of these."""
    under: dict[int, tuple[Line, set[int]]] = {}
    ordered = sorted(runs, key=lambda run: run.base)
    bases = [run.base for run in ordered]
    for index, run in enumerate(ordered):
        for other in ordered[bisect_right(bases, run.base - _CORE * run.size) : index]:
            least, most = (run, other) if run.size < other.size else (other, run)
            if min(run.x1, other.x1) - max(run.x0, other.x0) > 0.6 * least.size:
                under.setdefault(id(most), (most, set()))[1].add(round(least.base))
                if least.size == most.size:
                    under.setdefault(id(least), (least, set()))[1].add(round(most.base))
    for run, lines in under.values():
        yield run, len(lines)
