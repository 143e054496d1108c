"""Numbers and markers as acts write them (``12 bis``, ``(a)``, ``iv)``, ``—``), and the provisions and open lists of a growing tree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from dutybook.languages import letters
from dutybook.languages.bullets import BULLETS, DASHES, TIGHT_BULLETS
from dutybook.records import Block, BlockRole, ProvisionKind, Span, Zone

_ADVERBS = [
    "bis",
    "ter",
    "quater",
    "quinquies",
    "sexies",
    "septies",
    "octies",
    "nonies",
    "novies",
    "decies",
    "undecies",
    "duodecies",
    "terdecies",
    "quaterdecies",
    "quindecies",
    "sexdecies",
    "septdecies",
    "octodecies",
    "novodecies",
    "vicies",
]
_RANK = {word: rank for rank, word in enumerate(_ADVERBS, 2)} | {"novies": 9, "decies": 10}
ADVERB = rf"(?:quinquiès|{'|'.join(sorted(_ADVERBS, key=len, reverse=True))})"
# The sign that makes a number an ordinal, in print ("5.º") and as a type-setter without it writes it ("1er", "2o").
ORDINAL_SIGN = r"(?:\.?\s?[º°ª]|\.[oa](?!\w)|(?<=1)(?:er|ER|re|ère)(?![\w]))"
# Inserted provisions of Estonian, Latvian, Polish and Romanian acts: "11¹", in plain type "11^1".
RAISED = r"(?:\^\d{1,2}(?!\d)|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})"
_RAISED = re.compile(RAISED)
_FROM_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_PREFIX = r"(?:[LRDA]\.?\s?\*?\s?(?=\d)|\*\s?(?=\d))"
# Articles: prefix of a French code, roman or arabic, inner hyphens and full stops, what was inserted later.
ARTICLE = (
    rf"(?:{_PREFIX}?\d+{ORDINAL_SIGN}?(?:[-.:]\d+)*(?:/\d+)?|[IVXL]+(?:[.-]\d+)*(?:/\d+)?)"
    rf"(?:{RAISED}|[a-zα-ωа-я]{{1,2}}(?![a-zα-ωа-я])|[\s-]?{ADVERB}(?!\w)(?:\.\d+)?|-[A-Z]{{1,2}}(?!\w))?"
)
# Divisions: "II", "1er", "2.ª", "IV bis", "3a", "B", "I-A".
DIVISION = rf"(?:[IVXLCΙΧІХС]+(?:er|ER)?|\d+{ORDINAL_SIGN}?[a-zα-ωа-я]{{0,2}}|[A-ZΑ-ΩА-Я])[΄'’ʹ]?(?:[\s-]{ADVERB}(?![\w])|-[A-Z](?![\w]))?(?![\w])"
_ORDINAL_SIGN = re.compile(r"\.?\s?[º°ª]|\.o(?!\w)|(?<=1)(?:er|ER|re|ère)$|(?<=I)(?:er|ER)$")
# Greek and Cyrillic capitals typed for roman numerals.
_LIKE_ROMAN = re.compile(r"[IVXLCΙΧІХС]+")
_TO_ROMAN = str.maketrans("ΙΧІХС", "IXIXC")
_CODE = re.compile(r"^([LRDA])\.?\s?(\*?)\s?(?=\d)")
_TOKEN = re.compile(r"\d+|[a-zA-Z]+")


def normal(written: str, ordinal_o: bool = False) -> str:
    """The bare number: ``1er`` → ``1``, ``5.º-A`` → ``5-A``, ``L123-4`` → ``L. 123-4``, ``5 a`` → ``5a``; adverbs stay as written.

    ``ordinal_o``: the language writes ``1o`` for ``1º`` where a type-setter lacks the sign.
    """
    text = " ".join(_ORDINAL_SIGN.sub("", written.strip()).split()).rstrip(".")
    if ordinal_o:
        text = re.sub(r"(?<=\d)(?:o|\.a)(?=$|-)", "", text)
    if _LIKE_ROMAN.fullmatch(text):
        text = text.translate(_TO_ROMAN)
    text = _CODE.sub(r"\1. \2", text)
    return re.sub(r"(?<=\d)[ .](?=[^\W\d_A-Z]{1,2}$)", "", text.rstrip("΄'’ʹ"))


def series(number: str) -> str:
    """What numbers counted together have in common: all but their figures (``VIII.3`` goes on ``VIII.2`` and not ``2``)."""
    later = rf"{RAISED}.*$|[\s-]?(?:{ADVERB}|[a-z]{{1,2}}|-[A-Z])(?!\w).*$"
    return re.sub(r"\d+", "0", re.sub(later, "", number))


def key(number: str) -> tuple[int, ...]:
    """What orders numbers of one series: ``5`` < ``5a`` < ``6``, ``5`` < ``5¹`` < ``6``, ``12`` < ``12 bis``, ``L. 123-4`` < ``L. 123-10``."""
    found: list[int] = []
    number = _RAISED.sub(lambda raised: f"^{raised.group().translate(_FROM_RAISED)}", number)
    for token in _TOKEN.findall(_CODE.sub("", number)):
        if token.isdigit():
            found.append(int(token))
        elif token.lower() in _RANK:
            found.append(_RANK[token.lower()])
        elif not found and (value := letters.roman_value(token.lower())):
            found.append(value)
        else:
            found.extend(ord(letter) - ord("a") + 1 for letter in token.lower()[:3] if letter.isascii())
    return tuple(found)


class Style(StrEnum):
    """How a marker is written; a list keeps one style."""

    ARABIC = "arabic"
    LETTER = "letter"
    UPPER = "upper"
    ROMAN = "roman"
    UPPER_ROMAN = "upper roman"
    DOUBLE = "double"
    DASH = "dash"


@dataclass(frozen=True, slots=True)
class Marker:
    """``readings`` are the (style, ordinal) pairs it can stand for, most likely first; ``end`` is where the text goes on.

    ``wrap`` is the punctuation around the number (``()``, ``)``, ``.``, ``°``): lists do not mix it.
    """

    raw: str
    number: str
    wrap: str
    readings: tuple[tuple[Style, int], ...]
    end: int


_LATER = re.compile(rf"[\s-]?{ADVERB}$|-[A-Z]$|{RAISED}$")
# Greek and Bulgarian points; paragraphs inserted later ("2α").
_FOREIGN = r"\d{0,3}(?:[α-ωϛ]{1,4}|[а-я]{1,2}|[Α-ΩА-Я])"
_ALSO = rf"(?:[\s-]?{ADVERB}(?!\w)|{RAISED})?"
_MARKER = re.compile(
    rf"""(?P<raw>
        \(\s?(?P<both>\d{{1,3}}(?:[a-z]{{0,2}}|[A-Z]{{1,2}}){_ALSO}|[A-Z]\d{{1,2}}|[ivxlcdm]{{1,7}}|[IVXLCDM]{{1,7}}|[a-z]{{1,3}}|[a-z]{_ALSO}|[A-Z]{{1,2}}|{_FOREIGN})\s?\)
      | (?P<close>\d{{1,3}}[a-z]{{0,2}}{_ALSO}|[ivxlcdm]{{1,7}}|[a-z]{{1,3}}|[a-z]{_ALSO}|[A-Z]|{_FOREIGN})\)
      | (?P<degree>\d{{1,2}})(?:\.?\s?[°º]|o(?=\s))(?P<degree_also>{_ALSO})\)?
      | (?P<dotted>(?:\d{{1,3}}\.){{1,4}}\d{{1,3}}[a-z]?|[A-Z]\.\d{{1,2}}(?:\.\d{{1,2}})*)\.?(?=\s)
      | (?P<dot>\d{{1,4}}(?:[a-zα-ωа-я]{{0,2}}|[A-Z]{{1,2}}){_ALSO}|[IVX]{{1,5}}{_ALSO}|[ivx]{{2,5}}|[A-ZΑ-ΩА-Я]|[a-z]{_ALSO}|στ|[α-ω]{{1,2}})\s?\.(?:\s?[–—](?=\(|[^\W\d_])|(?<=[A-Z]\.)-(?=[^\W\d_])|(?:\s?[–—-])?(?=\s))
      | (?P<dashed>[IVXL]{{1,6}}{_ALSO}(?:-[A-Z])?|\d{{1,3}})\s?[–—-](?=\s[^\W\d_])
      | (?P<dash>[{BULLETS}{DASHES}](?=\s)(?!\s\d+(?:[.,]\d+)?\s?°)|[{TIGHT_BULLETS}](?=[^\W_]))
    )\s*""",
    re.VERBOSE,
)
# A paragraph of an article: "§ 2. ", "§ 1º ", "§ 1er. - "; without a stop after the number it is a citation.
_SECTION = re.compile(
    rf"§\s?(?P<number>\d{{1,3}}(?:er|[º°]|o(?=[\s-]))?[a-z]{{0,2}}(?:-[A-Z](?!\w))?{_ALSO})"
    r"(?:\s?\.(?:\s?[–—-])?|(?<=[º°oA-Z]))(?=\s)\s*"
)


def _ordinal(letters: str) -> int:
    """a → 1, z → 26; after z come aa, bb, … in EU acts and German statutes: the doubled letter counts."""
    return ord(letters[0]) - ord("a") + 1


def readings_of(number: str) -> tuple[tuple[Style, int], ...]:
    """The (style, ordinal) pairs that a bare number can stand for, most likely first."""
    digits = re.match(r"\d+", number)
    if digits:
        return ((Style.ARABIC, int(digits.group())),)
    number = _LATER.sub("", number)
    lower = number.lower()
    if not lower.isascii():
        position = letters.value(lower)
        return ((Style.UPPER if number.isupper() else Style.LETTER, position),) if position else ()
    if number.isupper() and number[-1].isdigit():  # "(A1)" stands before "(1)"
        return ((Style.ARABIC, 0),)
    return _upper_readings(lower) if number.isupper() else _lower_readings(lower)


def _upper_readings(small: str) -> tuple[tuple[Style, int], ...]:
    """What capitals, given as small letters, stand for."""
    single = ((Style.UPPER, _ordinal(small)),) if len(small) == 1 else ()
    value = letters.roman_value(small)
    return (*single, (Style.UPPER_ROMAN, value)) if value else single


def _lower_readings(small: str) -> tuple[tuple[Style, int], ...]:
    found: list[tuple[Style, int]] = []
    if len(small) == 1:
        found.append((Style.LETTER, _ordinal(small)))
    elif len(set(small)) == 1:
        found.append((Style.DOUBLE, _ordinal(small)))
    value = letters.roman_value(small)
    if value:
        found.append((Style.ROMAN, value))
    return _inserted_readings(small) if not found and len(small) == 2 else tuple(found)


def _inserted_readings(small: str) -> tuple[tuple[Style, int], ...]:
    """What two letters that are no number themselves stand for: a point inserted after the first letter's."""
    after_letter = ((Style.LETTER, _ordinal(small)),)  # "(ba)" after "(b)"
    before = letters.roman_value(small[:-1])  # "(ia)" after "(i)"
    return (*after_letter, (Style.ROMAN, before)) if before else after_letter


