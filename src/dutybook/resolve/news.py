"""News about the law: acts that an item names, norms that it speaks of, and items on one event."""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from dutybook.languages.letters import WRITTEN, fold, word_places
from dutybook.languages.wordforms import stem

# A short title may hold the abbreviation behind a dash or in brackets, and a subtitle behind a dash.
_BETWEEN_NAMES = re.compile(r"\s+[-–—]\s+|\s*[();:]\s*")
_MOST_WORDS = 8
# One word is a name if it is as long as compounds are, or has to be written with its capitals.
_LONG_WORD = 12
_LONG_PHRASE = 10


@dataclass(frozen=True, slots=True)
class Name:
    """A name of an act in a language: its folded ``words``. ``written``: it is so short that it has to be written exactly so."""

    words: tuple[str, ...]
    language: str
    written: str = ""

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def longest(self) -> str:
        """The word by which it is looked up."""
        return max(self.words, key=len)

    @property
    def stem(self) -> str:
        """The stem of that word, by which other inflections are looked up."""
        return self.longest if self.written else stem(self.longest, self.language)

    @property
    def telling(self) -> list[tuple[str, str]]:
        """Its words of four letters and more, as stem and as they are; the longest one if none has so many."""
        words = [word for word in self.words if len(word) >= SHORTEST] or [self.longest]
        return [(word if self.written else stem(word, self.language), word) for word in words]


def names_of(short_title: str, number: str | None, language: str) -> list[Name]:
    """The names that a short title and a national abbreviation give; what could be any word gives none.

    >>> [name.text for name in names_of("Seehafendatengesetz - SeehDatG", "SeehDatG", "de")]
    ['seehafendatengesetz', 'seehdatg']
    """
    found: dict[str, Name] = {}
    # A title that describes ("Directive (EU) 2032/77 of … on …") is none; its first word would be found everywhere.
    describes = "…" in short_title or any(letter.isdigit() for letter in short_title)
    for written in (*_BETWEEN_NAMES.split(short_title), number or ""):
        words = tuple(word for word, _, _ in word_places(written))
        if "…" in written or (describes and len(words) == 1) or not _is_name(words, written):
            continue
        short = written.strip() if len(words) == 1 and len(words[0]) < _LONG_WORD else ""
        found.setdefault(" ".join(words), Name(words, language, short))
    return list(found.values())


def _is_name(words: tuple[str, ...], written: str) -> bool:
    """Whether words are a name: a long word, an abbreviation, or a phrase of a few words that is long enough."""
    if len(words) == 1:
        # An abbreviation has a capital letter inside, and no digit.
        return words[0].isalpha() and (len(words[0]) >= _LONG_WORD or _abbreviation(written.strip()))
    letters = sum(len(word) for word in words if word.isalpha())
    return 1 < len(words) <= _MOST_WORDS and letters >= _LONG_PHRASE


def found_in(text: str, names: Iterable[Name]) -> Iterator[tuple[Name, int, int]]:
    """Where a text has these names, in any inflection of the name's language (half-open, in the text's characters).

    Of names that overlap the longer one is meant.
    """
    tokens = list(word_places(text))
    stems: dict[str, list[str]] = {}
    hits: list[tuple[int, int, Name, int, int]] = []
    for name in names:
        language = name.language
        if language not in stems:
            stems[language] = [stem(word, language) for word, _, _ in tokens]
        forms = stems[language]
        wanted = [stem(word, language) for word in name.words]
        for at in range(len(tokens) - len(wanted) + 1):
            start, end = tokens[at][1], tokens[at + len(wanted) - 1][2]
            if name.written:
                met = text[start:end] == name.written
            else:
                met = all(
                    tokens[at + n][0] == word or forms[at + n] == wanted[n] for n, word in enumerate(name.words)
                ) and _capital(text[start:end], name)
            if met:
                hits.append((start - end, start, name, start, end))
    taken: list[tuple[int, int]] = []
    for _, _, name, start, end in sorted(hits, key=lambda hit: (hit[0], hit[1], hit[2].text, hit[2].language)):
        if all(end <= first or last <= start for first, last in taken):
            taken.append((start, end))
            yield name, start, end


def _capital(written: str, name: Name) -> bool:
    """A name of one word stands with a capital letter; words that are no name may be the same."""
    return len(name.words) > 1 or written[:1].isupper()


