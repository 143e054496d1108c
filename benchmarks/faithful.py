#!/usr/bin/env python3
"""How faithful the text of a PDF is: words, their order, line-end hyphens, footnotes and running titles, against a twin.

    python benchmarks/faithful.py ../shared [--list] [NAME ...]

A twin is the same act in a format that has no lines (XHTML, Formex, LegalDocML), read here by a few lines of lxml, so
that no code of ours stands on both sides. Words are compared without case and punctuation; hyphens count. A word
counts as *split* or *glued* when the letters agree and the word boundaries do not, as *hyphen* when only
hyphens differ, as *lost* or *added* when one side has no counterpart, else as *changed*. ``--list`` prints each.
"""

from __future__ import annotations

import argparse
import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

from lxml import etree

from dutybook.layout.pdf import read_pdf
from dutybook.records import BlockRole, Box, Layout

TWINS = {
    "GDPR EN": ("eu/GDPR_32016R0679_EN_OJ.pdf", "eu/GDPR_32016R0679_EN_OJ_2016-04-27.xhtml"),
    "GDPR FR cons": ("eu/GDPR_02016R0679-20160504_FR_consolidated.pdf", "eu/GDPR_02016R0679-20160504_FR_cons.fmx.xml"),
    "Data Act EN": ("eu/DA_32023R2854_EN_OJ.pdf", "eu/DA_32023R2854_EN_OJ_2023-12-13.xhtml"),
    "BGBl 107 DE": ("national/de/bgbl_2024_I_107.pdf", "national/de/bgbl_2024_I_107.legaldocml.xml"),
}
COLUMNED = [
    "national/us/hipaa_combined_2013.pdf",
    "national/gr/fek_A145_2016_pd80.pdf",
    "national/gr/fek_A102_2008.pdf",
    "national/fr/jorf_2022-04-14_ordonnance_2022-544.pdf",
    "national/us/usc_title1_ch1.pdf",
    "national/de/bsi_standard_200-1.pdf",
    "eu/CHARTER_12016P_DE_OJ.pdf",
]
"""Gazettes and codes, in columns or not, that are looked through for lines joined across a gutter."""
_WORD = re.compile(r"\w+(?:[-\u2010\u2011\u2212]\w+)*")
_MARK = re.compile(r"^\(?\s?[\d*]{1,3}\s?\)?\*?\s")
_DASHES = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2212": "-", "\xad": None})
_INLINE = {
    "a",
    "span",
    "em",
    "i",
    "b",
    "strong",
    "sup",
    "sub",
    "u",
    "ht",
    "date",
    "ref.doc.oj",
    "ft",
    "ref",
    "affectedDocument",
}
_SKIPPED = {"meta", "head", "info.consleg", "info.prod", "bib.instance", "bib.data", "gr.corrig", "script", "style"}
GRAM = 4
"""So many words in a row, found once on both sides, anchor the comparison."""


@dataclass(slots=True)
class Comparison:
    """Words of the twin, how many stand in the text in the same order, and what differs."""

    total: int
    same: int
    differences: list[tuple[str, str, str, str]] = field(default_factory=list)

    def count(self, kind: str) -> int:
        """Differing words of one kind."""
        return sum(max(len(a.split()), len(b.split())) for what, a, b, _ in self.differences if what == kind)


def twin_text(path: Path) -> str:
    """The words of a file with markup, footnotes last, their marks left out."""
    root = etree.parse(str(path), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)).getroot()
    body: list[str] = []
    notes: list[str] = []

    def walk(element: etree._Element, into: list[str]) -> None:
        if not isinstance(element.tag, str):
            into.append(element.tail or "")
            return
        name = etree.QName(element).localname
        tail = element.tail or ""
        mark = name == "a" and element.find(".//{*}span[@class='oj-super oj-note-tag']") is not None
        # Notes are numbered through in one format and by page in the other: their own numbers are not compared.
        mark = mark or (name == "a" and element.get("href", "").startswith("#ntc"))
        if name.lower() not in _SKIPPED and not mark and "oj-hd" not in element.get("class", ""):
            if name in ("NOTE", "authorialNote"):
                target: list[str] = []
                notes.append(" ")
            else:
                target = into
            gap = "" if name.lower() in _INLINE else " "
            target.append(gap + (element.text or ""))
            for child in element:
                walk(child, target)
            target.append(gap)
            if target is not into:
                notes.extend(target)
        into.append(tail)

    walk(root, body)
    return "".join(body) + " " + "".join(notes)


