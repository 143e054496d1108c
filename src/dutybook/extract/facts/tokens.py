"""A sentence with dates as tokens: the provisions, the act, exceptions, verbs; what nothing explains stays a word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from dutybook.extract.citations import find_citations
from dutybook.extract.deadlines.patterns import alternatives, at_start
from dutybook.languages import LanguagePack
from dutybook.records import Sentence, Span, Zone

_OWN = "own work"
_HIDDEN = "¤"
_NUMBER = r"(?:(?-i:[IVXLC]{1,7}|[A-Z])|\d{1,3}[a-z]?)(?![\w(])"
_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
_CLOSING = frozenset(",.:()[]–-—‘’“”„»«\"'\u00a0" + _HIDDEN)


class Kind(Enum):
    """What a token does in a clause about a date."""

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
    hidden = _hide(line, [*dates, *others])
    found = [Token(Kind.DATE, span.start, span.end, str(number)) for number, span in enumerate(dates)]
    divisions = list(reader.divisions(hidden))
    found += divisions
    found += _cited(_hide(hidden, [Span(t.start, t.end) for t in divisions]), reader, place, work)
    return reader.fill(hidden, sorted(found, key=lambda t: t.start), place)


def _hide(line: str, spans: Iterable[Span]) -> str:
    for span in spans:
        line = line[: span.start] + _HIDDEN * len(span) + line[span.end :]
    return line


def _cited(line: str, reader: _TokenReader, place: str, work: str | None) -> list[Token]:
    own = work or _OWN
    sentence = Sentence(Span(0, len(line)), "", Zone.ENACTING, reader.pack.code)
    found: list[Token] = []
    for citation in find_citations(line, [sentence], lambda _: reader.pack, own, lambda _: place or None):
        at, words = citation.span, citation.as_written
        head = "" if words[0].isdigit() or words[0] == "(" else words.split()[0]
        if citation.work != own:
            found.append(Token(Kind.FOREIGN, at.start, at.end, "", head))
        elif citation.place is None:
            found.append(Token(Kind.ACT, at.start, at.end, "", head))
        else:
            found.append(Token(Kind.PLACE, at.start, at.end, citation.place + reader.part(words), head))
    return found


class _TokenReader:
    """What a language's pack says of clauses about dates, compiled."""

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
        self._subparagraph = re.compile(
            rf"(?<!\w)(?:(?P<a>{ordinals or '(?!)'})\s+(?:{noun})|(?:{noun})\s+(?P<b>{ordinals or '(?!)'}|\d{{1,2}}))[\s,]*$",
            re.IGNORECASE,
        )
        joint = rf"(?:,|(?:{alternatives(citations.joiners) or ','})(?!\w))"
        self._join = re.compile(
            rf"\s*(?:(?P<range>{alternatives(citations.ranges)})(?!\w)|{joint}(?:\s*{joint})?)\s*", re.IGNORECASE
        )
        self._levels = [
            (kind, re.compile(rf"(?<!\w)(?:{alternatives(words)})\s+(?P<n>{_NUMBER})", re.IGNORECASE))
            for kind, words in scope.divisions.items()
            if words
        ]
        self._number = re.compile(_NUMBER)
        self._of = re.compile(rf"\s+(?:{alternatives(citations.part_links) or '(?!)'})\s+", re.IGNORECASE)

    def part(self, words: str) -> str:
        """What of a cited provision is meant alone: `` subpara 2``; `` part`` where it is not one that provisions have."""
        if not self._below.search(words):
            return ""
        match = self._subparagraph.search(words)
        written = (match["a"] or match["b"]).casefold() if match else ""
        number = int(written) if written.isdigit() else self.pack.temporal.ordinals.get(written, 0)
        return f" subpara {number}" if number > 1 else " part"

    def fill(self, line: str, known: list[Token], place: str) -> list[Token]:
        """All of the line as tokens, given those whose place is known."""
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

    # divisions

    def divisions(self, line: str) -> Iterable[Token]:
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
                last = found.pop()
                found.append(Token(Kind.PLACE, last.start, more.end(), f"{last.value}-{more[0]}", last.head))
            else:
                found.append(Token(Kind.PLACE, more.start(), more.end(), f"{name} {more[0]}"))
        around = self._around(line, found[-1].end, level)
        if around:
            outer, end = around
            found = [Token(t.kind, t.start, t.end, f"{outer} {t.value}", t.head) for t in found]
            last = found[-1]
            found[-1] = Token(last.kind, last.start, end, last.value, last.head)
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


@cache
def _reader_of(pack: LanguagePack) -> _TokenReader:
    return _TokenReader(pack)
