"""Reads the scope of an act from its text: whom it includes and excludes, whom single provisions leave out, and names for groups.

``parse_scope`` looks at headings and cues of ``languages/scope.toml``. What it does not recognise is not in the result, so
that nothing is concluded from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dutybook.languages.actors import ScopeWords, find_terms, plain, scope_words, terms
from dutybook.records.profiles import Basis
from dutybook.records.provisions import ProvisionKind, Zone, lies_in

_POINTS = frozenset({ProvisionKind.POINT, ProvisionKind.INDENT})
#: Longer texts are no items of a scope, but chapters.
_LONGEST = 6_000
_SENTENCE = re.compile(r"(?<=[.;])\s+(?=[A-ZÀ-Ý(„«])|\n+(?=[A-ZÀ-Ý])")
_LABEL = re.compile(r"^\s*(?:\(?[\w.]{1,6}\)|\d{1,3}\.|[—–-])\s+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A provision of an act: ``start`` and ``end`` are half-open, in characters of the document's text."""

    id: str
    parent: str | None
    kind: str
    heading: str
    place: str
    zone: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DefinedTerm:
    """A term that the act defines; ``actor`` is business, authority or person where it names somebody, else empty."""

    term: str
    actor: str
    quote: str
    place: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ActText:
    """One text of an act with its provisions in order and its definitions. ``jurisdiction``: EU, DE, …, or empty."""

    document: str
    work: str
    language: str
    jurisdiction: str
    text: str
    passages: Sequence[Passage]
    definitions: Sequence[DefinedTerm] = ()

    def basis(self, place: str, quote: str, start: int, end: int) -> Basis:
        """Words of it as the basis of a proposal: with single blanks, and shortened."""
        return Basis(self.document, place, " ".join(quote.split())[:600], start, end)


@dataclass(frozen=True, slots=True)
class Item:
    """Whom a statement of scope is about.

    ``words`` and ``stem`` are folded: its own, and those before the list that it is an item of. ``label``: its letter or number.
    """

    words: str
    stem: str
    basis: Basis
    listed: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Exemption:
    """Who is left out from some places of the act; ``conditional``: unless something else is the case, too."""

    item: Item
    places: tuple[str, ...]
    conditional: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """What an act says of its scope. ``groups`` are the items behind each collective name, by the folded name."""

    includes: tuple[Item, ...] = ()
    excludes: tuple[Item, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    groups: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    annexes: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)


def parse_scope(act: ActText) -> Scope:
    """The scope of an act; empty where its language has no words of scope."""
    words = scope_words(act.language)
    return _Parser(act, words).scope() if words else Scope()


