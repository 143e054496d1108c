"""Items of lists, and what follows a list, in text that lost all its line breaks."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

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
# So many characters before a marker are looked at to see whether it is an item's.
_WINDOW = 24
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
_CLOSING = {"“": "”", "«": "»", "„": "“”", "‘": "’", "'": "'", '"': '"'}
_OPENING = re.compile(r"(?<=: )[“«„‘'\"](?=\s?\S)")
# Typewriters open and close with one mark: what closes has a stop behind it.
_STOPPED = re.compile(r"(?<=\S)['\"](?=\s?[;.,]|\s*$)")
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
    if _CLOSING[mark] == mark:
        stopped = next((m for m in _STOPPED.finditer(text, start, end) if m.group() == mark), None)
        return stopped.end() if stopped is not None else 0
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
        before = text[max(match.start() - _WINDOW, begin) : match.start()]
        dash = match["dash"]
        if dash:
            colon, last = before.rstrip().endswith(":"), taken.get(dash, 0)
            if colon or (last and _BEFORE.search(before)):
                taken[dash] = 1 if colon else last + 1
                found.append(Item(match.start(), dash, taken[dash]))
        elif not _CITED.search(before):
            reading = _read_marker(text, begin, markers, index, taken, before)
            if reading is not None:
                style, ordinal = reading
                taken[style] = ordinal
                found.append(Item(match.start(), style, ordinal))
                for each in "—–-":
                    taken.pop(each, None)
    return found


def _read_marker(
    text: str, begin: int, markers: list[re.Match[str]], index: int, taken: dict[str, int], before: str
) -> tuple[str, int] | None:
    """The list style and the count of a letter or number that is an item's; ``taken``: each style's last count."""
    colon, stopped = before.rstrip().endswith(":"), bool(_BEFORE.search(before))
    for style, ordinal in _readings(markers[index]["number"]):
        follows = ordinal == taken.get(style, -1) + 1 > 1
        if (ordinal == 1 and colon) or (follows and stopped):
            return style, ordinal
        if (ordinal == 1 or follows) and _confirmed(text, begin, markers, index, style, ordinal):
            return style, ordinal
    return None


def _confirmed(text: str, begin: int, markers: list[re.Match[str]], index: int, style: str, ordinal: int) -> bool:
    """Whether a marker after no stop ("wenn a) …; b) …") is an item all the same: the next item stands after a stop."""
    if _RANGE.match(text, markers[index].end()):
        return False
    for match in markers[index + 1 : index + _AHEAD]:
        read = _readings(match["number"]) if match["number"] else []
        if (style, ordinal) in read:
            return False
        if (style, ordinal + 1) in read:
            before = text[max(match.start() - _WINDOW, begin) : match.start()]
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


# "Article 5", "Artigo 5.o", "5. cikk", "5 artikla"
_NUMBERED_WORD = re.compile(
    r"(?<= )(?:(?P<word>[^\W\d_][\w-]{2,24}) (?P<number>\d{1,3})(?:\.?[ºo°])?|(?P<before>\d{1,3})\.? (?P<after>[^\W\d_]{4,12}))"
    r"(?= [^\W\d_a-z]| [„«‘“\"']| \(?1[.)])"
)
_ENDED = re.compile(
    r"[.;:!?»”“’'…\"][)\]]?(?: [\"”»])? "
    r"(?:[^\W\d_][\w-]{2,20} (?:[IVXLC]{1,6}|\d{1,2}|[A-Z]) (?:[^.;:]|\.(?=\S)){0,200})?$"
)
# A title and the first paragraph after it make a heading of a number that stands after anything.
_TITLED = re.compile(r" [^\W\d_a-z][^.;:]{2,200}? (?:1\.|\(1\))  ")
_DIVISION = re.compile(
    r"(?<=[.;:!?)»”“’] )([^\W\d_a-z][^\W\d_a-z]{3,20}|[^\W\d_][\w-]{3,20}) (?:([IVXLC]{1,6})|\d{1,2})(?= [^\W\d_a-z])"
)
# "Done at Brussels, 14 December 2031", "Gedaan te Brussel, 9 mei 2031", "Hecho en Bruselas, el 9 de mayo de 2031"
_SIGNED = re.compile(
    r"(?<=[.!?»”’] )[^\W\d_a-z][^\W\d_]* (?:[^\W\d_]{1,4} )?[^\W\d_a-z][\w-]+,? (?:[^\W\d_]{1,4} )?"
    r"\d{1,2}\.? (?:de )?[^\W\d_]{3,12} (?:de )?(?:19|20)\d\d\b"
)
_RECITAL = re.compile(r"(?<=[.;:!?)»”“’,] )\((\d{1,3})\)(?= [^\W\d_a-z\s]|\s[„«‘“])")
_PARAGRAPH = re.compile(r"(?<=[^\W_.,;:] |[.;:!?)»”“’,\"] )(?:(\d{1,3})\.|\((\d{1,3})\))(?=  )")
_LONGEST_TITLE = 260
_TITLE = re.compile(r"[^.;:]{3,200}? (?=\(?1[.)]\)?\s)")
_NOTE = re.compile(r"(?<=[.;:!?)»”“’A-Z] )\( (\d{1,3}) \)(?= )")


_SHORT, _LONG = 600, 3000
"""A paragraph of an act is seldom longer than the first, and never than the other."""


def is_flat(text: str) -> bool:
    """Whether a text has next to no line breaks for its length; a short one has none, and articles."""
    if len(text) > _LONG:
        return len(text.split("\n")) * _LONG < len(text)
    whole = text.strip()
    return "\n" not in whole and len(whole) > _SHORT and len(_articles(whole, len(whole))) > 1


def split_flat(text: str) -> tuple[list[tuple[str, bool]], int | None]:
    """Paragraphs with whether they are headings, and the number of the first footnote among them, if any."""
    # Wide gaps tell paragraph numbers from others; a single no-break space only keeps words together.
    text = re.sub(r"[ \t\xa0]{2,}", "  ", text).replace("\xa0", " ").replace("\n", " ")
    notes = _notes(text)
    cuts = _cut_body(text, notes[0] if notes else len(text)) | dict.fromkeys(notes, False)
    places = sorted({0, *cuts})
    made: list[tuple[str, bool]] = []
    first_note: int | None = None
    for place, until in pairwise([*places, len(text)]):
        piece = " ".join(text[place:until].split())
        if not piece:
            continue
        if notes and place == notes[0]:
            first_note = len(made)
        heading = cuts.get(place, False) and len(piece) < 250
        made.append((piece, heading))
    return made, first_note


def _cut_body(text: str, end: int) -> dict[int, bool]:
    """Where paragraphs begin in the text up to ``end``, its footnotes, and whether each is a heading."""
    articles = _articles(text, end)
    starts = [start for start, _ in articles]
    cuts = dict.fromkeys(_recitals(text, starts[0] if starts else end), False)
    for start, title_end in articles:
        cuts[start] = True
        cuts[title_end] = False
    cuts |= dict.fromkeys(_divisions(text, end, starts), True)
    signed = _SIGNED.search(text, starts[-1], end) if starts else None
    if signed:
        cuts[signed.start()] = False
    for begin, finish in pairwise([*(starts or [0]), end]):
        quoted = quotations(text, begin, finish)
        numbers = _paragraph_numbers(text, begin, finish, quoted)
        cuts |= dict.fromkeys(numbers, False)
        for start, stop in pairwise([begin, *numbers, finish]):
            for at in lists(text, start, stop, quoted):
                cuts.setdefault(at, False)
    return cuts


def _divisions(text: str, end: int, articles: list[int]) -> list[int]:
    """Where divisions begin: with a Roman number, or right before the heading of an article."""
    first = articles[0] - 400 if articles else 0
    return [
        match.start()
        for match in _DIVISION.finditer(text, 0, end)
        if match.start() >= first and (match[2] or _heads_article(text, match.end(), articles))
    ]


def _chain(places: dict[int, list[int]], gap: int = 0) -> list[int]:
    """Positions of 1, 2, … each the earliest after the one before; at most ``gap`` numbers in a row may be missing."""
    chain: list[int] = []
    at = -1
    number = 1
    missing = 0
    while missing <= gap:
        options = places.get(number, [])
        index = bisect_left(options, at + 1)
        if index < len(options):
            at = options[index]
            chain.append(at)
            missing = 0
        else:
            missing += 1
        number += 1
    return chain


def _recitals(text: str, end: int) -> list[int]:
    places: dict[int, list[int]] = defaultdict(list)
    for match in _RECITAL.finditer(text, 0, end):
        places[int(match.group(1))].append(match.start())
    chain = _chain(places)
    return chain if len(chain) >= 3 else []


def _articles(text: str, end: int) -> list[tuple[int, int]]:
    """Start of each article's heading, and where the heading's number ends or its title does."""
    by_word: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for match in _NUMBERED_WORD.finditer(text, 0, end):
        word = match["word"] or match["after"]
        if match["word"] and not word[0].isupper():
            continue
        if _ENDED.search(text, max(match.start() - 260, 0), match.start()) or _TITLED.match(text, match.end()):
            by_word[word][int(match["number"] or match["before"])].append(match.start())
    chains = sorted(((_chain(places, gap=2), word) for word, places in by_word.items()), key=lambda c: -len(c[0]))
    if not chains or len(chains[0][0]) < 2:
        return []
    starts, word = chains[0]
    # Two are enough for a short act, from the first one on.
    if len(starts) < 3 and (len(text) > _LONG or starts[0] not in by_word[word][1]):
        return []
    if starts[0] not in by_word[word][1]:
        starts = [*_first_article(text, word, starts[0]), *starts]
    found = []
    for start in starts:
        number_end = text.index(" ", text.index(" ", start) + 1) if " " in text[start : start + 60] else start
        # The title goes up to the first numbered paragraph, where one follows soon and nothing ended before it.
        title = _TITLE.match(text, number_end)
        found.append((start, title.end() if title else number_end + 1))
    return found


def _first_article(text: str, word: str, second: int) -> list[int]:
    """Where the first article is headed by a word in place of its number ("Article premier"): at most one place."""
    heading = re.compile(rf"(?<= ){re.escape(word)} [^\W\d_]{{3,12}}(?= [^\W\d_a-z])")
    places = [m.start() for m in heading.finditer(text, 0, second)]
    return [at for at in places if _ENDED.search(text, max(at - 260, 0), at)][-1:]


def _heads_article(text: str, at: int, starts: list[int]) -> bool:
    """Whether nothing but a title stands between a division's number and an article's heading."""
    index = bisect_left(starts, at)
    return index < len(starts) and starts[index] - at < _LONGEST_TITLE and ". " not in text[at : starts[index]]


def _paragraph_numbers(text: str, begin: int, end: int, quoted: list[tuple[int, int]]) -> list[int]:
    """Paragraphs in one style, "1." or "(1)", whichever counts further; those of quoted new text are not the act's."""
    styles: tuple[dict[int, list[int]], dict[int, list[int]]] = (defaultdict(list), defaultdict(list))
    for match in _PARAGRAPH.finditer(text, begin, end):
        if not inside(match.start(), quoted):
            styles[match[1] is None][int(match[1] or match[2])].append(match.start())
    return max((_chain(places) for places in styles), key=len)


def _notes(text: str) -> list[int]:
    """Footnotes at the end: the last run of ``( 1 ) … ( n ) …`` that reaches down to one, late in the text."""
    places: dict[int, list[int]] = defaultdict(list)
    for match in _NOTE.finditer(text):
        places[int(match.group(1))].append(match.start())
    if not places:
        return []
    number = max(places)
    chain: list[int] = []
    limit = len(text)
    while number >= 1:
        earlier = [at for at in places.get(number, ()) if at < limit]
        if not earlier:
            return []
        limit = earlier[-1]
        chain.append(limit)
        number -= 1
    chain.reverse()
    return chain if chain[0] > len(text) * 0.5 else []
