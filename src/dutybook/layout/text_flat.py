"""Text that lost all its line breaks: paragraphs are found again by their numbers, which must run in sequence."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from itertools import pairwise

from dutybook.layout.text_flat_lists import inside, lists, quotations

# "Article 5", "Artigo 5.o", "5. cikk", "5 artikla"
_NUMBERED_WORD = re.compile(
    r"(?<= )(?:(?P<word>[^\W\d_][\w-]{2,24}) (?P<number>\d{1,3})(?:\.?[ºo°])?|(?P<before>\d{1,3})\.? (?P<after>[^\W\d_]{4,12}))"
    r"(?= [^\W\d_a-z]| [„«‘“\"']| \(?1[.)])"
)
_ENDED = re.compile(
    r"[.;:!?»”“’…\"][)\]]?(?: [\"”»])? "
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


def is_flat(text: str) -> bool:
    """Whether a text has next to no line breaks for its length."""
    return len(text) > 3000 and len(text.split("\n")) * 3000 < len(text)


def split_flat(text: str) -> tuple[list[tuple[str, bool]], int | None]:
    """Paragraphs with whether they are headings, and the number of the first footnote among them, if any."""
    # Wide gaps tell paragraph numbers from others; a single no-break space only keeps words together.
    text = re.sub(r"[ \t\xa0]{2,}", "  ", text).replace("\xa0", " ").replace("\n", " ")
    cuts: dict[int, bool] = {}
    notes = _notes(text)
    body_end = notes[0] if notes else len(text)
    articles = _articles(text, body_end)
    for at in _recitals(text, articles[0][0] if articles else body_end):
        cuts[at] = False
    for start, end in articles:
        cuts[start] = True
        cuts[end] = False
    starts = [start for start, _ in articles]
    first = starts[0] if starts else 0
    for match in _DIVISION.finditer(text, 0, body_end):
        if articles and match.start() < first - 400:
            continue
        if match[2] or _heads_article(text, match.end(), starts):
            cuts[match.start()] = True
    bounds = [*starts, body_end]
    signed = _SIGNED.search(text, starts[-1], body_end) if starts else None
    if signed:
        cuts[signed.start()] = False
    for begin, finish in zip([first, *bounds[:-1]], bounds, strict=True):
        quoted = quotations(text, begin, finish)
        numbers = _paragraph_numbers(text, begin, finish, quoted)
        for at in numbers:
            cuts[at] = False
        inner = [begin, *numbers, finish]
        for start, end in pairwise(inner):
            for at in lists(text, start, end, quoted):
                cuts.setdefault(at, False)
    for at in notes:
        cuts[at] = False
    places = sorted({0, *cuts})
    made: list[tuple[str, bool]] = []
    first_note: int | None = None
    for place, until in zip(places, [*places[1:], len(text)], strict=True):
        piece = " ".join(text[place:until].split())
        if not piece:
            continue
        if notes and place == notes[0]:
            first_note = len(made)
        heading = cuts.get(place, False) and len(piece) < 250
        made.append((piece, heading))
    return made, first_note


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
    if not chains or len(chains[0][0]) < 3:
        return []
    starts, word = chains[0]
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
