"""The full-text index of a register in PostgreSQL: words of norms as ``tsvector``, found by what FTS5's queries mean.

The words are cut as SQLite's index cuts them, so both find the same. PostgreSQL's own dictionaries are not asked: the forms of
words in 24 languages stand in ``norms.terms``. In a vector the label A stands for the place, B for the bearer, C for the headings;
words of the action and of the title stand there once more behind a letter of private use, so that each of these is a column to look in.

Beside its words a norm has a copy of its narrow row (``norm_facets``), so that a search reads one row a norm: to look the narrow row of
each hit up takes as long as to find it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from dutybook.languages.letters import fold
from dutybook.languages.wordforms import LANGUAGES
from dutybook.store import schema
from dutybook.store.search.terms import tag_of

#: The table of the words of norms.
WORDS_TABLE = "norms_fts"
#: The table of narrow rows, and the one of its columns that numbers the norms: ``rowid`` beside their words.
NARROW, NUMBER = "norm_facets", "row"
_NARROW_COLUMN = re.compile(r"^\s+(?P<name>\w+) (?P<type>TEXT|INTEGER)(?P<rest>.*?),?$", re.MULTILINE)
#: The columns of the index, in the order of their words in a vector, with the label of each.
COLUMNS = {"quote": "", "bearer": "B", "action": "", "place": "A", "document_title": "", "headings": "C", "terms": ""}
#: Letters of private use before the words of columns that can be asked for and have no label.
_MARKED = {"action": "\uf8fe", "document_title": "\uf8fd"}
#: The code before those of the letters that forms of languages begin with.
_BEFORE_TAGS = ord(tag_of(LANGUAGES[0])) - 1
#: Stands before the first word of a place.
_BEGINNING = "\uf8ff"
# As FTS5's unicode61 with the section sign and what is of private use, by which terms of languages are told apart.
_WORD = re.compile(r"(?:[^\W_]|[§\ue000-\uf8ff])+")
#: PostgreSQL keeps no position behind this one, and no word of more bytes.
_LAST_POSITION = 16_383
_LONGEST = 2_000
# The tokens of an FTS5 expression as dutybook.store.search.query makes them.
_TOKEN = re.compile(r'\s*(?:"(?P<words>[^"]*)"(?P<star>\s*\*)?|(?P<sign>[():^])|(?P<name>\w+))')

#: Weights of D (all else), C (headings), B (bearer) and A (place) in a rank: a tenth of those that SQLite's index is given.
WEIGHTS = "{0.2,0.4,0.4,1.0}"
#: Words that more norms than this have are all taken for equally common: counting further would cost more than it tells.
MOST_COUNTED = 20_000


@cache
def narrow_columns() -> dict[str, tuple[str, str]]:
    """The columns that are copied, each with its type and what else ``schema.sql`` says of it."""
    (statement,) = (each for each in schema.statements() if each.startswith(f"CREATE TABLE {NARROW} "))
    found = {found["name"]: (found["type"], found["rest"].strip()) for found in _NARROW_COLUMN.finditer(statement)}
    del found[NUMBER]
    return found


def words_of(text: str) -> list[str]:
    """The words of a text as the index has them."""
    return [word for word in _WORD.findall(fold(text)) if len(word.encode()) <= _LONGEST]


def vector_of(columns: Sequence[str | None]) -> tuple[str, int, list[str]]:
    """The vector of a norm, as PostgreSQL reads it, the number of its words, and each of them once; the texts in the order of :data:`COLUMNS`."""
    places: dict[str, list[str]] = {}
    position = 1
    number = 0
    for (column, label), text in zip(COLUMNS.items(), columns, strict=True):
        words = words_of(text or "")
        number += len(words)
        if column == "place":
            words.insert(0, _BEGINNING)
        for word in words:
            at = f"{min(position, _LAST_POSITION)}{label}"
            places.setdefault(word, []).append(at)
            if column in _MARKED:
                places.setdefault(_MARKED[column] + word, []).append(at)
            position += 1
        # No phrase goes over from one column to the next.
        position += 2
    vector = " ".join(f"{_quoted(word)}:{','.join(at[:255])}" for word, at in places.items())
    return vector, number, list(places)


def bag_of(text: str) -> str:
    """The vector of an article, which has its words without their places."""
    return " ".join(_quoted(word) for word in dict.fromkeys(words_of(text)))


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Match:
    """An FTS5 expression for PostgreSQL: ``query`` as ``tsquery``, and its ``phrases``, each a query of its own."""

    query: str
    phrases: tuple[str, ...]


@lru_cache(maxsize=512)
def match_of(expression: str) -> Match:
    """What an FTS5 expression of :mod:`dutybook.store.search.query` means.

    Raises:
        ValueError: it is none.
    """
    reader = _Reader(expression)
    query = reader.read_either()
    reader.finish()
    return Match(query, tuple(dict.fromkeys(reader.phrases)))


class _Reader:
    """Reads an expression: OR binds less than AND, AND less than NOT."""

    def __init__(self, expression: str) -> None:
        self._tokens = list(_tokens(expression))
        self._at = 0
        self.phrases: list[str] = []

    def finish(self) -> None:
        if self._at < len(self._tokens):
            raise ValueError(f"no full-text expression: {self._tokens[self._at][0]!r} follows")

    def read_either(self) -> str:
        return self._chain("OR", " | ", lambda: self._chain("AND", " & ", self._read_difference))

    def _chain(self, sign: str, joined: str, read: Callable[[], str]) -> str:
        parts = [read()]
        while self._takes(sign):
            parts.append(read())
        return parts[0] if len(parts) == 1 else f"({joined.join(parts)})"

    def _read_difference(self) -> str:
        made = self._read_one()
        while self._takes("NOT"):
            before = list(self.phrases)
            made = f"({made} & !{self._read_one()})"
            self.phrases = before
        return made

    def _read_one(self) -> str:
        if self._takes("("):
            made = self.read_either()
            self._expect(")")
            return made
        column = self._next()[0] if self._has_name() else ""
        if column:
            self._expect(":")
        if self._takes("("):
            options = [self._phrase(column)]
            while self._takes("OR"):
                options.append(self._phrase(column))
            self._expect(")")
            return "(" + " | ".join(options) + ")"
        return self._phrase(column)

    def _phrase(self, column: str) -> str:
        first = self._takes("^")
        text, kind, star = self._next()
        if kind != "words":
            raise ValueError(f"no full-text expression: {text!r} where words belong")
        label = COLUMNS[column] if column else ""
        before = _MARKED.get(column, "")
        words = _WORD.findall(text)
        if not words:
            raise ValueError("no full-text expression: a phrase without words")
        marks = [label] * len(words)
        if star:
            marks[-1] = "*" + marks[-1]
        made = [f"{_quoted(before + word)}:{mark}".removesuffix(":") for word, mark in zip(words, marks, strict=True)]
        if first:
            made.insert(0, f"{_quoted(_BEGINNING)}:{label}")
        phrase = made[0] if len(made) == 1 else "(" + " <-> ".join(made) + ")"
        self.phrases.append(phrase)
        return phrase

    def _has_name(self) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at][1] == "name"

    def _takes(self, sign: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at][:2] in ((sign, "sign"), (sign, "name")):
            self._at += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._takes(sign):
            raise ValueError(f"no full-text expression: {sign!r} is missing")

    def _next(self) -> tuple[str, str, bool]:
        if self._at >= len(self._tokens):
            raise ValueError("no full-text expression: it ends too early")
        self._at += 1
        return self._tokens[self._at - 1]


def _tokens(expression: str) -> Iterator[tuple[str, str, bool]]:
    at = 0
    while at < len(expression.rstrip()):
        found = _TOKEN.match(expression, at)
        if not found:
            raise ValueError(f"no full-text expression: {expression[at : at + 20]!r}")
        at = found.end()
        kind = found.lastgroup if found.lastgroup != "star" else "words"
        yield found[kind or "words"], kind or "words", bool(found["star"])


# How good a hit is. BM25, as SQLite ranks, from what PostgreSQL gives for a phrase: ts_rank of one phrase grows with the
# weight of the places where it stands, the first counting most.
_K1, _B = 1.2, 0.75
#: By so much what ts_rank gives for a phrase is less than the number of times that it stands there: it divides by this where the weight is
#: 1, and the weights are a tenth of those meant.
_ONCE = 16.4493406685


_USUAL = "%(least)s::float8 + %(a_word)s::float8 * norms_fts.length"


def _share(weight: str, phrase: str) -> str:
    """SQL for the share of a phrase in a rank; numbers are double precision throughout, which is quicker than decimal ones."""
    return f"{weight} * (1 - 1 / (1 + ts_rank('{WEIGHTS}', norms_fts.words, {phrase}) / ({_USUAL})))"


@dataclass(frozen=True, slots=True)
class Rank:
    """The rank of a row of the index, below 0, the best the lowest: SQL with named parameters, their ``values``, and those that are ``phrases``."""

    sql: str
    values: Mapping[str, Any]
    phrases: tuple[str, ...]


def rank(phrases: Sequence[tuple[str, int]], norms: int, length: float) -> Rank:
    """How good a hit is; ``phrases`` with the number of norms that have each.

    A norm has forms of its own language alone, so of the forms in all languages only these are looked for in it.
    """
    plain: list[tuple[str, float]] = []
    forms: dict[int, list[tuple[str, float]]] = {}
    for phrase, number in phrases:
        # Of most words some forms are in no norm.
        if number:
            # Another may have stored norms since they were counted.
            without = max(norms - number, 0)
            weight = max(math.log((without + 0.5) / (number + 0.5)), 1e-6) * (_K1 + 1)
            language = _language_of(phrase.removeprefix("'"))
            (forms.setdefault(language, []) if language else plain).append((phrase, weight))
    if not plain and not forms:
        return Rank(_rank_of(0, 0), {}, ())
    values: dict[str, Any] = {"least": _K1 * (1 - _B) / _ONCE, "a_word": _K1 * _B / max(length, 1.0) / _ONCE}
    for place, (phrase, weight) in enumerate(plain):
        values |= {f"phrase_{place}": phrase, f"weight_{place}": weight}
    most = max(map(len, forms.values()), default=0)
    for place in range(most):
        # One of each language, which has the number of its place in the list.
        each = [(forms.get(language) or [])[place : place + 1] for language in range(1, max(forms) + 1)]
        values[f"form_{place}"] = [one[0][0] if one else None for one in each]
        values[f"form_weight_{place}"] = [one[0][1] if one else None for one in each]
    names = (*(f"phrase_{place}" for place in range(len(plain))), *(f"form_{place}" for place in range(most)))
    return Rank(_rank_of(len(plain), most), values, names)


@lru_cache(maxsize=512)
def _rank_of(phrases: int, forms: int) -> str:
    """SQL for the rank by so many phrases, and so many forms of each language."""
    shares = [_share(f"%(weight_{n})s::float8", f"%(phrase_{n})s::tsquery") for n in range(phrases)]
    for n in range(forms):
        # Of each language there may be another form: that of the norm's own forms counts.
        share = _share(
            f"(%(form_weight_{n})s::float8[])[norms_fts.forms]", f"(%(form_{n})s::tsquery[])[norms_fts.forms]"
        )
        shares.append(f"coalesce({share}, 0)")
    return f"(-({' + '.join(shares) or '0'}))::float8"


def language_of(words: Iterable[str]) -> int:
    """The number of the language, from 1, that words are in by the forms among them; 0 where there are none."""
    found = Counter(map(_language_of, words))
    del found[0]
    return max(found, key=lambda number: (found[number], -number), default=0)


def _language_of(word: str) -> int:
    """The number of the language, from 1, that a word is a form of; 0 for a word as it is written."""
    number = ord(word[0]) - _BEFORE_TAGS
    return number if 0 < number <= len(LANGUAGES) else 0


#: A phrase that is a word of the vocabulary.
_WORD_ALONE = re.compile(r"'((?:[^']|'')*)'")


def words_alone(phrases: Iterable[str]) -> dict[str, str]:
    """Those of the phrases that are one word in any place, with the word: it is counted already."""
    return {phrase: found[1].replace("''", "'") for phrase in phrases if (found := _WORD_ALONE.fullmatch(phrase))}


_GROUP = re.compile(r"\([^()]*\)")


def alternatives(query: str) -> list[str]:
    """Words of which each alone is what a ``tsquery`` asks for: the options of a list at its top, without those that are more than a word."""
    options = query.removeprefix("(").removesuffix(")")
    while _GROUP.search(options):
        options = _GROUP.sub("", options)
    # Where parts must be there together, or behind each other, none of them is enough.
    return [] if re.search(r"&|!|<->", options) else list(words_alone(map(str.strip, options.split("|"))).values())


#: SQL for whether norms have one of some ``words``.
ANY_COUNTED = "SELECT 1 FROM norm_words WHERE term = ANY(%(words)s::text[]) AND doc > 0 LIMIT 1"
#: SQL for how many norms the index has, how many words one has, and how many norms have each of some ``words`` (as JSON).
SIZES = """SELECT norms, words::float8 / greatest(norms, 1), (SELECT coalesce(jsonb_object_agg(term, doc), '{}') FROM norm_words
    WHERE term = ANY(%(words)s::text[])) FROM register_state"""
#: SQL for how many norms have each of some ``phrases``, up to the number of ``most``, in their order.
COUNTS = """SELECT array_agg((SELECT count(*) FROM (SELECT 1 FROM norms_fts WHERE words @@ looked.phrase LIMIT %(most)s) counted)
    ORDER BY place) FROM unnest(%(phrases)s::text[]::tsquery[]) WITH ORDINALITY looked(phrase, place)"""


class Indexed:
    """Rows of the index for norms as (row, texts in the order of :data:`COLUMNS`): row, number of words, language of forms, vector.

    Of those that went by: their number (``norms``), the number of their words (``length``), and how many have each word (``words``).
    """

    def __init__(self, found: Iterable[Sequence[Any]]) -> None:
        self.words: Counter[str] = Counter()
        self.norms = self.length = 0
        self._found = found

    def __iter__(self) -> Iterator[tuple[int, int, int, str]]:
        for row, *texts in self._found:
            vector, number, words = vector_of(texts)
            self.words.update(words)
            self.norms += 1
            self.length += number
            yield row, number, language_of(words), vector