def parse(text: str, at: int = 0, sections: bool = False) -> Marker | None:
    """The marker at ``text[at:]``, or None. ``sections``: ``§`` counts an article's paragraphs, as in Belgium and Brazil."""
    section = _SECTION.match(text, at) if sections else None
    if section:
        number = normal(section.group("number"), ordinal_o=True)
        return Marker(section.group().strip(), number, "§", readings_of(number), section.end())
    match = _MARKER.match(text, at)
    if not match:
        return None
    raw = match.group("raw")
    if match.group("dash"):
        return Marker(raw, "", "-", ((Style.DASH, 0),), match.end())
    for group, wrap in (("both", "()"), ("close", ")"), ("degree", "°"), ("dot", "."), ("dashed", "–")):
        number = match.group(group)
        if number:
            number += match.group("degree_also") or ""
            readings = readings_of(number)
            return Marker(raw, number, wrap, readings, match.end()) if readings else None
    number = match.group("dotted")
    last = re.search(r"(\d+)[a-z]?$", number)
    return Marker(
        raw, number, "." * number.count("."), ((Style.ARABIC, int(last.group(1)) if last else 1),), match.end()
    )


@dataclass(slots=True)
class Node:
    """A provision while the tree grows. ``runs`` are its own paragraphs, without markers, in order.

    ``label`` stands before its number in its place, where that is not its kind's own ("Disposición final"); ``quoted``:
    it is new text for another act.
    """

    kind: ProvisionKind
    number: str
    start: int
    zone: Zone
    parent: Node | None
    heading: str = ""
    end: int = 0
    sign: bool = False
    style: Style | None = None
    dotted: bool = False
    runs: list[Run] = field(default_factory=list)
    level: int = 0
    label: str = ""
    depth: float = 0.0
    quoted: bool = False
    subparagraphs: int = 1


