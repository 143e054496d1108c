"""Lines in reading order to paragraphs, whole across lines, columns and pages.

Geometry decides first: the distance between lines, indents, whether the line before was full (the first word of
this one would still have fitted), fonts. Markers such as ``(a)`` decide where geometry leaves it open.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from dutybook.languages.bullets import BULLETS, DASHES
from dutybook.layout.pdf.lines import Line

_MARKER = re.compile(
    r"""(?:
      [„“"«'‘‚»”]?\(\s?(?:\d{1,3}[a-z]{0,2}|[^\W\d_]|[ivxlc]{2,6}|[IVXL]{2,5}|([a-zα-ωа-я])\1{1,2}|[a-zα-ω]{2}|\*+\d?)\s?\)
    | [„“"«'‘‚»]?(?:\d{1,3}[a-z]?|[^\W\d_]|[ivx]{1,5}|[a-z]{2})\)        # 1) a) aa) iv)
    | [„“"«'‘‚»]?\d{1,3}[a-z]?\.                                      # 1.
    | [„“"«'‘‚»]?\d{1,3}[.°º][°ºªoa]?-?                                # 1.º 1.°
    | \d{1,2}(?:\.\d{1,3}){1,4}\.?[A-Z]?                            # 1.1  3.2.4  1.1.1R
    | (?:[IVX]{1,6}|[^\W\d_]|στ|[ivx]{2,5})\.                          # IV.  B.  α.  ii.
    | [„“"«'‘‚»]?§{1,2}                                               # § 5
    | """
    rf"[{BULLETS}{DASHES}])$",
    re.VERBOSE,
)
_BULLET = re.compile(f"[{BULLETS}{DASHES}]$")
_TYPED_BULLETS = frozenset({"o", "*"})
# As many words as a line with such a bullet has, at least, and the gap behind it in sizes of the letters: no space is as wide.
_TYPED_WORDS, _WIDE_GAP = 3, 0.8
_ONLY_NUMBER = re.compile(
    r"^[„“\"«]?(?:§\s*\d+[a-z]?|\d{1,3}\.?[ºª°]?\s+[^\W\d_]{2,12}|[^\W\d_]{2,12}\.?\s+(?:[IVXLC]+|\d{1,3}|[A-Z])[a-z]{0,3}[.º°:]?(?:er|re)?)$"
)
_WORD_NUMBER = re.compile(r"^[„“\"«]?[^\W\d_]{2,12}\.?\s+(?:\d{1,4}[a-z]{0,3}|[IVXLC]+)[.º°:)—–-]*(?:\s|$)")
_NOTE_MARK = re.compile(r"^\(?\s?(\d{1,3}|\*{1,4}\d?|[†‡§]|[a-z])\s?\)?[.:]?$")
_LEADER = re.compile(r"(?:(?:\.\s?){4,}|(?:…\s?){2,}|_{5,}|(?:·\s?){4,})\s*(?:[\d]{1,4}|[ivxlc]{1,6})?\s*$")
_LEADER_INSIDE = re.compile(r"(?:\.\s?){5,}|(?:…\s?){2,}")
CONJUNCTIONS = frozenset(
    [
        "und",
        "oder",
        "bzw",
        "sowie",
        "bis",
        "en",
        "of",
        "and",
        "or",
        "et",
        "ou",
        "och",
        "eller",
        "og",
        "ja",
        "tai",
        "y",
        "e",
        "o",
        "i",
        "a",
        "ali",
        "lub",
        "oraz",
        "nebo",
        "alebo",
        "és",
        "vagy",
        "και",
        "ή",
        "и",
        "или",
    ]
)
"""Words that join the last items of a list, and parts of compounds, in the languages of Europe."""
_STOPPED = re.compile(rf"(?:[.;:!?…][\"“”»’)\]]*|;\s\w{{1,4}}|,\s(?:{'|'.join(sorted(CONJUNCTIONS))}))$")


def marker_words(words: Sequence[str]) -> int:
    """How many of a line's first words are its marker: 0, 1, or 2 for ``§ 5`` and ``( 1 )``."""
    first = words[0]
    if first.strip('„“"«') in ("§", "§§"):
        return 2 if len(words) > 1 and words[1][:1].isdigit() else 0
    if _MARKER.match(first):
        return 1
    if first == "(" and len(words) > 2 and words[2].startswith(")") and len(words[1]) < 4:
        return 3
    return 0


def is_typed_bullet(line: Line) -> bool:
    """Whether a line begins with an ``o`` or a star that a wide gap parts from the words: a bullet of a word processor."""
    if line.first_text not in _TYPED_BULLETS or line.count < _TYPED_WORDS:
        return False
    return line.sides(1)[0] - line.sides(0)[1] > _WIDE_GAP * line.size


def _marker_words(line: Line) -> int:
    return marker_words(line.head(4)) or int(is_typed_bullet(line))


def is_number_line(text: str) -> bool:
    """A line that is nothing but a division's number: ``Article 5``, ``CHAPTER II``, ``3. cikk``, ``§ 4``."""
    return len(text) < 28 and _ONLY_NUMBER.match(text) is not None


def is_word_number(text: str) -> bool:
    """A line that begins with a word and a number: ``Article 5 Right of access``."""
    return _WORD_NUMBER.match(text) is not None


def note_mark(text: str) -> str | None:
    """The mark of a footnote without parentheses, or None where ``text`` is none."""
    match = _NOTE_MARK.match(text)
    return match.group(1) if match else None


def has_leader(text: str) -> bool:
    """Whether a line is one of a table of contents: it ends with dot leaders, a page number after them or not."""
    return _has_dots(text) and _LEADER.search(text) is not None


def holds_leader(text: str) -> bool:
    """Whether dot leaders stand anywhere in ``text``."""
    return _has_dots(text) and _LEADER_INSIDE.search(text) is not None


def _has_dots(text: str) -> bool:
    """A quick look: asked of every line."""
    return ".." in text or ". ." in text or "…" in text or "__" in text or "··" in text or "· ·" in text


def is_stopped(text: str) -> bool:
    """Whether a paragraph or list item can end with ``text``."""
    return _STOPPED.search(text) is not None


@dataclass(slots=True)
class Paragraph:
    """Lines that make one block. ``centred`` and ``marker`` (how many first words are its number) are of the first."""

    lines: list[Line]
    centred: bool = False
    marker: int = 0
    contents: bool = False
    continued: bool = False
    text_x: float = field(default=0.0)


class Measures:
    """What is usual in a document: line distance by size, and the right edge of pages in one column."""

    def __init__(self, lines: Sequence[Line]) -> None:
        distances: defaultdict[float, Counter[float]] = defaultdict(Counter)
        sizes: Counter[float] = Counter()
        rights: Counter[float] = Counter()
        for line in lines:
            sizes[round(line.size, 1)] += line.letters
            rights[round(line.x1)] += 1
        for before, after in itertools.pairwise(lines):
            if before.page == after.page and before.column == after.column:
                apart = after.base - before.base
                size = round(after.size)
                if 0.8 * size < apart < 2.4 * size and abs(before.size - after.size) < 0.5:
                    distances[size][round(apart * 2) / 2] += 1
        self.body_size = sizes.most_common(1)[0][0] if sizes else 10.0
        self.leading = {size: _usual(found) for size, found in distances.items()}
        self.right = rights.most_common(1)[0][0] if rights else 0.0

    def leading_of(self, size: float) -> float:
        """The usual distance between the lines of a paragraph set in ``size``."""
        return self.leading.get(round(size), 1.2 * size)


def _usual(found: Counter[float]) -> float:
    """The most common distance; where a smaller one is common too, the smaller: the larger parts paragraphs."""
    most = found.most_common(1)[0][1]
    return min(distance for distance, count in found.items() if count >= 0.4 * most)


def set_edges(lines: Sequence[Line]) -> None:
    """Set the columns' right edges to where their lines usually end, which one long line must not move."""
    groups: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        if _leads(line):
            line.right = line.x1  # page numbers of a table of contents may stand outside the text's edge
        else:
            groups.setdefault((line.page, line.column), []).append(line)
    usual: dict[int, Counter[float]] = defaultdict(Counter)
    few: list[list[Line]] = []
    for (page, _), group in groups.items():
        edge, count = Counter(round(line.x1) for line in group).most_common(1)[0]
        if count >= 3 and count >= 0.2 * len(group):
            usual[page % 2][edge] += count
            for line in group:
                line.right = edge
        elif count < 3 and len(group) < 8:
            few.append(group)
    for group in few:
        # The usual edges of the document's left, or right, pages are those of a column of few lines, too.
        wide = next((edge for edge, count in usual[group[0].page % 2].most_common(3) if count > 10), None)
        if wide is not None and group[0].x0 < wide:
            farthest = max(line.x1 for line in group)
            for line in group:
                line.right = wide if farthest <= wide + 3 else farthest


def _leads(line: Line) -> bool:
    """A quick look for dot leaders at a line's end, a page number after them or not."""
    text = line.text
    if not (".." in text or " ." in text or " …" in text):
        return False
    ends = line.texts[-3:]
    return any("...." in end for end in ends) or sum(end in (".", "…", "..") for end in ends) > 1


def paragraphs_of(lines: Sequence[Line], measures: Measures) -> list[Paragraph]:
    """The paragraphs of a run of lines in reading order."""
    made: list[Paragraph] = []
    for line in lines:
        if made and not _begins_paragraph(made[-1], line, measures):
            paragraph = made[-1]
            paragraph.continued |= paragraph.lines[-1].page != line.page
            paragraph.lines.append(line)
            paragraph.contents |= has_leader(line.text)
        else:
            made.append(_started(line))
    return made


def note_paragraphs(lines: Sequence[Line], measures: Measures) -> list[Paragraph]:
    """The paragraphs of a footnote: only a wider gap parts them, since notes are set in few words and often ragged."""
    made: list[Paragraph] = []
    for line in lines:
        last = made[-1].lines[-1] if made else None
        if last is not None and (
            not is_stopped(last.text)
            if last.page != line.page
            else 0 < line.base - last.base < 1.4 * measures.leading_of(line.size) + 0.3
        ):
            made[-1].lines.append(line)
            made[-1].continued |= last.page != line.page
        else:
            made.append(_started(line))
    return made


def _started(line: Line) -> Paragraph:
    count = line.count
    marker = 1 if (0 in line.raised or line.numbered) and count > 1 else _marker_words(line)
    if marker >= count > 1:
        marker = 0
    centred = is_centred(line) and (marker == 0 or is_number_line(line.text))
    made = Paragraph([line], centred, marker, has_leader(line.text))
    made.text_x = line.sides(marker)[0] if marker < count else line.x1
    return made


def is_centred(line: Line) -> bool:
    """Whether a line stands in the middle of its column, with room on both sides."""
    left, right = line.x0 - line.left, line.right - line.x1
    width = line.right - line.left
    return left > 1.2 * line.size and right > 1.2 * line.size and abs(left - right) < 0.04 * width + 4


def _begins_paragraph(paragraph: Paragraph, line: Line, measures: Measures) -> bool:
    """Whether a line begins a paragraph of its own."""
    last = paragraph.lines[-1]
    together = last.page == line.page and last.column == line.column
    if _differs_in_form(paragraph, line, measures, together):
        return True
    if last.ends_soft:
        return False
    if _follows_number(paragraph, line):
        return True
    marked = _marker_words(line) > 0 or (0 in line.raised and line.count > 1)
    if together and paragraph.centred and not marked and is_centred(line):
        # A title may break before "Article 49": only a line with room for more ends before a number.
        wide = last.x1 - last.x0 > 0.6 * (last.right - last.left)
        return _style(line) != _style(last) or (is_number_line(line.text) and not wide)
    if _full(paragraph, line):
        return _begins_after_full_line(paragraph, line, together, marked)
    if together:
        return not _runs_on(paragraph, line, last.text, marked)
    # Over a break a paragraph may go on after a short line only if the sentence plainly does.
    return marked or is_centred(line) or is_stopped(last.text) or not line.text[:1].islower()


def _begins_after_full_line(paragraph: Paragraph, line: Line, together: bool, marked: bool) -> bool:
    """Whether a line begins a paragraph after a full one; ``together``: in the same column, ``marked``: with a marker."""
    before = paragraph.lines[-1].text
    if not together and _changes_style(paragraph, line):
        return True
    if is_number_line(line.text) and is_centred(line):
        return True
    if marked:
        return _marker_begins(paragraph, line, before, together)
    if together:
        return _indent_parts(paragraph, line, before)
    bold_number = is_word_number(line.text) and line.share("bold") > 0.9
    return is_stopped(before) and (bold_number or _indented_first(line, paragraph))


def _differs_in_form(paragraph: Paragraph, line: Line, measures: Measures, together: bool) -> bool:
    """Whether number, dot leader, size or the space above already show that a line stands by itself."""
    last = paragraph.lines[-1]
    if line.numbered or (paragraph.contents and has_leader(last.text)):
        return True
    # A line of only a few characters may be set in a smaller size (a lone unit, an exponent).
    small = line.count == 1 and len(line.text) <= 2 and line.size < last.size and line.page == last.page
    if abs(line.size - last.size) > 0.07 * max(line.size, last.size) and not small:
        return True
    apart = line.base - last.base
    return together and (apart > 1.22 * measures.leading_of(line.size) + 0.3 or apart < 0)


def _follows_number(paragraph: Paragraph, line: Line) -> bool:
    """Whether the paragraph is a line such as "Article 5" and nothing else."""
    last = paragraph.lines[-1]
    if not is_number_line(last.text) or len(paragraph.lines) != 1:
        return False
    return paragraph.centred or (last.count < 4 and not _full(paragraph, line))


def _changes_style(paragraph: Paragraph, line: Line) -> bool:
    """Whether bold or italics begin or end with a line, and it is not in the style of the paragraph's beginning."""
    style, before = _style(line), _style(paragraph.lines[-1])
    return style != before and style != _style(paragraph.lines[0]) and (False, False) in (style, before)


def _style(line: Line) -> tuple[bool, bool]:
    """Whether a line is set in bold and whether it is in italics."""
    return line.share("bold") > 0.9, line.share("italic") > 0.9


def _full(paragraph: Paragraph, line: Line) -> bool:
    """Whether the last line was full: this line's first word would not have fitted behind it."""
    last = paragraph.lines[-1]
    text = line.first_text
    # A sign such as § stands on one line with its number.
    end = 1 if len(text) < 3 and line.count > 1 and not text.isalnum() else 0
    need = line.sides(end)[1] - line.sides(0)[0] + 0.2 * line.size
    if last.right - last.x1 < need:
        return True
    same = last.page == line.page and last.column == line.column
    # Justified text with a right margin of its own: two lines end in one place.
    if same and last.count > 4:
        return any(abs(other.x1 - last.x1) < 1.0 for other in (line, *paragraph.lines[-2:-1]))
    return False


def _runs_on(paragraph: Paragraph, line: Line, before: str, marked: bool) -> bool:
    """Whether a paragraph goes on after a short line: ragged text, whose lines end where they please."""
    last = paragraph.lines[-1]
    if marked or is_stopped(before) or _style(line) != _style(last):
        return False
    near = 0.5 * line.size
    hanging = bool(paragraph.marker) and paragraph.text_x > paragraph.lines[0].x0 + near
    if hanging and abs(line.x0 - paragraph.text_x) < near:
        return True
    return line.text[:1].islower() and (abs(line.x0 - last.x0) < near or abs(line.x0 - paragraph.text_x) < near)


def _marker_begins(paragraph: Paragraph, line: Line, before: str, together: bool) -> bool:
    """Whether a marker at a line's start, after a full line, begins a paragraph or only stands there by chance."""
    x, size, body = line.x0, line.size, paragraph.lines[-1].x0
    if together and abs(x - body) > 0.5 * size and not (paragraph.marker and abs(x - paragraph.text_x) < 0.5 * size):
        return True
    if is_typed_bullet(line):
        return True
    if _BULLET.match(line.first_text) and line.count > 1:
        gap = line.sides(1)[0] - line.sides(0)[1]
        return is_stopped(before) or gap > 0.6 * size
    if not is_stopped(before):
        return False
    tail = before.rsplit(None, 1)[-1]
    # "Art." or "Nr." at a line's end with its number on the next line.
    return not (tail.endswith(".") and len(tail) <= 5 and tail[0].isalpha() and line.text[0].isdigit())


def _indented_first(line: Line, paragraph: Paragraph) -> bool:
    """Over a break: whether a line is indented against its column as first lines are."""
    last = paragraph.lines[-1]
    further = line.x0 - line.left > last.x0 - last.left + 0.8 * line.size
    return further and (len(paragraph.lines) > 1 or paragraph.marker == 0)


def _indent_parts(paragraph: Paragraph, line: Line, before: str) -> bool:
    """Whether a line's indent begins a paragraph, the line before being full."""
    step = 0.75 * line.size
    last = paragraph.lines[-1]
    further = line.x0 - last.x0 > step
    if len(paragraph.lines) == 1:  # whose line was indented, or none is
        return further and paragraph.marker == 0 and is_stopped(before) and not line.text[:1].islower()
    if paragraph.lines[-2].column != last.column or paragraph.lines[-2].page != last.page:
        return further and is_stopped(before)
    if further:
        return is_stopped(before) or not line.text[:1].islower()
    return last.x0 - line.x0 > step and is_stopped(before)


LEAST = 4
"""So many entries must follow each other."""
BETWEEN = 2
"""So many paragraphs without a page number may stand between two entries (titles of parts)."""

_PAGE = re.compile(r"^\d{1,4}$")


def find_contents_entries(paragraphs: Sequence[Paragraph], pages: int) -> set[int]:
    """The indexes of the paragraphs that are entries of a table of contents, and of the titles between them.

    ``pages`` is the length of the document: a number that is no page of it (a fee, a year) is no page number.
    """
    found: set[int] = set()
    series: list[tuple[int, tuple[int, float]]] = []
    for index, paragraph in enumerate([*paragraphs, None]):
        entry = _entry(paragraph, pages) if paragraph is not None else None
        if series:
            before, last = series[-1]
            if entry is None and paragraph is not None and index - before <= BETWEEN:
                continue
            if entry is None or not _follows(entry, last, index - before):
                first, (first_page, _) = series[0]
                if len(series) >= LEAST and last[0] > first_page:
                    found.update(range(first, before + 1))
                series = []
        if entry is not None:
            series.append((index, entry))
    return found


def _follows(entry: tuple[int, float], last: tuple[int, float], distance: int) -> bool:
    """Whether an entry goes on with a table of contents, so many paragraphs after its last entry."""
    return distance <= BETWEEN + 1 and entry[0] >= last[0] and abs(entry[1] - last[1]) < 4


def _entry(paragraph: Paragraph, pages: int) -> tuple[int, float] | None:
    """The page number a paragraph ends with and the x it ends at; None where it ends otherwise."""
    last = paragraph.lines[-1]
    if len(paragraph.lines) > 3 or last.count < 2 or not _PAGE.match(last.last_text):
        return None
    number = int(last.last_text)
    x0, x1 = last.sides(-1)
    if number > 1.2 * pages + 10 or x0 - last.sides(-2)[1] < 0.9 * last.size:
        return None
    return number, x1