def _abbreviation(word: str) -> bool:
    return len(word) >= 3 and any(letter.isupper() for letter in word[1:]) and fold(word).isalpha()


#: Words of fewer letters tell nothing.
SHORTEST = 4
# Where a sentence begins, a capital letter says nothing.
_BEGINS = re.compile(r"(?:^|[.!?:…\n][\s»”“\"'’)]*)[^\w§]*$")


def telling_words(text: str, language: str) -> dict[str, int]:
    """Stems of the words of four letters and more (weight 1; 2 for numbers, and for names: words with a capital inside a sentence),
    and the folded words themselves where they differ (0).

    >>> sorted(telling_words("Ports report. The Crane Act binds 250 ports.", "en").items())
    [('250', 2), ('bind', 1), ('binds', 0), ('crane', 2), ('port', 1), ('ports', 0), ('report', 1)]
    """
    weights: dict[str, int] = {}
    folded: set[str] = set()
    for match in WRITTEN.finditer(text):
        word = match.group()
        plain = fold(word)
        number = plain.isdigit()
        # Abbreviations of acts may have three letters: GwG.
        short = number or any(letter.isupper() for letter in word[1:])
        if len(plain) < (SHORTEST if not short else 2 if number else 3):
            continue
        key = plain if number else stem(word.lower(), language)
        name = number or (word[0].isupper() and not _BEGINS.search(text, max(0, match.start() - 12), match.start()))
        weights[key] = max(weights.get(key, 0), 2 if name else 1)
        folded.add(plain)
    return dict.fromkeys(folded, 0) | weights


#: A sentence and a norm that share less than this are not taken for one (cosine of their words, weighted by rarity in the act).
LEAST_ALIKE = 0.34
#: Another norm of the act that comes this near leaves it open which one is meant.
LEAST_AHEAD = 0.06
_BINDING = {"obligation": True, "prohibition": True, "permission": False, "exemption": False}
_SAME_KIND, _OTHER_KIND, _SAME_PERIOD = 1.12, 0.7, 0.12


@dataclass(frozen=True, slots=True)
class Candidate:
    """A norm, or a sentence of news: its ``words`` as search knows them, its modality and the values of its deadlines."""

    identity: str
    norm: str
    place: str
    words: frozenset[str]
    modality: str
    values: frozenset[str] = frozenset()


class Wordings:
    """The norms of one act in one language, to be compared with sentences."""

    def __init__(self, norms: Iterable[Candidate]) -> None:
        self._norms = tuple(norms)
        counts = Counter(word for norm in self._norms for word in norm.words)
        number = len(self._norms) + 1
        self._rare: Mapping[str, float] = {word: math.log(number / count) ** 2 for word, count in counts.items()}
        self._unknown = math.log(number) ** 2 / 2
        self._lengths = [math.sqrt(self._weight(norm.words)) or 1.0 for norm in self._norms]

    def meant(self, sentence: Candidate, least: float = LEAST_ALIKE) -> Candidate | None:
        """The norm that a sentence speaks of; None where none is near enough, or several are as near."""
        length = math.sqrt(self._weight(sentence.words)) or 1.0
        scored = []
        for norm, own in zip(self._norms, self._lengths, strict=True):
            shared = self._weight(norm.words & sentence.words)
            if not shared:
                continue
            score = shared / (length * own)
            if norm.modality == sentence.modality:
                score *= _SAME_KIND
            elif _BINDING.get(norm.modality) is not _BINDING.get(sentence.modality):
                score *= _OTHER_KIND
            scored.append((score + _SAME_PERIOD * bool(norm.values & sentence.values), norm))
        scored.sort(key=lambda found: (-found[0], found[1].identity))
        if not scored or scored[0][0] < least:
            return None
        rivals = [score for score, norm in scored[1:] if norm.identity != scored[0][1].identity]
        return scored[0][1] if not rivals or scored[0][0] - rivals[0] >= LEAST_AHEAD else None

    def _weight(self, words: Iterable[str]) -> float:
        return sum(self._rare.get(word, self._unknown) for word in words)