@dataclass(slots=True)
class Run:
    """One paragraph of a node: its span without the marker, and whether list items follow it directly.

    ``stem`` is the run that leads into the list this one is an item of; ``tail`` says that it follows such a list.
    """

    span: Span
    node: Node
    zone: Zone
    role: BlockRole
    stem: Run | None = None
    depth: int = 0
    tail: bool = False
    has_items: bool = False


LOOSE = {
    BlockRole.FOOTNOTE: (ProvisionKind.FOOTNOTE, Zone.FOOTNOTE),
    BlockRole.CONTENTS: (ProvisionKind.CONTENTS, Zone.CONTENTS),
}
"""The kind and the zone of blocks that belong to no provision, wherever they stand."""


class Tree:
    """Nodes and runs in document order; parents come before their children."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.nodes: list[Node] = []
        self.runs: list[Run] = []

    def node(self, kind: ProvisionKind, number: str, start: int, zone: Zone, parent: Node | None) -> Node:
        """Open a provision at ``start``."""
        node = Node(kind, number, start, zone, parent, end=start)
        self.nodes.append(node)
        return node

    def run(self, run: Run) -> Run | None:
        """Give a node a paragraph; None where its span holds nothing but white space.

        ``run.tail`` says that it may follow a list; it stays so only where the node's last paragraph leads into one.
        """
        node = run.node
        node.end = max(node.end, run.span.end)
        run.span = run.span.strip(self.text)
        if not len(run.span):
            return None
        run.tail = run.tail and bool(node.runs) and node.runs[-1].has_items
        if run.stem is not None:
            run.stem.has_items = True
        if run.tail:
            run.stem = node.runs[-1]
        node.runs.append(run)
        self.runs.append(run)
        return run

    def close_spans(self) -> None:
        """Let every provision's span cover its children."""
        for node in reversed(self.nodes):
            if node.parent is not None:
                node.parent.end = max(node.parent.end, node.end)


