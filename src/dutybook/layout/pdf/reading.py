"""What was read of a document's pages, before it is put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dutybook.layout.pdf.furniture import PageRuns
from dutybook.layout.pdf.glyphs import Frame, Word
from dutybook.layout.pdf.lines import runs_of
from dutybook.layout.pdf.scans import Verdict
from dutybook.layout.pdf.tables import Ruling
from dutybook.layout.pdf.turning import Back
from dutybook.layout.pdf.wordrows import Words
from dutybook.reasons import Reason, Why, because
from dutybook.records import Box, Furniture, FurnitureKind, Page

ROOMY = 100
"""From the page after so many on, what is read is put away until it is needed: of a short document it is too little."""
TIME_LIMIT = because(Why.PAGE_TIME, "time limit")
"""The note of pages that there was no time for."""


@dataclass(slots=True)
class Reading:
    """The pages in order, and by page number what stands on them.

    ``scans`` are the pages whose text layer is not all there is, or nothing; ``unrecognised`` says why their images were
    not read.
    """

    pages: list[Page] = field(default_factory=list)
    runs: list[PageRuns] = field(default_factory=list)
    turned: dict[int, Back] = field(default_factory=dict)
    rulings: dict[int, list[Ruling]] = field(default_factory=dict)
    furniture: list[Furniture] = field(default_factory=list)
    problems: list[Reason] = field(default_factory=list)
    characters: int = 0
    scans: dict[int, Verdict] = field(default_factory=dict)
    unrecognised: Reason | Literal[""] = ""

    def keep(self, page: Page, frame: Frame, words: Words) -> None:
        """Add a page with its words, as they stand in ``frame``."""
        number = page.number
        self.characters += sum(map(len, words.texts))
        if not words.upright:
            turned = [word for word in words if not word.style.upright]
            if turned:
                self.furniture.extend(_turned(number, page.width, turned))
                words = Words.of(word for word in words if word.style.upright)
        self.pages.append(page)
        width, height = frame.size
        rules = [
            ruling.top
            for ruling in self.rulings.get(number, ())
            if ruling.level and ruling.x1 - ruling.x0 > 0.5 * width
        ]
        self.runs.append(PageRuns(number, width, height, runs_of(number, words), rules))
        if len(self.pages) > ROOMY and not frame.turns:
            words.columns.put_away(frame.top)

    def drop(self, number: int) -> Page:
        """Forget what was read of a page; returns it as it was."""
        page = next(page for page in self.pages if page.number == number)
        self.pages.remove(page)
        self.runs = [runs for runs in self.runs if runs.number != number]
        self.furniture = [piece for piece in self.furniture if piece.box.page != number]
        self.turned.pop(number, None)
        return page

    def sort(self) -> None:
        """Put pages in order that were added later."""
        self.pages.sort(key=lambda page: page.number)
        self.runs.sort(key=lambda runs: runs.number)


def _turned(number: int, width: float, words: list[Word]) -> list[Furniture]:
    """Words set at an angle, as margin texts or watermarks: those that follow each other closely are one."""
    made: list[Furniture] = []
    text, box, slanted, last, before = "", Box(number, 0, 0, 0, 0), False, Box(number, 0, 0, 0, 0), 0.0
    for word in words:
        own, size = Box(number, word.x0, word.top, word.x1, word.bottom), word.style.size
        gap = max(own.x0 - last.x1, last.x0 - own.x1, own.top - last.bottom, last.top - own.bottom)
        at_slant = min(own.x1 - own.x0, own.bottom - own.top) > 1.3 * size
        if text and gap <= 2 * max(size, before):
            # pdfium puts spaces of its own between the letters of turned words; the boxes of words at a slant always touch.
            text += word.text if gap < 0.12 * size and not at_slant else f" {word.text}"
            box, slanted = box.union(own), slanted or at_slant
        else:
            if text:
                made.append(_at_an_angle(text, box, slanted, width))
            text, box, slanted = word.text, own, at_slant
        last, before = own, size
    return [*made, _at_an_angle(text, box, slanted, width)]


def _at_an_angle(text: str, box: Box, slanted: bool, width: float) -> Furniture:
    across = slanted or box.x1 - box.x0 > 0.4 * width
    return Furniture(FurnitureKind.WATERMARK if across else FurnitureKind.MARGIN, text, box)


def about_pages(code: Why, numbers: list[int], text: str, why: Reason | Literal[""] = "") -> Reason:
    """What is said of pages: ``text`` about ``{named}`` (``page 3``, ``pages 3, 7-9``), with ``{why}``."""
    listed = _listed(numbers)
    named = f"page{'s' if len(numbers) > 1 else ''} {listed}"
    return because(code, text.replace("{named}", named), count=len(numbers), pages=listed, why=why)


def _listed(numbers: list[int]) -> str:
    groups: list[list[int]] = []
    for number in numbers:
        if groups and number == groups[-1][-1] + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    return ", ".join(str(group[0]) if len(group) == 1 else f"{group[0]}-{group[-1]}" for group in groups)
