"""What a person types into a search box, as expressions that SQLite's full-text index always accepts.

Words must all occur, in any of their forms; ``"these exact words"``, ``begin*``, ``one OR other``, ``-without`` (or ``NOT``),
``(parentheses)``, ``bearer:provider``, ``action:``, ``title:``, ``place:"Art 5"``, ``work:GDPR``; a citation or the name of an act
(:mod:`dutybook.languages.typed_citations`). Nothing that is typed can be a syntax error: every word is folded, cut at punctuation as the
index cuts it, and quoted; what cannot be meant as a sign is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from dutybook.languages.typed_citations import TypedCitation, function_words, parse_typed_citation
from dutybook.languages.wordforms import LANGUAGES, apart, keys, parts
from dutybook.store.search.terms import APOSTROPHES, fold, tag_of, words_of

#: More words than this are not looked for; nobody types them, and each costs time.
MAX_WORDS = 64
#: So many words are looked for in all their forms, the rest as they are typed.
MAX_INFLECTED = 16
_MAX_DEPTH = 8

_COLUMNS = {
    "bearer": "bearer",
    "action": "action",
    "title": "document_title",
    "document": "document_title",
    "place": "place",
    "work": "work",
    "act": "work",
}
_TOKEN = re.compile(
    r"(?P<minus>-?)(?:(?P<field>(?i:" + "|".join(_COLUMNS) + r")):(?=[^\s()]))?"
    r'(?:"(?P<phrase>[^"]*)"?(?P<star>\*?)|(?P<open>(?<![^\s("-])\()|(?P<close>\))|(?P<word>[^\s"]+))'
)
_SIGNS = re.compile(
    r'"|(?<!\S)\((?!\w{1,6}(?:[,;] ?\w{1,8})?\))|(?<!\S)(?:OR|AND|NOT|\||&)(?!\S)|(?i:\b(?:'
    + "|".join(_COLUMNS)
    + r"):\S)"
)


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation or the name of an act that was typed.

    ``works`` are ids of known acts; ``name`` is what may name another act of the register.
    ``places`` are ways to write the place, ``at`` finds it in the index; ``rest`` must occur beside it (FTS5 expressions, empty where
    there is none).
    """

    works: tuple[str, ...] = ()
    name: str = ""
    places: tuple[str, ...] = ()
    at: str = ""
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """``match`` is what must occur, ``without`` what must not (FTS5 expressions, empty where there is none).

    ``needles`` are the folded words to mark in a result, prefixes with a star, and the tagged keys of their forms.
    ``impossible`` is set where words were given and none of them can be in any text (``*``, ``--``). ``places`` and ``works`` are
    filters that were typed (``place:``, ``work:``); ``cited`` is what was cited.
    """

    match: str = ""
    without: str = ""
    needles: tuple[str, ...] = ()
    impossible: bool = False
    places: tuple[str, ...] = ()
    works: tuple[str, ...] = ()
    cited: Cited | None = None


@lru_cache(maxsize=256)
def parse(text: str, languages: Sequence[str] = LANGUAGES) -> Query:
    """The query for what was typed, its words in their forms in ``languages`` (none: as typed); never fails.

    >>> parse('provider OR deployer "serious incident" -recital', ()).match
    '("provider" OR "deployer") AND "serious incident"'
    >>> parse("l'autorité § 30", ()).match
    '"autorite" AND "§ 30"'
    """
    made = _Parser(text, tuple(languages)).query()
    if not languages or _SIGNS.search(text):
        # Who uses the signs of the query language means words.
        return made
    typed = parse_typed_citation(text)
    return _with_citation(made, typed, tuple(languages)) if typed else made


def _with_citation(made: Query, typed: TypedCitation, languages: tuple[str, ...]) -> Query:
    # A citation stands for itself: signs of the query language are looked for in the other words only.
    only_links = set(words_of(typed.rest)) <= function_words()
    rest = Query() if only_links else _Parser(typed.rest, languages).query()
    places = typed.places
    at = " OR ".join(f'place : ^ "{" ".join(words_of(place))}"' for place in places)
    cited = Cited(
        works=typed.works,
        name=typed.beside if places else "",
        places=places,
        at=f"({at})" if at else "",
        rest=rest.match,
    )
    return Query(made.match, rest.without, made.needles, False, rest.places, rest.works, cited)


@dataclass(slots=True)
class _Group:
    """What stands between two parentheses: expressions that must occur, and that must not."""

    all: list[str] = field(default_factory=list)
    none: list[str] = field(default_factory=list)

    @property
    def expression(self) -> str:
        if not self.all:
            return ""
        wanted = " AND ".join(self.all)
        if self.none:
            return f"(({wanted}) NOT ({' OR '.join(self.none)}))"
        return wanted if len(self.all) == 1 else f"({wanted})"


