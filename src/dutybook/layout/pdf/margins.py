"""What stands in the margin: paragraph numbers, which belong before their text, and marks of revision, which do not."""

from __future__ import annotations

import itertools
import re
from collections import Counter

from dutybook.layout.pdf.furniture import PageRuns
from dutybook.layout.pdf.glyphs import Word
from dutybook.layout.pdf.lines import Line
from dutybook.layout.pdf.markers import has_leader
from dutybook.records import Box, Furniture, FurnitureKind

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
