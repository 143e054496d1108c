"""What somebody probably meant whose words no norm of the register has: the nearest words that norms do have."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from dutybook.languages.letters import fold
from dutybook.languages.wordforms import LANGUAGES
from dutybook.store.database.engines import is_in_norms
from dutybook.store.database.protocols import Connection
from dutybook.store.search.candidates import languages_of
from dutybook.store.search.query import parse

#: So many words of a query are looked at.
_MOST_WORDS = 8
#: A word as it is typed, without signs of the query language; shorter ones are like too many others.
_WORD = re.compile(r'(?<![\w"*:.-])[^\W\d_]{4,40}(?![\w"*:])')
#: Signs after which a word is not simply looked for.
_SIGNS = re.compile(r'["*]')
#: From so many letters on a word may have two mistakes; a shorter one with two is as much like other words.
_LONG = 8
# In the connection's own temporary database: the words of the index as a table. Keys of forms have a tag before them that no
# typed word begins with.
_VOCABULARY = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.norm_words USING fts5vocab('main', 'norms_fts', 'row')"
_BEGINNING = "SELECT term FROM temp.norm_words WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ?"
_COUNT = "SELECT doc FROM temp.norm_words WHERE term = ?"
_LAST = "\U0010ffff"


def missing_words(connection: Connection, words: str) -> frozenset[str]:
    """Those of some words, parted by blanks, that no norm has in any form."""
    languages = languages_of(connection) or LANGUAGES
    return frozenset(word for word in words.split() if _is_missing(connection, word, languages))


def words_meant(connection: Connection, words: str, missing: Collection[str]) -> str:
    """The words of a query with those in place of misspelt ones that norms have; empty where none is misspelt, or nothing is like it.

    A word counts as misspelt if no norm has it in any form, as is known of those that are ``missing``.
    """
    if _SIGNS.search(words):
        return ""
    made, changed = words, False
    languages = languages_of(connection) or LANGUAGES
    looked_for = words.split()
    for match in reversed(list(_WORD.finditer(words))[:_MOST_WORDS]):
        known = match[0] in looked_for
        if not (match[0] in missing if known else _is_missing(connection, match[0], languages)):
            continue
        if word := _nearest(connection, fold(match[0])):
            made, changed = made[: match.start()] + word + made[match.end() :], True
    return made if changed else ""


def _is_missing(connection: Connection, word: str, languages: Sequence[str]) -> bool:
    query = parse(word, languages).match
    return bool(query) and not is_in_norms(connection, query)


def _nearest(connection: Connection, word: str) -> str:
    """The word of the index that is most like a folded one; of several as like, the one that most norms have."""
    connection.execute(_VOCABULARY)
    most = 2 if len(word) >= _LONG else 1
    letters = set(word)
    near: list[str] = []
    for one in _like(connection, word, most):
        # A word with many other letters is far: to count its mistakes would take long.
        if len(letters.difference(one)) > most or len(set(one) - letters) > most:
            continue
        edits = count_mistakes(word, one, most)
        if edits < most:
            near, most = [], edits
        if edits == most:
            near.append(one)
    if not near:
        return ""
    return max(near, key=lambda one: int(connection.execute(_COUNT, (one,)).fetchone()[0]))


def _like(connection: Connection, word: str, most: int) -> Iterator[str]:
    """Words of the index that begin as a word does, or as it would without a mistake in its first two letters, each once; as long
    as a word with so many mistakes may be.
    """
    first, second, rest = word[0], word[1], word[2:]
    bounds = (len(word) - most, len(word) + most)
    # No two words of different beginnings are the same.
    for beginning in dict.fromkeys((first + second, second + first, first + rest[:1], second + rest[:1])):
        for (one,) in connection.execute(_BEGINNING, (beginning, beginning + _LAST, *bounds)):
            yield one


def _without_common_ends(one: str, other: str) -> tuple[str, str]:
    """Two words without the letters in which they begin and end alike: to count mistakes there is a waste."""
    start, end, shorter = 0, 0, min(len(one), len(other))
    while start < shorter and one[start] == other[start]:
        start += 1
    while end < shorter - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return one[start : len(one) - end], other[start : len(other) - end]


def count_mistakes(one: str, other: str, most: int) -> int:
    """How many letters have to be put in, taken out, replaced, or changed with their neighbour, to make one word of the other;
    ``most`` and one where they are more than ``most``.

    >>> [count_mistakes("vessels", word, 2) for word in ("vesels", "evssles", "lamps")]
    [1, 2, 3]
    """
    one, other = _without_common_ends(one, other)
    far = most + 1
    before: list[int] = []
    row = [min(at, far) for at in range(len(other) + 1)]
    for at, letter in enumerate(one, 1):
        before, last, row = row, before, [min(at, far)] + [far] * len(other)
        # Further from the diagonal there are more letters too many than mistakes that are allowed.
        for to in range(max(1, at - most), min(len(other), at + most) + 1):
            wanted = other[to - 1]
            cost = before[to - 1] + (letter != wanted)
            if before[to] < cost:
                cost = before[to] + 1
            if row[to - 1] < cost:
                cost = row[to - 1] + 1
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted and last[to - 2] < cost:
                cost = last[to - 2] + 1
            row[to] = min(cost, far)
        if min(row) > most:
            return far
    return row[-1]