class _Parser:
    def __init__(self, act: ActText, words: ScopeWords) -> None:
        self.act = act
        self.words = words
        # Acts without articles are divided into sections.
        kinds = {passage.kind for passage in act.passages}
        self.article = ProvisionKind.ARTICLE if ProvisionKind.ARTICLE in kinds else ProvisionKind.SECTION
        self.children: dict[str | None, list[Passage]] = {}
        for passage in act.passages:
            self.children.setdefault(passage.parent, []).append(passage)
        self.headings = re.compile("|".join(rf"(?:^|\b){heading}" for heading in words.headings))

    def scope(self) -> Scope:
        includes: list[Item] = []
        excludes: list[Item] = []
        exemptions: list[Exemption] = []
        groups: dict[str, tuple[Item, ...]] = {}
        for article in self._articles():
            about_scope = bool(self.headings.search(plain(article.heading)))
            for stem, items in self._statements(article):
                if group := re.search(self.words.collective, stem.words):
                    named = self._members(group, stem, items, includes)
                    if named:
                        groups.setdefault(group["term"].strip(), named)
                    continue
                if cue := re.search(self.words.excludes, stem.words):
                    if re.match(rf"\W*(?:{self.words.circumstances})", stem.words[cue.end() :]):
                        continue
                    places = self._targets(stem.words, article, stem.basis.place)
                    if places:
                        conditional = bool(re.search(self.words.unless, stem.words))
                        exemptions += (Exemption(item, places, conditional) for item in items or (stem,))
                    elif about_scope:
                        excludes += items or (stem,)
                elif about_scope and self._states_scope(stem.words):
                    includes += items or (stem,)
        return Scope(tuple(includes), tuple(excludes), tuple(exemptions), groups, dict(self._annexes()))

    def _states_scope(self, sentence: str) -> bool:
        """Whether a sentence states the scope of the act as a whole."""
        parts = (self.words.targets.article, self.words.targets.section, self.words.targets.chapter)
        cue = re.search(self.words.applies, sentence)
        return cue is not None and not any(re.search(part, sentence[: cue.start()]) for part in parts)

    def _articles(self) -> Iterator[Passage]:
        return (p for p in self.act.passages if p.kind == self.article and p.zone in (Zone.ENACTING, Zone.DEFINITION))

    def _statements(self, article: Passage) -> Iterator[tuple[Item, tuple[Item, ...]]]:
        """The sentences of an article, each with the items of its list, where it introduces one."""
        paragraphs = [child for child in self.children.get(article.id, ()) if child.kind not in _POINTS]
        for paragraph in paragraphs or (article,):
            points = [child for child in self.children.get(paragraph.id, ()) if child.kind in _POINTS]
            begins = points[0].start if points else paragraph.end
            sentences = list(self._sentences(paragraph, paragraph.start, begins))
            for number, sentence in enumerate(sentences):
                last = number == len(sentences) - 1
                items = tuple(self._item(point, sentence.words) for point in points) if last else ()
                yield sentence, items
            if points:
                for sentence in self._sentences(paragraph, points[-1].end, paragraph.end):
                    yield sentence, ()

    def _sentences(self, passage: Passage, start: int, end: int) -> Iterator[Item]:
        text = self.act.text[start : min(end, start + _LONGEST)]
        at = 0
        for piece in (*_SENTENCE.finditer(text), None):
            ends = piece.start() if piece else len(text)
            sentence = text[at:ends]
            if len(sentence.strip()) > 8:
                yield self._made(passage.place, start + at, start + ends, sentence, "")
            at = piece.end() if piece else ends

    def _item(self, point: Passage, stem: str) -> Item:
        text = self.act.text[point.start : min(point.end, point.start + _LONGEST)]
        made = self._made(point.place, point.start, point.end, text, stem)
        label = re.search(r"\(?([a-z]{1,4}|\d{1,3})\)\s", plain(text)[:8] + " ")
        return Item(made.words, stem, made.basis, True, label[1] if label else "")

    def _made(self, place: str, start: int, end: int, text: str, stem: str) -> Item:
        return Item(plain(_LABEL.sub("", text)), stem, self.act.basis(place, text, start, end))

    def _members(
        self, group: re.Match[str], stem: Item, items: tuple[Item, ...], includes: Iterable[Item]
    ) -> tuple[Item, ...]:
        """The items that a collective name stands for: those listed behind it, those of the scope that it names by their letters,
        or the sentence itself.
        """
        if items:
            return items
        points = re.search(self.words.points, stem.words)
        if points:
            first, last = points["first"], points["last"]
            return tuple(
                item for item in includes if item.label and (len(item.label), item.label) >= (len(first), first)
                and (len(item.label), item.label) <= (len(last), last)
            )  # fmt: skip
        before = stem.words[: group.start()]
        return (Item(before, "", stem.basis),) if len(before) > 20 else ()

    def _targets(self, sentence: str, article: Passage, own: str) -> tuple[str, ...]:
        """The places that an exclusion is from; empty where it is from the whole act, or that is not clear."""
        cue = re.search(self.words.excludes, sentence)
        before = sentence[: cue.start()] if cue else ""
        targets = self.words.targets
        if found := re.search(targets.articles, before):
            if re.search(r"\bof (?:regulation|directive|the annex)", before[found.end() :][:40]):
                return ()
            prefix = re.split(r"\d", article.place)[0]
            return tuple(f"{prefix}{number}" for number in _numbers(found["first"], found["last"], 100))
        if found := re.search(targets.paragraphs, before):
            numbers = _numbers(found["first"], found["last"], 30)
            places = [p.place for p in self.children.get(article.id, ()) if any(f"({n})" in p.place for n in numbers)]
            return tuple(place for place in places if place != own)
        if re.search(targets.article, before):
            return (article.place,)
        if re.search(targets.section, before):
            return self._around(article, (ProvisionKind.SECTION,))
        if re.search(targets.chapter, before):
            return self._around(article, (ProvisionKind.CHAPTER, ProvisionKind.TITLE, ProvisionKind.PART))
        return ()

    def _around(self, article: Passage, kinds: tuple[ProvisionKind, ...]) -> tuple[str, ...]:
        """The articles of the section or chapter that an article is in."""
        outer = [p for p in self.act.passages if p.kind in kinds and p.start <= article.start and p.end >= article.end]
        if not outer:
            return ()
        last = outer[-1]
        return tuple(p.place for p in self._articles() if last.start <= p.start and p.end <= last.end)

    def _annexes(self) -> Iterator[tuple[str, tuple[Item, ...]]]:
        """The lines of each annex that name a role, activity or sector, by the annex's number in small letters."""
        if not terms():
            return
        for annex in self.act.passages:
            number = re.search(r"\b([ivx]+)$", plain(annex.place))
            if annex.kind != ProvisionKind.ANNEX or number is None:
                continue
            lines: list[Item] = []
            at = annex.start
            for line in self.act.text[annex.start : annex.end].splitlines(keepends=True):
                if len(line) > 8 and find_terms(plain(line), self.act.language):
                    lines.append(self._made(annex.place, at, at + len(line.rstrip()), line, ""))
                at += len(line)
            yield number[1], tuple(lines)


def _numbers(first: str, last: str | None, most: int) -> list[str]:
    """The numbers from the first to the last; only these two where what is between them is not clear, or too many."""
    if not last:
        return [first]
    if first.isdigit() and last.isdigit() and int(last) - int(first) < most:
        return [str(number) for number in range(int(first), int(last) + 1)]
    return [first, last]


def exemptions_of(scope: Scope, place: str) -> Iterator[Exemption]:
    """The exemptions from a place of the act."""
    for exemption in scope.exemptions:
        if any(lies_in(place, outer) for outer in exemption.places):
            yield exemption
