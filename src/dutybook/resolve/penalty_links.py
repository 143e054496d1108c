"""Ties norms to the penalties that sanction them: the provisions that a penalty, or the list below it, says are infringed."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from dutybook.document_view import DocumentView
from dutybook.records import Citation, Modality, Norm, Penalty, Sentence, SentenceRole

_RANGE = re.compile(r"(\d+)(\w*)-(\d+)(\w*)")
_NUMBER = re.compile(r"(\d+)")
#: Characters before a citation within which "other than" leaves it out.
_NEAR = 60
#: How far from the words of an infringement the act stands that is infringed.
_NEAR_ACT = 80
#: What can be broken; nobody breaks a permission.
_KEPT = (Modality.OBLIGATION, Modality.PROHIBITION)


def covers(cited: str, place: str) -> bool:
    """Whether a place lies in what a citation names: ``Art 25-39`` covers ``Art 26(5)``, ``Art 8`` does not cover ``Art 80``."""
    want, have = _steps(cited), _steps(place)
    if not want or len(want) > len(have):
        return False
    return all(_meets(w, h) for w, h in zip(want, have, strict=False))


@lru_cache(10_000)
def _steps(place: str) -> tuple[str, ...]:
    return tuple(step for step in re.split(r"[\s()]+", place) if step)


def _article(place: str) -> tuple[str, ...]:
    """The steps of a place down to its article: ``Art 26`` of ``Art 26(5)``, ``Margin no. 3`` of ``Margin no. 3(a)``."""
    return _upper_steps(place, 1)


def _paragraph(place: str) -> tuple[str, ...]:
    """The steps of a place down to what is right below its article: ``§ 9 Abs. 1`` of ``§ 9 Abs. 1 Nr. 2``."""
    return _upper_steps(place, 2)


def _upper_steps(place: str, levels: int) -> tuple[str, ...]:
    """The steps of a place down to its first numbers, of which there are ``levels``; ``Art`` and ``Abs.`` are none."""
    steps = _steps(place)
    numbers = [n for n, step in enumerate(steps) if n and not step.endswith(".")]
    return steps[: numbers[levels - 1] + 1] if len(numbers) >= levels else steps


def _meets(want: str, have: str) -> bool:
    if want == have:
        return True
    between, number = _RANGE.fullmatch(want), _NUMBER.match(have)
    return bool(between and number and int(between[1]) <= int(number[1]) <= int(between[3]))


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence as penalties see it.

    Attributes:
        place: its provision's.
        mark: the words that speak of an infringement, or in a threat of who does not do something; None where there are none.
        of_act: the act itself is infringed: "any breach of this Act".
        threat: it threatens a penalty.
        inherits: all that it cites is infringed, as the sentence above its list says.
    """

    sentence: Sentence
    place: str
    mark: re.Match[str] | None
    of_act: bool
    threat: bool
    inherits: bool


@dataclass(frozen=True, slots=True)
class Infringed:
    """A place as a citation names it, or "" for the whole act, and the places in it that are left out ("other than those in Article 5")."""

    place: str
    without: tuple[str, ...]

    def meets(self, norm: Norm) -> bool:
        """Whether it is infringed by who does not keep a norm; only duties and bans can be broken."""
        inside = norm.modality in _KEPT and (not self.place or covers(self.place, norm.place))
        return inside and not any(covers(place, norm.place) for place in self.without)


