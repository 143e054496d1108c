"""What somebody probably meant whose words no norm of the register has: the nearest words that norms do have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dutybook.languages.letters import fold
from dutybook.languages.wordforms import LANGUAGES
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
_HAS = "SELECT 1 FROM norms_fts WHERE norms_fts MATCH ? LIMIT 1"
_LAST = "\U0010ffff"
_LONGER = 2


def words_meant(connection: Connection, words: str) -> str:
    """The words of a query with those in place of misspelt ones that norms have; empty where none is misspelt, or nothing is like it.

    A word counts as misspelt if no norm has it in any form.
    """
    if _SIGNS.search(words):
        return ""
    made, changed = words, False
    languages = languages_of(connection) or LANGUAGES
    for match in reversed(list(_WORD.finditer(words))[:_MOST_WORDS]):
        query = parse(match[0], languages).match
        if not query or connection.execute(_HAS, (query,)).fetchone():
            continue
        if word := _nearest(connection, fold(match[0])):
            made, changed = made[: match.start()] + word + made[match.end() :], True
    return made if changed else ""


def _nearest(connection: Connection, word: str) -> str:
    """The word of the index that is most like a folded one; of several as like, the one that most norms have."""
    connection.execute(_VOCABULARY)
    most = 2 if len(word) >= _LONG else 1
    letters = set(word)
    near: dict[int, list[str]] = {}
    for one in dict.fromkeys(_like(connection, word)):
        # A word with many other letters is far: to count its mistakes would take long.
        if len(letters.difference(one)) > most or len(set(one) - letters) > most:
            continue
        if (edits := _edits(word, one, most)) <= most:
            near.setdefault(edits, []).append(one)
    if not near:
        return ""
    return max(near[min(near)], key=lambda one: int(connection.execute(_COUNT, (one,)).fetchone()[0]))


def _like(connection: Connection, word: str) -> Iterator[str]:
    """Words of the index that begin as a word does, or as it would without a mistake in its first two letters."""
    first, second, rest = word[0], word[1], word[2:]
    bounds = (len(word) - _LONGER, len(word) + _LONGER)
    for beginning in dict.fromkeys((first + second, second + first, first + rest[:1], second + rest[:1])):
        yield from (row[0] for row in connection.execute(_BEGINNING, (beginning, beginning + _LAST, *bounds)))


def _edits(one: str, other: str, most: int) -> int:
    """How many letters have to be put in, taken out, replaced, or changed with their neighbour, to make one word of the other;
    more than ``most`` where they are more.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, last, row = row, before, [at]
        for to, wanted in enumerate(other, 1):
            cost = min(before[to] + 1, row[-1] + 1, before[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                cost = min(cost, last[to - 2] + 1)
            row.append(cost)
        if min(row) > most:
            break
    return row[-1]