# A marker far from the start of a list is more likely a number that begins a sentence ("2024. …").
MAX_ORDINAL = 400
_ALPHABET = 26
_MAX_GAP = 12
# Points of indent by which a continuation of a list item may differ from the item's own text.
_INDENT_TOLERANCE = 4.0
# In place of punctuation: a further subparagraph, which has no number.
SUBPARAGRAPH = "subparagraph"


@dataclass(slots=True)
class Level:
    """An open list: its style and punctuation, the last ordinal, its last item's node, and the list's holder and stem."""

    style: Style
    wrap: str
    last: int
    raw: str
    node: Node
    parent: Node
    indent: float
    stem: Run | None

    def encloses(self, indent: float) -> bool:
        """Whether what is set so far right stands inside an item of this list."""
        return indent > self.indent + _INDENT_TOLERANCE


@dataclass(frozen=True, slots=True)
class Match:
    """The open list a marker goes on with; ``gap``: numbers are left out before it."""

    index: int
    style: Style
    ordinal: int
    gap: bool


def _after_z(number: str) -> int:
    """What follows (z): (aa), (bb), … in older acts, (aa), (ab), … in newer ones."""
    first, second = (ord(letter) - ord("a") + 1 for letter in number.lower())
    return _ALPHABET * (first if first != second else 1) + second


def _paragraph(levels: list[Level], marker: Marker) -> Match | None:
    """The next paragraph of an article, where the drafter changed from "(3)" to "4."."""
    first = levels[0] if levels else None
    if (
        first is None
        or first.node.sign
        or first.node.kind is not ProvisionKind.PARAGRAPH
        or {first.wrap, marker.wrap} != {"()", "."}
    ):
        return None
    style, ordinal = marker.readings[0]
    follows = style is first.style is Style.ARABIC and ordinal == first.last + 1
    return Match(0, style, ordinal, False) if follows else None