#: Items further apart tell of two events, or of one that goes on.
DAYS_APART = 5
#: Items in one language: the part of their words that both have, by weight; less is enough where they speak of one act.
ALIKE, ALIKE_ON_ONE_ACT = 0.27, 0.22
#: Items in two languages: so many dates, periods, amounts and places that both have, apart from the act.
SHARED_VALUES = 2
#: Runs of so many words are compared; of their hashes one in so many is kept (Broder 1997, "0 mod m").
SHINGLE, _SAMPLED = 5, 4
#: The part of the shorter item's runs that both have, and so many of them, make one a copy of the other, cut or added to.
COPIED, LEAST_COPIED = 0.2, 3


def sample_shingles(text: str) -> frozenset[int]:
    """Hashes of runs of five words, one in four of them: the same of the same words, wherever they stand.

    >>> text = "The harbour master closes the old quay on Monday since its crane has lost a wheel in the storm"
    >>> sample_shingles(text) >= sample_shingles(text[:60])
    True
    """
    words = [word for word, _, _ in word_places(text)]
    hashes = (zlib.crc32(" ".join(words[at : at + SHINGLE]).encode()) for at in range(len(words) - SHINGLE + 1))
    return frozenset(value for value in hashes if value % _SAMPLED == 0)


def headline_names(title: str, language: str) -> frozenset[str]:
    """The names and numbers of a headline, as :func:`telling_words` gives them; the zeros of a large number are none.

    >>> sorted(headline_names("Watchdog fines Lantern Ferries 250,000 euros", "en"))
    ['250', 'ferri', 'lantern']
    """
    weights = telling_words(title, language)
    return frozenset(word for word, weight in weights.items() if weight == 2 and word.strip("0"))


@dataclass(frozen=True, slots=True)
class NewsItem:
    """An item: ``words`` with their weights, the acts that it speaks of, and its ``values`` (dates, periods, amounts, cited places).

    ``shingles`` and ``headline`` are as :func:`sample_shingles` and :func:`headline_names` give them.
    """

    id: str
    day: date
    language: str
    words: Mapping[str, int]
    works: frozenset[str]
    values: frozenset[str]
    shingles: frozenset[int] = frozenset()
    headline: frozenset[str] = frozenset()

    def tells_same_event(self, other: NewsItem) -> bool:
        """Whether both tell of one event, as far as their contents say."""
        if abs((self.day - other.day).days) > DAYS_APART:
            return False
        acts = self.works & other.works
        if self.language != other.language:
            return bool(acts) and len(self.values & other.values) >= SHARED_VALUES
        if self.is_copy_of(other):
            return True
        return not self._is_about_others(other) and self.alike(other) >= (ALIKE_ON_ONE_ACT if acts else ALIKE)

    def is_copy_of(self, other: NewsItem) -> bool:
        """Whether the shorter of both has much of its wording from the other: copies, cut or with a frame around them."""
        shared = len(self.shingles & other.shingles)
        return shared >= LEAST_COPIED and shared >= COPIED * min(len(self.shingles), len(other.shingles))

    def _is_about_others(self, other: NewsItem) -> bool:
        """Whether neither has a name or number of the other's headline: two fines of one authority are worded alike."""
        if not self.headline or not other.headline:
            return False
        return self.headline.isdisjoint(other.words) and other.headline.isdisjoint(self.words)

    def alike(self, other: NewsItem) -> float:
        """The part of the words that both have, by weight."""
        both = sum(min(weight, other.words[word]) for word, weight in self.words.items() if word in other.words)
        total = sum(self.words.values()) + sum(other.words.values()) - both
        return both / total if total else 0.0


def group_by_event(items: Iterable[NewsItem], heads: Iterable[NewsItem] = ()) -> dict[str, str]:
    """The entry of each item: the earliest one before it that begins an entry and tells of the same event, else itself.

    ``heads`` begin entries already, before all ``items``. An item is compared with beginnings alone, so that a chain of items, each like the
    one before it, does not tie what has nothing to do with each other.
    """
    beginnings = sorted(heads, key=_order)
    found: dict[str, str] = {}
    for item in sorted(items, key=_order):
        beginnings = [head for head in beginnings if (item.day - head.day).days <= DAYS_APART]
        head = next((head for head in beginnings if head.tells_same_event(item)), None)
        found[item.id] = head.id if head else item.id
        if head is None:
            beginnings.append(item)
    return found


def _order(item: NewsItem) -> tuple[date, str]:
    return item.day, item.id