def text_of(layout: Layout) -> str:
    """The text of a layout without the marks that its footnotes begin with."""
    made = [layout.text[: layout.blocks[0].span.start]] if layout.blocks else []
    for block, after in zip(layout.blocks, [*layout.blocks[1:], None], strict=True):
        text = layout.text[block.span.start : after.span.start if after else len(layout.text)]
        made.append(_MARK.sub("", text) if block.role is BlockRole.FOOTNOTE else text)
    return "".join(made)


def words_of(text: str) -> list[str]:
    """The words of a text for comparing."""
    return [word.casefold() for word in _WORD.findall(text.translate(_DASHES))]


def compare(twin: list[str], ours: list[str]) -> Comparison:
    """The two word lists aligned: anchors of words in a row first, difflib between them."""
    made = Comparison(len(twin), 0)
    at, to = 0, 0
    for i, j in [*_anchors(twin, ours), (len(twin), len(ours))]:
        matcher = SequenceMatcher(None, twin[at:i], ours[to:j], autojunk=False)
        for what, a0, a1, b0, b1 in matcher.get_opcodes():
            if what == "equal":
                made.same += a1 - a0
            else:
                made.differences.extend(_named(twin[at + a0 : at + a1], ours[to + b0 : to + b1], ours[: to + b0][-4:]))
        at, to = i, j
    return made


def _anchors(twin: list[str], ours: list[str]) -> list[tuple[int, int]]:
    """Places where words in a row stand once on each side, in an order both sides share (longest rising run)."""
    places = []
    for words in (twin, ours):
        grams: dict[tuple[str, ...], int] = {}
        for index in range(len(words) - GRAM + 1):
            gram = tuple(words[index : index + GRAM])
            grams[gram] = -1 if gram in grams else index
        places.append({gram: index for gram, index in grams.items() if index >= 0})
    pairs = sorted((index, places[1][gram]) for gram, index in places[0].items() if gram in places[1])
    ends: list[int] = []
    chain: list[int] = []
    back: list[int] = []
    for number, (_, to) in enumerate(pairs):
        slot = bisect_left(ends, to)
        back.append(chain[slot - 1] if slot else -1)
        if slot == len(ends):
            ends.append(to)
            chain.append(number)
        else:
            ends[slot], chain[slot] = to, number
    rising = []
    number = chain[-1] if chain else -1
    while number >= 0:
        rising.append(pairs[number])
        number = back[number]
    return rising[::-1]


def _named(a: list[str], b: list[str], before: list[str]) -> list[tuple[str, str, str, str]]:
    left, right, context = " ".join(a), " ".join(b), " ".join(before)
    if not b:
        return [("lost", left, right, context)]
    if not a:
        return [("added", left, right, context)]
    if left.replace(" ", "") == right.replace(" ", ""):
        return [("split" if len(b) > len(a) else "glued", left, right, context)]
    if left.replace(" ", "").replace("-", "") == right.replace(" ", "").replace("-", ""):
        return [("hyphen", left, right, context)]
    return [("changed", left, right, context)]


def left_in_body(layout: Layout) -> int:
    """Blocks of the body that have the wording of a running title (numbers aside)."""
    running = Counter(re.sub(r"\d+", "#", piece.text) for piece in layout.furniture)
    known = {text for text, count in running.items() if count > 2 and len(text) > 3}
    return sum(re.sub(r"\d+", "#", layout.text[b.span.start : b.span.end]) in known for b in layout.blocks)


