"""Roles, activities and sectors of firms with their words in the languages of acts; data in ``actors.toml``.

How a language inflects these words, and how its acts state their scope, stands in ``scope.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from pydantic import Field

from dutybook.errors import Defect
from dutybook.languages.data import Section, load_data
from dutybook.languages.letters import fold

Texts = tuple[str, ...]


class TermKind(StrEnum):
    """What a term says of a firm: what it is in law, what it does, or where in the economy it stands."""

    ROLE = "role"
    ACTIVITY = "activity"
    SECTOR = "sector"


class Term(Section):
    """A role, activity or sector by its English ``name``, with its words in each language.

    ``also`` are words that people use for it and acts do not. ``implies`` names terms that hold for whoever this one holds for.
    """

    name: str = Field(min_length=3, max_length=80)
    kind: TermKind
    en: Texts
    de: Texts = ()
    fr: Texts = ()
    also: Texts = ()
    implies: Texts = ()

    def words(self, language: str) -> Texts:
        """Its words in a language, none where the data has none."""
        return {"en": self.en, "de": self.de, "fr": self.fr}.get(language, ())


class _Terms(Section):
    terms: tuple[Term, ...]


class Targets(Section):
    """Expressions for the parts of an act that an exclusion is from; ``first`` and ``last`` are groups of the first two."""

    articles: str
    paragraphs: str
    article: str
    section: str
    chapter: str


class Sizes(Section):
    """Expressions for classes of size."""

    micro: str
    small: str
    medium: str


class ScopeWords(Section):
    """How the acts of a language say to whom they apply, as expressions on folded text; ``scope.toml`` describes each."""

    endings: dict[str, str]
    headings: Texts
    applies: str
    excludes: str
    collective: str
    points: str
    annex: str
    targets: Targets
    unless: str
    circumstances: str
    referred: str
    paragraph: str
    by_scope: str
    except_: str = Field(alias="except")
    organs: str
    through: str
    joiner: str
    verb: str
    generic: str
    anybody: str
    neutral: str
    sizes: Sizes
    smes: str
    larger: str
    qualify: str
    more: str
    fewer: str
    employees: str
    turnover: str
    balance: str
    million: dict[str, int]
    designated: str
    outside: str


@cache
def scope_words(language: str) -> ScopeWords | None:
    """The words of scope of a language; None where there are none."""
    return load_data("scope.toml", dict[str, ScopeWords]).get(language)


@cache
def terms() -> Mapping[str, Term]:
    """All terms by name, in the order of the file.

    Raises:
        Defect: the file does not fit the schema, names a term twice, or implies one that there is not.
    """
    made = load_data("actors.toml", _Terms).terms
    named = {term.name: term for term in made}
    if len(named) < len(made) or any(other not in named for term in made for other in term.implies):
        raise Defect(
            "the list of roles, activities and sectors names one of them twice, or implies one that is missing"
        )
    return named


def implied(names: Iterable[str]) -> set[str]:
    """Terms with all that they imply.

    >>> sorted(implied(["payment institution"]))
    ['financial institution', 'payment institution', 'payment service provider']
    """
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += terms()[name].implies if name in terms() else ()
    return found


def plain(text: str) -> str:
    """Text as expressions of scope see it: folded, with single blanks and plain apostrophes."""
    return " ".join(fold(text).replace("\u2019", "'").replace("\u2011", "-").split())


@dataclass(frozen=True, slots=True)
class Mention:
    """A term in a text: half-open positions in the folded text."""

    term: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def find_terms(text: str, language: str, more: tuple[str, ...] = ()) -> tuple[Mention, ...]:
    """The terms in a folded text (:func:`plain`), the longest words at each place; ``more`` are further terms in their own words.

    >>> [mention.term for mention in find_terms("credit institutions and e-money institutions", "en")]
    ['credit institution', 'electronic money institution']
    """
    found = [*_find(text, _known(language)), *_find(text, _own(language, more))]
    found.sort(key=lambda mention: (mention.start, -mention.end))
    kept: list[Mention] = []
    for mention in found:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return tuple(kept)


#: By their first letters: expressions of wordings, the longest first, each with its term.
_Finder = Mapping[str, list[tuple[re.Pattern[str], str]]]
_BEGINS = re.compile(r"(?<![\w-])\w\S{2}")


def _find(text: str, finder: _Finder) -> Iterator[Mention]:
    if not finder:
        return
    for begins in _BEGINS.finditer(text):
        for pattern, term in finder.get(begins[0], ()):
            if match := pattern.match(text, begins.start()):
                yield Mention(term, *match.span())
                break


@cache
def _known(language: str) -> _Finder:
    return _finder(language, [(word, term.name) for term in terms().values() for word in term.words(language)])


@lru_cache(maxsize=256)
def _own(language: str, words: tuple[str, ...]) -> _Finder:
    return _finder(language, [(word, word) for word in words])


def _finder(language: str, wordings: Iterable[tuple[str, str]]) -> _Finder:
    found: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    for word, term in sorted(wordings, key=lambda pair: -len(pair[0])):
        pattern = re.compile(rf"{inflected(word, language)}(?![\w-])")
        found.setdefault(plain(word)[:3], []).append((pattern, term))
    return found


@lru_cache(maxsize=4096)
def inflected(words: str, language: str) -> str:
    """An expression for words in any number and case, on folded text."""
    scope = scope_words(language)
    endings = scope.endings if scope else {"": ""}
    return r"[ -]".join(_inflected(word, endings) for word in re.split(r"[ -]", plain(words)))


def _inflected(word: str, endings: Mapping[str, str]) -> str:
    ending = max((end for end in endings if word.endswith(end)), key=len)
    if len(word) < 3 or not word[-1].isalpha():
        return re.escape(word)
    return re.escape(word.removesuffix(ending)) + endings[ending]


def is_actor(term: str) -> bool:
    """Whether a term names somebody, and not an activity; a term that is not of the list was written for somebody."""
    return term not in terms() or terms()[term].kind is not TermKind.ACTIVITY


def terms_of_kind(kind: TermKind) -> Iterator[Term]:
    """The terms of a kind, in the order of the file."""
    return (term for term in terms().values() if term.kind is kind)


def term_named(text: str) -> str:
    """The term that somebody means by words in any language, else the words themselves with single blanks.

    >>> term_named("Bank"), term_named("Kreditinstitut"), term_named(" harbour  pilot ")
    ('credit institution', 'credit institution', 'harbour pilot')
    """
    return _by_words().get(plain(text), " ".join(text.split()))


@cache
def _by_words() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for term in terms().values():
        for word in (term.name, *term.en, *term.de, *term.fr, *term.also):
            found.setdefault(plain(word), term.name)
    return found


def label_of(term: str, language: str) -> str:
    """What a term is called for readers of a language; in English where it has no words there.

    >>> label_of("credit institution", "de"), label_of("harbour pilot", "de")
    ('Kreditinstitut', 'harbour pilot')
    """
    known = terms().get(term)
    words = known.words(language) if known else ()
    return words[0] if words and language != "en" else term
