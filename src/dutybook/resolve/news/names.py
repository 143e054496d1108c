"""What acts are called in running text, and where a text calls them so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dutybook.languages.folding import fold, word_places
from dutybook.languages.wordforms import stem
from dutybook.resolve.news.words import SHORTEST

# A short title may hold the abbreviation behind a dash or in brackets, and a subtitle behind a dash.
_APART = re.compile(r"\s+[-–—]\s+|\s*[();:]\s*")
_MOST_WORDS = 8
# One word is a name if it is as long as compounds are, or has to be written with its capitals.
_LETTERS_ALONE = 12
_LETTERS_TOGETHER = 10


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
    for written in (*_APART.split(short_title), number or ""):
        words = tuple(word for word, _, _ in word_places(written))
        letters = sum(len(word) for word in words if word.isalpha())
        if not words or len(words) > _MOST_WORDS or "…" in written or (describes and len(words) == 1):
            continue
        if len(words) == 1:
            # An abbreviation has a capital letter inside, and no digit.
            if not words[0].isalpha() or (len(words[0]) < _LETTERS_ALONE and not _abbreviation(written.strip())):
                continue
        elif letters < _LETTERS_TOGETHER:
            continue
        short = written.strip() if len(words) == 1 and len(words[0]) < _LETTERS_ALONE else ""
        found.setdefault(" ".join(words), Name(words, language, short))
    return list(found.values())


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
