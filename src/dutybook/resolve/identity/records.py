"""The light records that alignment looks at, made from rows of the register, and comparisons of their words without layout."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

_DROPPED = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]|[▼►][A-Z]{0,2}\\d{0,3}|◄")
# Brackets and full stops between digits tell "5(1)" from "51" and "2.5" from "25"; a thousand's blank is layout.
_LETTERS = re.compile(r"[^\W_]+|(?<=\d)[(.,/](?=\d)|[%€$£§]")
_WORD = re.compile(r"\d+(?:[.,/]\d+)*|[^\W\d_]+|[%€$£§]")
_THOUSANDS = re.compile(r"[ \u00a0\u2009\u202f](?<=\d[ \u00a0\u2009\u202f])(?=\d{3}(?!\d))")
# A break of lines after a hyphen, of which nobody knows whether it belongs to the word.
_BROKEN = re.compile(r"(?<=[^\W\d_])-\s*\n\s*(?=[^\W\d_])")
# The word that joins the last but one point of a list to the last one (", and", "; oder") comes and goes with points.
_JOINING = re.compile(r"[;,]\s*[^\W\d_]{1,5}\s*$")


def _plain(text: str) -> str:
    # Half of all that storing a norm costs was spent here: what cannot occur in a text is not looked for.
    if "-" in text and "\n" in text:
        text = _BROKEN.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _DROPPED.sub("", text))
    return _THOUSANDS.sub("", text.casefold())


def letters_and_digits(text: str) -> str:
    """Letters and digits alone: equal for texts that only blanks, hyphens, quotation marks or dashes tell apart.

    >>> letters_and_digits("The »co-operator«  shall pay EUR 5 000.") == letters_and_digits("the co-\\noperator shall pay EUR 5000")
    True
    >>> letters_and_digits("Article 5(1)") == letters_and_digits("Article 51")
    False
    """
    # Norms are compared with many others: their letters are kept, those of whole documents are not.
    return _letters(text) if len(text) < _SHORT else _read(text)


#: Texts of fewer characters are norms and paragraphs.
_SHORT = 4_000


@lru_cache(maxsize=8_000)
def _letters(text: str) -> str:
    return _read(text)


def _read(text: str) -> str:
    return "".join(_LETTERS.findall(_JOINING.sub("", _plain(text))))


@lru_cache(maxsize=8_000)
def words(text: str) -> tuple[str, ...]:
    """The words and numbers of a text, casefolded."""
    return tuple(_WORD.findall(_JOINING.sub("", _plain(text))))


@lru_cache(maxsize=4_000)
def _grams(text: str) -> Counter[str]:
    found = words(text)
    return Counter(found) + Counter(f"{a} {b}" for a, b in itertools.pairwise(found))


def similarity(one: str, other: str) -> float:
    """How alike two wordings are, 0 to 1: Dice's coefficient over words and pairs of words (Dice 1945). Symmetrical."""
    a, b = _grams(one), _grams(other)
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 1.0


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that both have (``old`` equals ``new``), or words of one that stand for those of the other."""

    old: str
    new: str

    @property
    def same(self) -> bool:
        return self.old == self.new


def word_diff(old: str, new: str) -> tuple[Piece, ...]:
    """What differs word by word, in reading order; differences of layout are none.

    >>> [(p.old, p.new) for p in word_diff("within 5 days", "within 10 days") if not p.same]
    [('5', '10')]
    """
    before, after = old.split(), new.split()
    matcher = SequenceMatcher(
        None, [letters_and_digits(w) or w for w in before], [letters_and_digits(w) or w for w in after], autojunk=False
    )
    pieces: list[Piece] = []
    for tag, i, j, k, n in matcher.get_opcodes():
        left, right = " ".join(before[i:j]), " ".join(after[k:n])
        if tag == "equal" or letters_and_digits(left) == letters_and_digits(right):
            left = right
        last = pieces[-1] if pieces else None
        if last is not None and last.same and left == right:
            pieces[-1] = Piece(f"{last.old} {left}".strip(), f"{last.new} {right}".strip())
        elif left or right:
            pieces.append(Piece(left, right))
    return tuple(pieces)


def differing(old: str, new: str) -> tuple[Counter[str], Counter[str]]:
    """Words that only the old text has, and those that only the new one has."""
    before, after = Counter(words(old)), Counter(words(new))
    return before - after, after - before


def contains(text: str, part: str) -> bool:
    """Whether all words of ``part`` stand in ``text``, in order and whatever the layout; nothing is nowhere."""
    wanted = letters_and_digits(part)
    return bool(wanted) and wanted in letters_and_digits(text)


def akin(one: str, other: str) -> bool:
    """Whether two words look like forms of one: they begin alike, and only their endings differ.

    >>> akin("authority", "authorities"), akin("provider", "processor")
    (True, False)
    """
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    alike = next((k for k, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return alike >= max(4, len(short) - 3) and len(long) - alike <= 4


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