def _bullets(levels: list[Level], marker: Marker, indent: float) -> Match | None:
    """The innermost list with this bullet that does not stand further right; of those that all do, the outermost."""
    found: Match | None = None
    for index in range(len(levels) - 1, -1, -1):
        level = levels[index]
        if level.style is Style.DASH and level.raw == marker.raw and not level.encloses(indent):
            found = Match(index, Style.DASH, level.last + 1, False)
            if level.indent <= indent + _INDENT_TOLERANCE:
                break
    return found


def is_sibling(level: Level, marker: Marker, item: str) -> bool:
    """Whether a bullet of another sign goes on with a list all the same, since the list's last ``item`` has ended."""
    bullets = level.style is Style.DASH and marker.readings[0][0] is Style.DASH
    return bullets and bool(level.raw and marker.raw) and item.rstrip().endswith((".", ";", ",", "!", "?"))


def find_open_list(levels: list[Level], marker: Marker, indent: float = 0.0) -> Match | None:
    """The innermost open list that ``marker`` continues; one with a gap only where none continues without.

    ``indent`` is the marker's, where the format knows no pages: the same bullet further right begins a list inside the item.
    """
    if marker.readings[0][0] is Style.DASH:
        return _bullets(levels, marker, indent)
    best: Match | None = _paragraph(levels, marker)
    for index in range(len(levels) - 1, -1, -1):
        level = levels[index]
        if level.wrap != marker.wrap:
            continue
        for read, count in marker.readings:
            style, ordinal = read, count
            if level.style is Style.LETTER and level.last >= _ALPHABET and len(marker.number) == 2:
                style, ordinal = Style.LETTER, _after_z(marker.number)
            if style is not level.style:
                continue
            step = ordinal - level.last
            inserted = step == 0 and marker.number != level.node.number
            if step == 1 or inserted:
                return Match(index, style, ordinal, False)
            if 1 < step <= _MAX_GAP and best is None:
                best = Match(index, style, ordinal, True)
    return best


def restart_list(levels: list[Level], style: Style, marker: Marker, indent: float) -> None:
    """A list of a style that is open already is a new one after it, not inside it; bullets of another sign or further right are inside."""
    for index, level in enumerate(levels):
        other = style is Style.DASH and (level.raw != marker.raw or level.encloses(indent))
        if level.style is style and level.wrap == marker.wrap and not other:
            del levels[index:]
            return


def read_first_marker(marker: Marker, levels: list[Level]) -> tuple[Style, int] | None:
    """How to read a marker that opens a new list; None where it is more likely no marker at all."""
    opening = next(((s, o) for s, o in marker.readings if o == 1), None)
    fresh = opening or next(((s, o) for s, o in marker.readings if s is Style.DASH), None)
    if fresh is None:
        if marker.readings[0][1] > MAX_ORDINAL or (levels and marker.wrap == "."):
            return None
        if marker.wrap in {".", "–"} and len(marker.number) == 1 and marker.number.isalpha():
            return None  # the initial of a name, the "S." of a page
        fresh = marker.readings[0]
    return fresh[0], fresh[1] or 1


def ends_open(paragraph: str) -> bool:
    """Whether a paragraph leads into a list: it ends with a colon, a dash, or in the middle of a sentence."""
    last = paragraph.rstrip()[-1:]
    return last in ":—–," or last.isalpha()


def _within(block: Block, level: Level) -> bool:
    """Whether a paragraph stands below an item's marker: on a page right of it, in a web page in its cell."""
    if level.indent <= 0:
        return False
    if block.page is None:
        return block.indent >= level.indent
    return level.encloses(block.indent)


def continue_after(levels: list[Level], block: Block) -> list[Level]:
    """Close the lists that a paragraph without a marker does not belong to any more; returns them, outermost first."""
    closed: list[Level] = []
    while levels:
        level = levels[-1]
        if level.node.kind in {ProvisionKind.PARAGRAPH, ProvisionKind.MARGIN_NUMBER}:
            break
        if level.wrap != SUBPARAGRAPH and _within(block, level):
            break
        if level.wrap == SUBPARAGRAPH:
            levels.pop()
        else:
            closed.insert(0, levels.pop())
    return closed
