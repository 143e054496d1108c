"""Items of lists, and what follows a list, in text that lost all its line breaks."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_MARKER = re.compile(r"(?<= )(?:(?P<number>\(?(?:[a-z]{1,2}|[ivx]{1,5}|\d{1,2})\)|\d{1,2}\.)|(?P<dash>[—–-]))(?= )")
# What may stand before an item: a stop and, between items, a word ("; and b)", "; ofwel b)"), a closed quotation.
_AND = (
    "and or et ou und oder sowie beziehungsweise en of y o e i ou a nebo og eller och ja tai και ή и или oraz lub és vagy și sau "
    "in ali ir arba un vai alebo te ili u jew agus nó"
)
_WORD = rf"(?:{'|'.join(sorted(set(_AND.split()), key=len, reverse=True))})"
_BEFORE = re.compile(
    rf"[:;,.][»”“’\"']{{0,2}}(?: \")? $|;[»”“’\"']{{0,2}} [^\W\d_]{{1,8}}(?:/[^\W\d_]{{1,8}})? $|(?<!\w)(?:{_WORD})(?:/{_WORD})? $"
)
# "points (a) and (b)", "points (a), (b), and (c)": numbers of a citation; "in point (a), and (b) in …" is a list of two.
_CITED = re.compile(r"(?:^|[ (\xa0])\(?\w{1,4}\)(?:,? |, \(?\w{1,4}\), [^\W\d_]{1,8} | [^\W\d_]{1,8} )$")
# "points (a) to (d)"
_RANGE = re.compile(r" (?:[^\W\d_A-Z]{1,4}|[–-]) \(?(?:[a-z]{1,2}|\d{1,2})\)")
_REACH = 24
# As many letters as an item has, at least, that nothing but its list tells from a citation.
_ITEM = 12
# A full stop after a word, not an abbreviation, and a sentence after it.
_SENTENCE = re.compile(r"(?:[^\W\d_]{3}|\)|\d)[.!?][»”’]? (?=[^\W\d_a-zß-öø-ÿ][\w’']+ |[AÀEOI] )")
# "In that case …" after the last item goes on with that item: no act of the Union begins a subparagraph after a list with it.
_THEN = re.compile(
    r"(?:In (?:such|that|those|these|such an?) cases?|In (?:diesem|diesen|solchen|einem solchen) F[aä]ll|Dans (?:ce|ces|un tel|de tels) cas"
    r"|In (?:dat|dit|die|deze|zulke|een dergelijk|dergelijke) geval|En (?:ese|este|esos|estos|tal|tales|dicho|dichos) casos?"
    r"|In (?:tal|tali|questo|questi) cas[oi]|(?:Em (?:tal|tais)|Ness?es?|Nestes?) casos?|W (?:takim|tym|takich|tych) przypadk"
    r"|V (?:takovém|takových|tomto|těchto|takom|takýchto|týchto) (?:případ|prípad)|I (?:så|sådanne|disse|dette) tilfæld"
    r"|I (?:så|sådana|detta|dessa) fall|Tällöin|Tällaisessa tapauksessa|Tässä tapauksessa|Sellisel juhul|(?:Šādā|Tādā|Šajā) gadījumā"
    r"|(?:Tokiu|Šiuo) atveju|(?:Ilyen|Ebben az|Ez) esetben|În (?:acest|aceste|astfel de|un astfel de) caz|В (?:такъв|този|такива|тези) случа"
    r"|Στην περίπτωση αυτή|Σε αυτή την περίπτωση|Σε τέτοιες περιπτώσεις|U (?:tom|takvom|tim|takvim) slučaj"
    r"|V (?:tem|takem|teh|takih) primer|F['’](?:dan|dak|dawn) il-każ|I gcás den sórt sin|Sa chás sin)"
)
_CLOSING = {"“": "”", "«": "»", "„": "“”", "‘": "’"}
_OPENING = re.compile(r"(?<=: )[“«„‘](?=\s?\S)")
# As far, in items, as the next one of a list is looked for.
_AHEAD = 200
# As long as quoted new text may be.
_MOST = 40_000
# So many marks that close nowhere in an article tell that this text does not close them.
_UNCLOSED = 20
_ROMANS = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv"]


@dataclass(frozen=True, slots=True)
class Item:
    """A list item: where its marker begins, the list's style, its count in the list."""

    at: int
    style: str
    ordinal: int


