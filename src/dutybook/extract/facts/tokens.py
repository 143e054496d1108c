"""Splits a clause about a date into tokens: the provisions, divisions and acts that it names, and the words that join
or except them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cache

from dutybook.extract.citations import find_citations_in_line
from dutybook.languages import LanguagePack
from dutybook.languages.patterns import alternatives, at_start
from dutybook.records import Span

_OWN = "own work"
_HIDDEN = "¤"
_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
# "DATES: This rule is effective …"
_CAPTION = re.compile(r"[A-Z]{4,20}:(?=\s)")
_CLOSING = frozenset(",.:()[]–-—‘’“”„»«\"'\u00a0" + _HIDDEN)


class Kind(Enum):
    """The role of a token in a clause about a date."""

    DATE = auto()
    PLACE = auto()
    FOREIGN = auto()
    ACT = auto()
    PRONOUN = auto()
    FOLLOWING = auto()
    EXCEPT = auto()
    DESPITE = auto()
    RELATIVE = auto()
    VERB = auto()
    JOIN = auto()
    SEMICOLON = auto()
    NOTHING = auto()
    WORD = auto()


SUBJECTS = frozenset({Kind.PLACE, Kind.FOREIGN, Kind.ACT, Kind.PRONOUN, Kind.FOLLOWING})


@dataclass(frozen=True, slots=True)
class Token:
    """One token; offsets into the line. ``value``: a place, or the number of the date.

    ``head`` is the word that names its kind ("Articles"), empty for the further numbers of a list.
    """

    kind: Kind
    start: int
    end: int
    value: str = ""
    head: str = ""


def tokens_of(
    line: str, dates: Sequence[Span], others: Sequence[Span], pack: LanguagePack, place: str, work: str | None
) -> list[Token]:
    """The tokens of ``line``.

    Args:
        line: a sentence or list item.
        dates: where the facts' dates stand in it, in order.
        others: further expressions of time, in which no number is a provision's.
        pack: the line's language.
        place: where the line stands ("Art 113(2)"): completes "paragraph 1".
        work: the document's work; a provision of it may be cited with its name.
    """
    reader = _reader_of(pack)
    caption = _CAPTION.match(line)
    hidden = _hide(line, [*dates, *others, *([Span(*caption.span())] if caption else [])])
    found = [Token(Kind.DATE, span.start, span.end, str(number)) for number, span in enumerate(dates)]
    divisions = list(divisions_of(pack).find(hidden))
    found += divisions
    found += _cited(_hide(hidden, [Span(t.start, t.end) for t in divisions]), reader, place, work)
    return reader.fill(hidden, sorted(found, key=lambda t: t.start), place)


def _hide(line: str, spans: Iterable[Span]) -> str:
    for span in spans:
        line = line[: span.start] + _HIDDEN * len(span) + line[span.end :]
    return line


def _cited(line: str, reader: _TokenReader, place: str, work: str | None) -> list[Token]:
    own = work or _OWN
    found: list[Token] = []
    for citation in find_citations_in_line(line, reader.pack, work=own, place=place or None):
        at, words = citation.span, citation.as_written
        head = "" if words[0].isdigit() or words[0] == "(" else words.split()[0]
        if citation.work != own:
            found.append(Token(Kind.FOREIGN, at.start, at.end, "", head))
        elif citation.place is None:
            found.append(Token(Kind.ACT, at.start, at.end, "", head))
        else:
            found += reader.subparagraphs(line, Token(Kind.PLACE, at.start, at.end, citation.place, head), words)
    return found


class _TokenReader:
    """The words of a language for clauses about dates, compiled from its pack."""

    def __init__(self, pack: LanguagePack) -> None:
        self.pack = pack
        scope, citations = pack.facts.scope, pack.citations
        self._kinds = (
            (Kind.SEMICOLON, at_start(scope.turns)),
            (Kind.DESPITE, at_start(scope.despite)),
            (Kind.EXCEPT, at_start(scope.exceptions)),
            (Kind.NOTHING, at_start(scope.corresponding)),
            (Kind.FOLLOWING, at_start(scope.following)),
            (Kind.ACT, at_start(scope.act)),
            (Kind.NOTHING, at_start(scope.contents)),
            # "on the day after the publication of this Act": the act is not what the date is about.
            (Kind.NOTHING, at_start(citations.this_act)),
            (Kind.VERB, at_start(scope.verbs)),
            (Kind.PRONOUN, at_start(scope.pronouns)),
            (Kind.RELATIVE, at_start(scope.relatives)),
            (Kind.JOIN, at_start(tuple(j for j in citations.joiners if j[0].isalpha()))),
            (Kind.NOTHING, at_start(scope.fillers)),
        )
        self._article = at_start(scope.own_article)
        self._paragraph = at_start(scope.own_paragraph)
        below = alternatives((*citations.subparagraph, *citations.sentence, *citations.ordinals))
        self._below = re.compile(rf"(?<!\w)(?:{below or '(?!)'})(?!\w)", re.IGNORECASE)
        ordinals = "|".join(re.escape(word) for word in sorted(pack.temporal.ordinals, key=len, reverse=True))
        noun = alternatives((*citations.subparagraph, *citations.ordinals)) or "(?!)"
        one = rf"(?:{ordinals or '(?!)'}|\d{{1,2}})"
        several = rf"{one}(?:(?:\s*,\s*|\s+)(?:(?:{alternatives(tuple(j for j in citations.joiners if j[0].isalpha()))})\s+)?{one})*"
        self._one = re.compile(rf"(?<!\w){one}(?!\w)", re.IGNORECASE)
        # "…, second and third subparagraphs", "akapit drugi", "Unterabsätze 2 und 3"
        self._after = re.compile(
            rf"[\s,]*(?P<n>{several})\s+(?:{noun})(?!\w)|[\s,]*(?:{noun})\s+(?P<m>{several})(?!\w)", re.IGNORECASE
        )
        links = alternatives(citations.part_links) or "(?!)"
        heads = alternatives((*citations.article, *citations.section, *citations.annex, *citations.paragraph)) or "(?!)"
        self._of_another = re.compile(rf"\s+(?:{links})\s*(?:{heads})(?!\w)", re.IGNORECASE)
        # "the second and third subparagraphs of Article 5(1)"
        self._before = re.compile(rf"(?<!\w)(?P<n>{several})\s+(?:{noun})\s+(?:{links})\s*$", re.IGNORECASE)

    def subparagraphs(self, line: str, place: Token, words: str) -> list[Token]:
        """A cited provision, or the subparagraphs of it that alone are meant; `` part`` where these are none provisions have."""
        inner = self._below.search(words)
        before = self._before.search(line[max(0, place.start - 120) : place.start])
        after = self._after.match(line, place.start + inner.start() if inner else place.end)
        if after and self._of_another.match(line, after.end()):
            # "Article 5, the third subparagraph of Article 17(2)"
            whole = replace(
                place, end=place.start + len(words[: inner.start()].rstrip(" ,\t\n")) if inner else place.end
            )
            return [whole]
        if before:
            start, end, listed = max(0, place.start - 120) + before.start(), place.end, before["n"]
        elif after:
            start, end, listed = place.start, max(place.end, after.end()), after["n"] or after["m"]
        else:
            return [replace(place, value=place.value + " part")] if inner else [place]
        numbers = [self._number_of(match[0]) for match in self._one.finditer(listed)]
        if any(number < 2 for number in numbers):
            # The first has the place of its paragraph: it cannot be distinguished from the others.
            return [Token(Kind.PLACE, start, end, place.value + " part", place.head)]
        return [
            Token(Kind.PLACE, start if not n else end, end, f"{place.value} subpara {number}", "" if n else place.head)
            for n, number in enumerate(numbers)
        ]

    def _number_of(self, written: str) -> int:
        return int(written) if written.isdigit() else self.pack.temporal.ordinals.get(written.casefold(), 0)

    def fill(self, line: str, known: list[Token], place: str) -> list[Token]:
        """All of the line as tokens, given those with a known place."""
        found: list[Token] = []
        at, rest = 0, list(known)
        while at < len(line):
            while rest and rest[0].start < at:
                rest.pop(0)
            if line[at].isspace():
                at += 1
            elif rest and rest[0].start == at:
                found.append(rest.pop(0))
                at = found[-1].end
                while rest and (rest[0].start < at or rest[0].start == rest[0].end == at):
                    further = rest.pop(0)
                    if further.start == at:
                        found.append(further)
            else:
                comma = bool(found) and found[-1].value == ","
                found.append(self._next(line, at, rest[0].start if rest else len(line), place, comma))
                at = found[-1].end
        return found

    def _next(self, line: str, at: int, until: int, place: str, comma: bool) -> Token:
        own = self._own(line, at, place)
        if own is not None:
            return own
        best: tuple[Kind, int] | None = None
        for kind, pattern in self._kinds:
            match = pattern.match(line, at)
            # What is longer says more; it may end in a place that is known ("the obligations laid down in Article 5").
            if match is None or match.end() > until:
                continue
            # "die" after a comma may go on about what it stands behind; elsewhere it is an article.
            article = not comma and best == (Kind.RELATIVE, match.end())
            if best is None or match.end() > best[1] or article:
                best = kind, match.end()
        if best is not None and best[1] > at:
            return Token(best[0], at, best[1], head=line[at : best[1]])
        if line[at] == ";":
            return Token(Kind.SEMICOLON, at, at + 1)
        if line[at] == ",":
            return Token(Kind.JOIN, at, at + 1, ",")
        if line[at] in _CLOSING:
            return Token(Kind.NOTHING, at, at + 1)
        word = _WORD.match(line, at)
        end = min(word.end() if word else at + 1, until)
        return Token(Kind.WORD, at, max(end, at + 1))

    def _own(self, line: str, at: int, place: str) -> Token | None:
        head = re.match(r"(?:Annex [\w.]+ )?(?:Art|§) [\w.–-]+", place)
        if head and (match := self._article.match(line, at)):
            return Token(Kind.PLACE, at, match.end(), head[0], match[0].split()[-1])
        paragraph = re.match(r"\(\w+\)| (?:Abs\.|ust\.|\() ?\w+\)?", place[head.end() :]) if head else None
        if head and paragraph and (match := self._paragraph.match(line, at)):
            return Token(Kind.PLACE, at, match.end(), head[0] + paragraph[0], match[0].split()[-1])
        return None


_reader_of = cache(_TokenReader)


_NUMBER = r"(?:(?-i:[IVXLC]{1,7}|[A-Z])|\d{1,3}[a-z]?)(?![\w(])"


class Divisions:
    """The words of one language for chapters, sections and their like."""

    def __init__(self, pack: LanguagePack) -> None:
        citations = pack.citations
        joint = rf"(?:,|(?:{alternatives(citations.joiners) or ','})(?!\w))"
        self._join = re.compile(
            rf"\s*(?:(?P<range>{alternatives(citations.ranges)})(?!\w)|{joint}(?:\s*{joint})?)\s*", re.IGNORECASE
        )
        self._levels = [
            (kind, re.compile(rf"(?<!\w)(?:{alternatives(words)})\s+(?P<n>{_NUMBER})", re.IGNORECASE))
            for kind, words in pack.facts.scope.divisions.items()
            if words
        ]
        self._number = re.compile(_NUMBER)
        self._of = re.compile(rf"\s+(?:{alternatives(citations.part_links) or '(?!)'})\s+", re.IGNORECASE)

    def find(self, line: str) -> Iterator[Token]:
        """Chapters and sections cited in ``line``, a token each: "Chapter III Section 4", "Sections 4 and 5 of Chapter IV"."""
        at = 0
        while True:
            first = self._first(line, at)
            if first is None:
                return
            found = self._run(line, *first)
            yield from found
            at = found[-1].end

    def _first(self, line: str, at: int) -> tuple[int, re.Match[str]] | None:
        matches = [(m.start(), level, m) for level, (_, p) in enumerate(self._levels) if (m := p.search(line, at))]
        best = min(matches, key=lambda row: row[0], default=None)
        return (best[1], best[2]) if best else None

    def _run(self, line: str, level: int, match: re.Match[str]) -> list[Token]:
        """A division with the numbers of its siblings, those inside it, or the one around it."""
        name = self._levels[level][0].capitalize()
        word = match[0].split()[0]
        found = [Token(Kind.PLACE, match.start(), match.end(), f"{name} {match['n']}", word)]
        inner = self._inside(line, match.end(), level)
        if inner:
            return [
                Token(
                    Kind.PLACE,
                    match.start() if not n else t.start,
                    t.end,
                    f"{found[0].value} {t.value}",
                    "" if n else word,
                )
                for n, t in enumerate(inner)
            ]
        while len(found) < 60:
            joined = self._join.match(line, found[-1].end)
            more = self._number.match(line, joined.end()) if joined else None
            if joined is None or more is None:
                break
            if joined["range"]:
                found[-1] = replace(found[-1], end=more.end(), value=f"{found[-1].value}-{more[0]}")
            else:
                found.append(Token(Kind.PLACE, more.start(), more.end(), f"{name} {more[0]}"))
        around = self._around(line, found[-1].end, level)
        if around:
            outer, end = around
            found = [replace(token, value=f"{outer} {token.value}") for token in found]
            found[-1] = replace(found[-1], end=end)
        return found

    def _inside(self, line: str, at: int, level: int) -> list[Token]:
        gap = re.compile(r"\s*,?\s*").match(line, at)
        start = gap.end() if gap else at
        for deeper in range(level + 1, len(self._levels)):
            match = self._levels[deeper][1].match(line, start)
            if match:
                return self._run(line, deeper, match)
        return []

    def _around(self, line: str, at: int, level: int) -> tuple[str, int] | None:
        link = self._of.match(line, at)
        if link is None:
            return None
        for higher in range(level):
            match = self._levels[higher][1].match(line, link.end())
            if match:
                return f"{self._levels[higher][0].capitalize()} {match['n']}", match.end()
        return None


divisions_of = cache(Divisions)
"""The reader of a pack, made once."""
