"""What a person types into a search box, as expressions that SQLite's full-text index always accepts.

Words must all occur; ``"words in a row"``, ``begin*``, ``one OR other``, ``-without``. Nothing that is typed can be
a syntax error: every word is folded, cut at punctuation as the index cuts it, and quoted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dutybook.store.text import APOSTROPHES, words_of

#: More words than this are not looked for; nobody types them, and each costs time.
MAX_WORDS = 64

_TOKEN = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"(?P<star>\*?)|(?P<word>[^\s"]+))')


@dataclass(frozen=True, slots=True)
class Query:
    """``match`` is what must occur, ``without`` what must not (FTS5 expressions, empty where there is none).

    ``needles`` are the folded words to mark in a result, prefixes with a star. ``impossible`` is set where
    words were given and none of them can be in any text (``*``, ``--``).
    """

    match: str = ""
    without: str = ""
    needles: tuple[str, ...] = ()
    impossible: bool = False


@dataclass(frozen=True, slots=True)
class _Term:
    words: tuple[str, ...]
    prefix: bool
    negative: bool

    @property
    def expression(self) -> str:
        # Only letters, digits and section signs are left in `words`, so nothing needs escaping.
        return f'"{" ".join(self.words)}"' + (" *" if self.prefix else "")


def parse(text: str) -> Query:
    """The query for what was typed; never fails.

    >>> parse('provider OR deployer "serious incident" -recital').match
    '("provider" OR "deployer") AND "serious incident"'
    >>> parse("l'autorité § 30").match
    '"autorite" AND "§ 30"'
    """
    groups: list[list[_Term]] = []
    negatives: list[_Term] = []
    joining = False
    for term in _terms(text):
        if term is None:
            joining = bool(groups)
            continue
        if term.negative:
            negatives.append(term)
        elif joining:
            groups[-1].append(term)
        else:
            groups.append([term])
        joining = False
    parts = [
        group[0].expression if len(group) == 1 else "(" + " OR ".join(t.expression for t in group) + ")"
        for group in groups
    ]
    needles = [
        word + ("*" if term.prefix and word is term.words[-1] else "")
        for group in groups
        for term in group
        for word in term.words
    ]
    return Query(
        match=" AND ".join(parts),
        without=" OR ".join(term.expression for term in negatives),
        needles=tuple(dict.fromkeys(needles)),
        impossible=bool(text.strip()) and not parts and not negatives,
    )


def column_match(column: str, text: str) -> str:
    """An expression that finds all words of ``text``, the last one begun, in one column; empty without words."""
    words = words_of(text)[:MAX_WORDS]
    return " AND ".join(f'{column} : "{word}"' + (" *" if word is words[-1] else "") for word in words)


def _terms(text: str) -> list[_Term | None]:
    """Terms in order, None where ``OR`` stands between two of them."""
    found = list(_TOKEN.finditer(text))[:MAX_WORDS]
    terms: list[_Term | None] = []
    negate = False
    at = 0
    while at < len(found):
        token = found[at]
        at += 1
        word = token["word"]
        inside = at - 1 > 0 and at < len(found)
        if word in ("OR", "|") and inside and not token["minus"]:
            terms.append(None)
            continue
        if word in ("AND", "&", "+") and inside and not token["minus"]:
            continue
        if word == "NOT" and at < len(found) and not token["minus"]:
            negate = True
            continue
        if word and set(word) == {"§"} and at < len(found) and found[at]["word"] and not found[at]["minus"]:
            # A section sign belongs to its number.
            word += " " + found[at]["word"]
            at += 1
        term = _term(token, word, negate)
        negate = False
        if term:
            terms.append(term)
    return terms


def _term(token: re.Match[str], word: str | None, negate: bool) -> _Term | None:
    negative = negate or bool(token["minus"])
    if word is None:
        words = words_of(token["phrase"])
        prefix = token["star"] == "*"
    else:
        words = _typed(word)
        prefix = word.endswith("*")
    return _Term(tuple(words[:MAX_WORDS]), prefix, negative) if words else None


def _typed(word: str) -> list[str]:
    """The words in one typed word: an elided article is dropped (``l'autorité``), so is a possessive (``operator's``)."""
    pieces = [words_of(piece) for piece in re.split(f"[{APOSTROPHES}]", word)]
    if len(pieces) > 1:
        long = [words for words in pieces if len(words) == 1 and len(words[0]) > 2]
        if long:
            return long[-1]
    return words_of(word)