def quotations(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    """Quoted new text after a colon, up to the mark that closes it with a stop: its markers are another act's."""
    found: list[tuple[int, int]] = []
    at = begin
    unclosed = 0
    while unclosed < _UNCLOSED and (match := _OPENING.search(text, at, end)) is not None:
        mark = match.group()
        close = _closed(text, mark, match.end(), min(end, match.end() + _MOST))
        if close:
            found.append((match.start(), close))
        else:
            unclosed += 1
        at = close or match.end()
    return found


def _closed(text: str, mark: str, start: int, end: int) -> int:
    depth = 1
    for match in re.compile(f"[{mark}{_CLOSING[mark]}]").finditer(text, start, end):
        if match.group() == mark:
            depth += 1
            continue
        if match.group() == "’" and text[match.end() : match.end() + 1].isalpha():
            continue
        depth -= 1
        if depth <= 0:
            return match.end()
    return 0


def inside(at: int, ranges: list[tuple[int, int]]) -> bool:
    """Whether a place lies in one of the ranges, which are in order and do not overlap."""
    index = bisect_right(ranges, at, key=lambda r: r[0]) - 1
    return index >= 0 and at < ranges[index][1]


def lists(text: str, begin: int, end: int, quoted: list[tuple[int, int]]) -> list[int]:
    """Where items begin in a paragraph, and the subparagraphs after its lists."""
    items = _items(text, begin, end, quoted)
    return [item.at for item in items] + _after_lists(text, items, end, quoted)


def _items(text: str, begin: int, end: int, quoted: list[tuple[int, int]]) -> list[Item]:
    """Items whose letter or number is the first of its list, or follows one that was taken."""
    markers = [m for m in _MARKER.finditer(text, begin, end) if not inside(m.start(), quoted)]
    taken: dict[str, int] = {}
    found: list[Item] = []
    for index, match in enumerate(markers):
        before = text[max(match.start() - _REACH, begin) : match.start()]
        colon = before.rstrip().endswith(":")
        if match["dash"]:
            style, last = match["dash"], taken.get(match["dash"], 0)
            if colon or (last and _BEFORE.search(before)):
                taken[style] = 1 if colon else last + 1
                found.append(Item(match.start(), style, taken[style]))
            continue
        if _CITED.search(before):
            continue
        stopped = bool(_BEFORE.search(before))
        for style, ordinal in _readings(match["number"]):
            follows = ordinal == taken.get(style, -1) + 1 > 1
            sure = (ordinal == 1 and colon) or (follows and stopped)
            if sure or ((ordinal == 1 or follows) and _confirmed(text, begin, markers, index, style, ordinal)):
                taken[style] = ordinal
                found.append(Item(match.start(), style, ordinal))
                for dash in "—–-":
                    taken.pop(dash, None)
                break
    return found


def _confirmed(text: str, begin: int, markers: list[re.Match[str]], index: int, style: str, ordinal: int) -> bool:
    """Whether a marker after no stop ("wenn a) …; b) …") is an item all the same: the next item stands after a stop."""
    if _RANGE.match(text, markers[index].end()):
        return False
    for match in markers[index + 1 : index + _AHEAD]:
        read = _readings(match["number"]) if match["number"] else []
        if (style, ordinal) in read:
            return False
        if (style, ordinal + 1) in read:
            before = text[max(match.start() - _REACH, begin) : match.start()]
            return bool(_BEFORE.search(before)) and match.start() - markers[index].end() > _ITEM
    return False


def _readings(marker: str) -> list[tuple[str, int]]:
    """The list styles a marker can have, with its count, most likely first."""
    wrap = "()" if marker.startswith("(") else marker[-1]
    return [(kind + wrap, ordinal) for kind, ordinal in _ordinals(marker.strip("()."))]


def _ordinals(inner: str) -> list[tuple[str, int]]:
    if inner.isdigit():
        return [("1", int(inner))]
    found: list[tuple[str, int]] = []
    if inner in _ROMANS and inner != "i":
        found.append(("i", _ROMANS.index(inner) + 1))
    if len(inner) == 1:
        found.append(("a", ord(inner) - ord("a") + 1))
    elif inner[0] == inner[1:2]:
        found.append(("aa", ord(inner[0]) - ord("a") + 1))
    if inner == "i":
        found.append(("i", 1))
    return found


def _after_lists(text: str, items: list[Item], end: int, quoted: list[tuple[int, int]]) -> list[int]:
    """Where a list's last item has ended and a further sentence begins: that is a subparagraph, in acts of the Union.

    An item that is not its list's last keeps its sentences, and so does one in a list inside another that goes on.
    """
    found: list[int] = []
    reached: dict[str, int] = {}
    for number, item in enumerate(items):
        reached[item.style] = item.ordinal
        following = items[number + 1] if number + 1 < len(items) else None
        if following is not None and (following.ordinal != 1 or _goes_on(reached, items[number + 1 : number + _AHEAD])):
            continue
        limit = following.at if following is not None else end
        for match in _SENTENCE.finditer(text, item.at, limit):
            if not inside(match.end(), quoted) and not _THEN.match(text, match.end()):
                found.append(match.end())
                break
    return found


def _goes_on(reached: dict[str, int], following: list[Item]) -> bool:
    """Whether one of the open lists has a further item after the list that begins next."""
    new: set[str] = set()
    for item in following:
        if item.style not in new and item.ordinal == reached.get(item.style, -1) + 1 > 1:
            return True
        new.add(item.style)
    return False
