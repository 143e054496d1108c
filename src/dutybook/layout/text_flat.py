"""Text that lost all its line breaks: paragraphs are found again by their numbers, which must run in sequence."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict

_NUMBERED_WORD = re.compile(r"(?<= )([^\W\d_][\w-]{2,24}) (\d{1,3})(?= [^\W\d_a-z]| [„«‘“\"']| \(?1[.)])")
_ENDED = re.compile(r"[.;:!?»”“’…][)\]]? (?:[^\W\d_][\w-]{2,20} (?:[IVXLC]{1,6}|\d{1,2}|[A-Z]) [^.;:]{0,200})?$")
_DIVISION = re.compile(
    r"(?<=[.;:!?)»”“’] )([^\W\d_a-z][^\W\d_a-z]{3,20}|[^\W\d_][\w-]{3,20}) ([IVXLC]{1,6})(?= [^\W\d_a-z])"
)
_RECITAL = re.compile(r"(?<=[.;:!?)»”“’,] )\((\d{1,3})\)(?= [^\W\d_a-z\s]|\s[„«‘“])")
_PARAGRAPH = re.compile(r"(?<=[^\W_.,;:] |[.;:!?)»”“’,] )(\d{1,3})\.(?=  )")
_POINT = re.compile(
    r"(?:(?<=[:;,.] )|(?<=; [a-z]{2} )|(?<=; [a-z]{3} )|(?<=, [a-z]{2} ))(\(?(?:[a-z]{1,2}|[ivx]{1,5}|\d{1,2})\))(?= )"
)
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
    for at in _recitals(text, body_end):
        cuts[at] = False
    articles = _articles(text, body_end)
    for start, end in articles:
        cuts[start] = True
        cuts[end] = False
    first = articles[0][0] if articles else 0
    for match in _DIVISION.finditer(text, 0, body_end):
        if not articles or match.start() >= first - 400:
            cuts[match.start()] = True
    bounds = [start for start, _ in articles] + [body_end]
    for begin, finish in zip([first, *bounds[:-1]], bounds, strict=True):
        for at in _paragraph_numbers(text, begin, finish):
            cuts.setdefault(at, False)
            cuts[at] = False
        for at in _points(text, begin, finish):
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
        word = match.group(1)
        if word[0].isupper() and _ENDED.search(text, max(match.start() - 260, 0), match.start()):
            by_word[word][int(match.group(2))].append(match.start())
    chains = sorted((_chain(places, gap=2) for places in by_word.values()), key=len, reverse=True)
    if not chains or len(chains[0]) < 3:
        return []
    found = []
    for start in chains[0]:
        number_end = text.index(" ", text.index(" ", start) + 1) if " " in text[start : start + 60] else start
        # The title goes up to the first numbered paragraph, where one follows soon and nothing ended before it.
        title = re.compile(r"[^.;:]{3,200}? (?=\(?1[.)]\s)").match(text, number_end)
        found.append((start, title.end() if title else number_end + 1))
    return found


def _paragraph_numbers(text: str, begin: int, end: int) -> list[int]:
    places: dict[int, list[int]] = defaultdict(list)
    for match in _PARAGRAPH.finditer(text, begin, end):
        places[int(match.group(1))].append(match.start(1))
    return _chain(places)


def _points(text: str, begin: int, end: int) -> list[int]:
    """Items whose letter or number is the first of its list, or follows one that was taken."""
    taken: dict[str, int] = {}
    found: list[int] = []
    for match in _POINT.finditer(text, begin, end):
        raw = match.group(1)
        inner = raw.strip("()")
        wrap = "()" if raw.startswith("(") else ")"
        after_colon = text[max(match.start() - 2, 0) : match.start()].strip().endswith(":")
        for style, ordinal in _ordinals(inner):
            if (ordinal == 1 and after_colon) or ordinal == taken.get(style + wrap, -1) + 1 > 1:
                taken[style + wrap] = ordinal
                found.append(match.start(1))
                break
    return found


def _ordinals(inner: str) -> list[tuple[str, int]]:
    if inner.isdigit():
        return [("1", int(inner))]
    romans = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv"]
    found: list[tuple[str, int]] = []
    if inner in romans and inner != "i":
        found.append(("i", romans.index(inner) + 1))
    if len(inner) == 1:
        found.append(("a", ord(inner) - ord("a") + 1))
    elif inner[0] == inner[1:2]:
        found.append(("aa", ord(inner[0]) - ord("a") + 1))
    if inner == "i":
        found.append(("i", 1))
    return found


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