class _Parser:
    def __init__(self, text: str, languages: tuple[str, ...]) -> None:
        self._tokens = list(_TOKEN.finditer(text))[:MAX_WORDS]
        self._at = 0
        self._languages = languages
        self._needles: dict[str, None] = {}
        self._places: list[str] = []
        self._works: list[str] = []
        self._inflected = 0
        self._typed = bool(text.strip())
        words = [w for t in self._tokens if t["word"] and not t["field"] for w in words_of(t["word"])]
        # Somebody who types nothing else means them.
        self._function = function_words() if languages and not set(words) <= function_words() else frozenset()

    def query(self) -> Query:
        group = self._group(0)
        return Query(
            match=" AND ".join(group.all),
            without=" OR ".join(group.none),
            needles=tuple(self._needles),
            impossible=self._typed and not (group.all or group.none or self._places or self._works),
            places=tuple(self._places),
            works=tuple(self._works),
        )

    def _group(self, depth: int) -> _Group:
        group = _Group()
        options: list[str] = []
        joining = negate = False
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            word, negative = token["word"], negate or bool(token["minus"])
            inside = 1 < self._at < len(self._tokens)
            if token["close"]:
                if depth:
                    break
                continue
            if word in ("OR", "|", "AND", "&", "+") and inside and not token["minus"]:
                joining = word in ("OR", "|") and bool(options)
                continue
            if word == "NOT" and self._at < len(self._tokens) and not token["minus"]:
                negate = True
                continue
            negate = False
            if token["open"]:
                if depth >= _MAX_DEPTH:
                    continue
                inner = self._group(depth + 1)
                expression = inner.expression
                if not expression and not negative and not joining:
                    group.none += inner.none
                    continue
            else:
                closing = bool(word) and depth > 0 and word.endswith(")") and word.count("(") < word.count(")")
                expression = self._term(token, word, negative)
                if closing:
                    if expression:
                        self._add(group, options, expression, joining, negative)
                    break
            if expression:
                self._add(group, options, expression, joining, negative)
            joining = False
        if options:
            group.all.append(_either(options))
        return group

    @staticmethod
    def _add(group: _Group, options: list[str], expression: str, joining: bool, negative: bool) -> None:
        if negative:
            group.none.append(expression)
            return
        if options and not joining:
            group.all.append(_either(options))
            options.clear()
        options.append(expression)

    def _term(self, token: re.Match[str], word: str | None, negative: bool) -> str:
        column = _COLUMNS[token["field"].lower()] if token["field"] else ""
        if word is not None and not column and set(word) == {"§"} and self._at < len(self._tokens):
            following = self._tokens[self._at]
            if following["word"] and not following["minus"] and not following["field"]:
                # A section sign belongs to its number.
                word += " " + following["word"]
                self._at += 1
        if column in ("work", "place") and not negative:
            value = (token["phrase"] if word is None else word).strip()
            (self._works if column == "work" else self._places).append(value)
            return ""
        if column == "work":
            column = "document_title"
        if word is None:
            words, prefix = words_of(token["phrase"])[:MAX_WORDS], token["star"] == "*"
        else:
            words, prefix = _typed(word)[:MAX_WORDS], word.rstrip(")").endswith("*")
        if not words or (word is not None and len(words) == 1 and not prefix and words[0] in self._function):
            return ""
        exact = f'"{" ".join(words)}"' + (" *" if prefix else "")
        if column:
            return f"{column} : {exact}" if word is None or prefix else self._in_column(column, exact, words)
        if not negative:
            self._needles |= dict.fromkeys([*words[:-1], words[-1] + ("*" if prefix else "")])
        if word is None or prefix or not self._languages:
            return exact
        return _either([exact, *self._forms(word, words, negative)])

    def _in_column(self, column: str, exact: str, words: list[str]) -> str:
        """The words in a column that has no forms of its own: also words that begin with their stem."""
        stems = [keys(words[0], language)[0] for language in self._languages] if len(words) == 1 else []
        begun = [f'"{stem}" *' for stem in dict.fromkeys(stems) if len(stem) > 3 and words[0].startswith(stem)]
        return f"{column} : {_either([exact, *begun])}"

    def _forms(self, word: str, words: list[str], negative: bool) -> list[str]:
        """Expressions for the other forms of a typed word in each language, and for its parts where it is a compound."""
        written = _written(word, words)
        if not written or self._inflected >= MAX_INFLECTED:
            return []
        self._inflected += 1
        found: dict[str, None] = {}
        for language in self._languages:
            tag = tag_of(language)
            own = [tag + key for key in keys(written, language)]
            found |= dict.fromkeys(f'"{key}"' for key in own)
            if not negative:
                self._needles |= dict.fromkeys(own)
            made = parts(written, language)
            if made:
                each = [_either([f'"{tag}{key}"' for key in part]) for part in made]
                found["(" + " AND ".join(each) + ")"] = None
                if not negative:
                    self._needles |= dict.fromkeys(tag + key for part in made for key in part)
            separated = apart(written, language)
            if separated and not negative:
                verb, before = separated
                found[f'("{tag}{verb}" AND "{before}")'] = None
                self._needles[tag + verb] = None
        joined = "".join(words)
        if len(words) > 1:
            # "palavra-passe" is inflected in its first word.
            pieces = [
                self._forms(piece, [fold(piece)], negative) for piece in re.findall(r"[^\W\d_]{3,}", word.lower())
            ]
            if len(pieces) == len(words) and all(pieces):
                found["(" + " AND ".join(_either(forms) for forms in pieces) + ")"] = None
        return [*([f'"{joined}"'] if len(words) > 1 else []), *found]


def _either(expressions: list[str]) -> str:
    return expressions[0] if len(expressions) == 1 else "(" + " OR ".join(expressions) + ")"


def _written(word: str, words: list[str]) -> str:
    """The word as it was typed, to be looked for in other forms; empty for numbers, numbers and signs, single letters."""
    if len(words) == 1:
        pieces = re.findall(r"[^\W\d_]+", word.lower())
        return next((piece for piece in pieces if fold(piece) == words[0] and len(piece) > 2), "")
    joined = re.sub(r"[-\u2010\u2011]", "", word.lower())
    return joined if joined.isalpha() and fold(joined) == "".join(words) else ""


def _typed(word: str) -> list[str]:
    """The words in one typed word: an elided article is dropped (``l'autorité``), so is a possessive (``operator's``)."""
    pieces = [words_of(piece) for piece in re.split(f"[{APOSTROPHES}]", word)]
    if len(pieces) > 1:
        long = [words for words in pieces if len(words) == 1 and len(words[0]) > 2]
        if long:
            return long[-1]
    return words_of(word)