def gutters(boxes: list[Box], width: float) -> list[tuple[int, int]]:
    """Upright strips of a page that hardly a word touches, many lines beginning at their right edge."""
    size = int(width) + 1
    cover = [0.0] * (size + 1)
    for box in boxes:
        for x in range(max(int(box.x0), 0), min(int(box.x1) + 1, size)):
            cover[x] += box.bottom - box.top
    full = sorted(cover)[int(0.9 * len(cover))]
    found, x = [], int(0.15 * size)
    while x < 0.85 * size:
        end = x
        while end < size and cover[end] <= 0.2 * full:
            end += 1
        starts = sum(abs(box.x0 - end) < 3 for box in boxes)
        if 7 <= end - x <= 60 and starts >= 12 and min(sum(cover[:x]), sum(cover[end:])) > 0.15 * sum(cover):
            found.append((x, end))
        x = max(end, x + 1)
    return found


def crossings(layout: Layout) -> dict[int, int]:
    """For each page with a gutter, outside of tables, how often the text goes on across it on one baseline."""
    tables = [table.span for table in layout.tables]
    words = layout.words
    pages: dict[int, list[int]] = {}
    for index, start in enumerate(words.starts):
        if not any(span.start <= start < span.end for span in tables):
            pages.setdefault(words.pages[index], []).append(index)
    made: dict[int, int] = {}
    for page in layout.pages:
        indexes = pages.get(page.number, [])
        strips = gutters([words.word_box(index) for index in indexes], page.width)
        if not strips:
            continue
        made[page.number] = 0
        for i, j in pairwise(indexes):
            a, b = words.word_box(i), words.word_box(j)
            level = abs((a.top + a.bottom) - (b.top + b.bottom)) < b.bottom - b.top
            if level and b.x0 - a.x1 > 6 and "\n" not in layout.text[words.ends[i] : words.starts[j]]:
                made[page.number] += any(a.x1 <= x + 3 and b.x0 >= end - 3 for x, end in strips)
    return made


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shared", type=Path, help="the folder with docs/")
    parser.add_argument("names", nargs="*", help="only twins whose name contains one of these")
    parser.add_argument("--list", action="store_true", help="print every difference and every hyphen decision")
    options = parser.parse_args()
    kinds = ("split", "glued", "hyphen", "lost", "added", "changed")
    print(f"{'twin':<14}{'words':>7}{'in order':>10}" + "".join(f"{kind:>9}" for kind in kinds), end="")
    print(f"{'hyphens':>9}{'notes':>7}{'tied':>6}{'titles':>8}")
    for name, (pdf, twin) in TWINS.items():
        if options.names and not any(part.lower() in name.lower() for part in options.names):
            continue
        layout = read_pdf((options.shared / "docs" / pdf).read_bytes())
        found = compare(words_of(twin_text(options.shared / "docs" / twin)), words_of(text_of(layout)))
        notes = sum(block.role is BlockRole.FOOTNOTE for block in layout.blocks)
        tied = sum(mark.note is not None for mark in layout.marks)
        print(f"{name:<14}{found.total:>7}{found.same / found.total:>10.3%}", end="")
        print("".join(f"{found.count(kind):>9}" for kind in kinds), end="")
        print(f"{len(layout.hyphens):>9}{notes:>7}{tied:>6}{left_in_body(layout):>8}")
        if options.list:
            for kind, left, right, context in found.differences:
                print(f"  {kind:<8} … {context} | twin: {left[:200]!r} | text: {right[:200]!r}")
            for each in layout.hyphens:
                print(f"  hyphen   {each.word:<40} {'kept' if each.kept else 'joined':<7} {each.reason}")
    if options.names:
        return 0
    print(f"\n{'columns':<56}{'pages':>6}{'with gutter':>12}{'crossings':>11}{'worst page':>12}")
    for name in COLUMNED:
        layout = read_pdf((options.shared / "docs" / name).read_bytes())
        by_page = crossings(layout)
        print(f"{name:<56}{len(layout.pages):>6}{len(by_page):>12}", end="")
        print(f"{sum(by_page.values()):>11}{max(by_page.values(), default=0):>12}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