class _Document:
    def __init__(
        self, view: DocumentView, norms: Iterable[Norm], penalties: Iterable[Penalty], citations: Iterable[Citation]
    ) -> None:
        self.view = view
        threats = {penalty.span for penalty in penalties}
        self.citations = sorted((c for c in citations if c.place and c.work == view.work), key=lambda c: c.span.start)
        self.starts = [c.span.start for c in self.citations]
        self.units: list[_Unit] = []
        self.items: dict[int, list[int]] = {}
        self.articles: dict[tuple[str, ...], list[int]] = {}
        self.places = {norm.place for norm in norms} | {view.place_of(sentence) for sentence in view.sentences}
        self.known: dict[str, bool] = {}
        for index, sentence in enumerate(view.sentences):
            place, threat = view.place_of(sentence), sentence.span in threats
            above = sentence.stem if sentence.role is not SentenceRole.TAIL else None
            stem = self.units[above] if above is not None and above < index else None
            # The items below a threat are its offences, whatever verb each has; one that threatens something itself says what it is for.
            inherits = stem is not None and (stem.mark is not None or stem.inherits or (stem.threat and not threat))
            words = view.pack_of(sentence).penalties
            mark = self._search((*words.infringement, *words.contrary), sentence)
            of_act = mark is not None and self._names_act(sentence, mark)
            if mark is None and threat:
                mark = self._search(words.omitted, sentence)
            self.units.append(_Unit(sentence, place, mark, of_act, threat, inherits))
            if above is not None:
                self.items.setdefault(above, []).append(index)
            if place:
                self.articles.setdefault(_article(place), []).append(index)

    def _search(self, words: tuple[str, ...], sentence: Sentence) -> re.Match[str] | None:
        pattern = _pattern(words)
        return pattern.search(self.view.line_of(sentence)) if pattern else None

    def cited(self, index: int, own: tuple[str, ...]) -> list[Infringed]:
        """What a sentence says is infringed; ``own`` is the article of the penalty, whose parts are no duties."""
        unit = self.units[index]
        excepted = _pattern(self.view.pack_of(unit.sentence).penalties.excepted)
        places, without = [], []
        for place, before in self._citations_of(unit):
            if excepted and excepted.search(before):
                without.append(place)
            elif _article(place) != own:
                places.append(place)
        # A heading over fines of several kinds names the act, too.
        if not places and unit.threat and unit.of_act:
            places = [""]
            without += [" ".join(own)] if own else []
        return [Infringed(place, tuple(without)) for place in places]

    def _citations_of(self, unit: _Unit) -> Iterator[tuple[str, str]]:
        """The places that a sentence cites as infringed or left out, each with the words right before it."""
        first = unit.sentence.span.start
        if unit.mark and not unit.inherits and not self.view.pack_of(unit.sentence).penalties.breached_before:
            first += unit.mark.start()
        # A threat without words for breaking names its offences' provisions in brackets: "leaves no lamp (Article 5)".
        in_brackets = unit.mark is None and not unit.inherits
        if in_brackets and not unit.threat:
            return
        for citation in self.citations[
            bisect_left(self.starts, first) : bisect_right(self.starts, unit.sentence.span.end)
        ]:
            if self._is_there(citation.place or "") and (not in_brackets or self._is_in_brackets(citation)):
                start = citation.span.start
                yield citation.place or "", self.view.text[max(first, start - _NEAR) : start]

    def _is_in_brackets(self, citation: Citation) -> bool:
        around = self.view.text[citation.span.start - 1 : citation.span.start], self.view.text[citation.span.end :][:1]
        return around == ("(", ")")

    def _is_there(self, place: str) -> bool:
        """Whether the act has what is cited: "Articles 269 to 274" are those of another act where there are no more than seven."""
        if place not in self.known:
            self.known[place] = any(covers(place, known) for known in self.places)
        return self.known[place]

    def _names_act(self, sentence: Sentence, mark: re.Match[str]) -> bool:
        """Whether words of infringement are about the act itself: "any breach of this Act", but not who does something in breach of it."""
        words = self.view.pack_of(sentence).penalties
        whole = _pattern(words.whole_act)
        if whole is None or self._search(words.in_breach, sentence):
            return False
        first = max(mark.start() - _NEAR_ACT, 0) if words.breached_before else mark.end()
        return whole.search(self.view.line_of(sentence), first, mark.end() + _NEAR_ACT) is not None

    def branch(self, index: int) -> list[int]:
        """A sentence, the stems above it and the items below it."""
        found = [index]
        stem = self.units[index].sentence.stem
        while stem is not None and stem not in found:
            found.append(stem)
            stem = self.units[stem].sentence.stem
        below = [index]
        while below:
            below = [item for unit in below for item in self.items.get(unit, ()) if item not in found]
            found += below
        return found


def link_penalties(
    view: DocumentView, norms: Sequence[Norm], penalties: Sequence[Penalty], citations: Iterable[Citation]
) -> tuple[Norm, ...]:
    """The norms, each with the penalties that sanction it.

    A penalty sanctions the provisions of its own act that its sentence (or the list around it) says are infringed; the items of its list are its
    offences. Where it names paragraphs of its own article ("in the cases of paragraph 1"), or none, those infringed there or in the paragraphs
    before it are meant. One for any breach of the act sanctions all its duties and bans but those of its own article. What may be done, or need
    not be done, nobody can break.
    """
    if not penalties or not norms:
        return tuple(norms)
    document = _Document(view, norms, penalties, citations)
    by_span = {unit.sentence.span: index for index, unit in enumerate(document.units)}
    sanctioned: dict[Infringed, list[str]] = {}
    for penalty in penalties:
        index = by_span.get(penalty.span)
        if index is None:
            continue
        for infringed in _infringed(document, index):
            sanctioned.setdefault(infringed, []).append(penalty.id)
    if not sanctioned:
        return tuple(norms)
    made = []
    for norm in norms:
        found = dict.fromkeys(p for infringed, ids in sanctioned.items() if infringed.meets(norm) for p in ids)
        made.append(replace(norm, penalties=tuple(found)) if found else norm)
    return tuple(made)


def _infringed(document: _Document, index: int) -> list[Infringed]:
    """The provisions that are punished where the unit ``index`` says so."""
    unit = document.units[index]
    own = _article(unit.place)
    branch = document.branch(index)
    direct = [place for at in branch for place in document.cited(at, own)]
    # "Breaches of this Act are punished: (a) of Article 5, by …" is about what it names.
    direct = [infringed for infringed in direct if infringed.place] or direct
    if direct or not own:
        return direct
    article = document.articles.get(own, [])
    parts = _cited_parts(document, index, branch, own)
    if parts:
        inside = [at for at in article if any(covers(part, document.units[at].place) for part in parts)]
    else:
        inside = _offences_before(document, article, min(branch), own)
    return [place for at in inside for place in document.cited(at, own)]


def _cited_parts(document: _Document, index: int, branch: Sequence[int], own: tuple[str, ...]) -> list[str]:
    """The other parts of its own article that a unit, or what lies below it, cites."""
    unit = document.units[index]
    low, high = unit.sentence.span.start, max(document.units[at].sentence.span.end for at in branch)
    inside = document.citations[bisect_left(document.starts, low) : bisect_right(document.starts, high)]
    return [c.place for c in inside if c.place and _article(c.place) == own and c.place != unit.place]


def _offences_before(document: _Document, article: Sequence[int], first: int, own: tuple[str, ...]) -> list[int]:
    """The offences of the nearest paragraph of the article before a unit ("The offence may be punished by …").

    One for any breach of the act is not meant: what follows it mostly names acts of its own.
    """
    before = [at for at in article if at < first and any(infringed.place for infringed in document.cited(at, own))]
    last = document.units[before[-1]].place if before else ""
    return [at for at in before if last and _paragraph(document.units[at].place) == _paragraph(last)]


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})", re.IGNORECASE) if words else None
