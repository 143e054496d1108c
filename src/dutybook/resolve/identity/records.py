"""The light records that alignment looks at, made from rows of the register."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from dutybook.resolve.identity.wording import letters_and_digits

_COUNTED = re.compile(r" (?:subpara|Satz|sentence|indent) \d+")
_LAST = re.compile(r"\([^()]*\)$| [^ ()]+$")


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline: ``kind`` and ``value`` as in :class:`~dutybook.records.Deadline`; ``direction`` after, before or empty."""

    kind: str
    value: str
    direction: str
    quote: str


@dataclass(frozen=True, slots=True)
class NormText:
    """A norm as alignment sees it.

    ``body`` is its quote with the points of its list that are no norms of their own; ``at`` is where it begins in its
    provision, 0 to 1. ``cites`` are the places that it cites ("32016R0679 Art 5(1)"), ``lead`` what
    stands before it in its provision (its number, sentences), ``amounts`` the most that its penalties can
    be (EUR 1000000, 4 %), ``cue`` the words that make it a norm.
    """

    id: str
    place: str
    modality: str
    strength: str
    bearer: str
    role: str
    bearer_class: str
    quote: str
    body: str
    stem: str
    condition: str
    exception: str
    cue: str
    confidence: float
    at: float
    lead: str = ""
    dues: tuple[Due, ...] = ()
    cites: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()

    @property
    def wording(self) -> str:
        """All its words: the list's opening, and its own."""
        return f"{self.stem}\n{self.body}" if self.stem else self.body

    @property
    def cited_as(self) -> str:
        """Its place without what only we count: subparagraphs, sentences, indents."""
        return uncounted(self.place)

    @property
    def binds(self) -> bool:
        """Whether it orders or forbids, as against allows or exempts."""
        return self.modality in {"obligation", "prohibition"}


#: Places recur from norm to norm, language to language and version to version: so many are kept.
_PLACES = 8_000


@lru_cache(maxsize=_PLACES)
def uncounted(place: str) -> str:
    """A place without what only we count.

    >>> uncounted("Art 4(2) subpara 2(a)")
    'Art 4(2)(a)'
    """
    return _COUNTED.sub("", place)


#: Numbers of what was put in between, as several languages write them ("Article 2 bis") and others with letters ("Article 2a").
_BETWEEN = ("bis", "ter", "quater", "quinquies", "sexies", "septies", "octies", "nonies|novies", "decies")
_INSERTED = re.compile(
    "(?<=\\d)[ -](?:" + "|".join(f"({words})" for words in _BETWEEN) + r"|([A-Z]))(?![^\W\d_])", re.IGNORECASE
)


@lru_cache(maxsize=_PLACES)
def neutral(place: str) -> str:
    """A place as all languages write it.

    >>> neutral("Art 2 bis(1)"), neutral("Art 4(2 ter)"), neutral("Art 8-A")
    ('Art 2a(1)', 'Art 4(2b)', 'Art 8a')
    """
    return _INSERTED.sub(_letter, place)


def _letter(match: re.Match[str]) -> str:
    if match[len(_BETWEEN) + 1]:
        return match[len(_BETWEEN) + 1].casefold()
    return chr(ord("a") + next(n for n in range(len(_BETWEEN)) if match[n + 1]))


@lru_cache(maxsize=_PLACES)
def around(place: str) -> str:
    """The place around a place; empty for an article.

    >>> around("Art 4(2)(a)"), around("Art 4")
    ('Art 4(2)', '')
    """
    shorter = _LAST.sub("", uncounted(place))
    return shorter if " " in shorter else ""


@lru_cache(maxsize=_PLACES)
def article(place: str) -> str:
    """The article, section or annex of a place.

    >>> article("Art 4a(2)(a)"), article("§ 30 Abs. 2 Nr. 3")
    ('Art 4a', '§ 30')
    """
    return " ".join(re.split(r"\(", place, maxsplit=1)[0].split()[:2])


@dataclass(frozen=True)
class VersionText:
    """One version in one language: its norms in reading order, its text, the texts of its places, from when it stands (ISO), its language."""

    norms: tuple[NormText, ...]
    text: str = field(repr=False, default="")
    places: dict[str, str] = field(repr=False, default_factory=dict)
    since: str = ""
    language: str = ""

    @cached_property
    def letters(self) -> str:
        """Its text without layout."""
        return letters_and_digits(self.text)

    def says(self, words: str, place: str, times: int = 1) -> bool:
        """Whether it has these words ``times`` times: anywhere if they are long enough to be the same ones, else at this place."""
        wanted = letters_and_digits(words)
        if not wanted:
            return False
        if len(wanted) >= _OWN:
            return self.letters.count(wanted) >= times
        return wanted in letters_and_digits(self.places.get(uncounted(place), ""))

    def times(self, words: str) -> int:
        """How often it has these words."""
        wanted = letters_and_digits(words)
        return self.letters.count(wanted) if wanted else 0


#: So many letters are not the same by chance: a sentence of ten words.
_OWN = 60


@dataclass(frozen=True, slots=True)
class Pair:
    """Two norms that are one; ``basis`` is how that was seen (text, place, renumbered, language), ``score`` how alike they are."""

    old: str
    new: str
    basis: str
    score: float
