"""What a person types into a search box, as expressions that SQLite's full-text index always accepts.

Words must all occur, in any of their forms; ``"these exact words"``, ``begin*``, ``one OR other``, ``-without`` (or ``NOT``),
``(parentheses)``, ``bearer:provider``, ``action:``, ``title:``, ``place:"Art 5"``, ``work:GDPR``; a citation or the name of an act
(:mod:`dutybook.languages.typed_citations`). Nothing that is typed can be a syntax error: every word is folded, cut at punctuation as the
index cuts it, and quoted; what cannot be meant as a sign is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
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
        name=typed.without_place if places else "",
        places=places,
        at=f"({at})" if at else "",
        rest=rest.match,
    )
    return Query(made.match, rest.without, made.needles, False, rest.places, rest.works, cited)


@dataclass(slots=True)
class _Group:
    """What stands between two parentheses: expressions that must occur, and that must not.

    While it is read, ``options`` are those of which one must occur; ``joining``: what follows is one more of them. ``negate``: what
    follows must not occur.
    """

    all: list[str] = field(default_factory=list)
    none: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    joining: bool = False
    negate: bool = False

    def add(self, expression: str, negative: bool) -> None:
        """Take what stands next, where it is anything."""
        if expression and negative:
            self.none.append(expression)
        elif expression:
            if not self.joining:
                self.finish()
            self.options.append(expression)
        self.joining = False

    def finish(self) -> None:
        """Nothing follows that is another option."""
        if self.options:
            self.all.append(_either(self.options))
            self.options.clear()

    @property
    def expression(self) -> str:
        if not self.all:
            return ""
        wanted = " AND ".join(self.all)
        if self.none:
            return f"(({wanted}) NOT ({' OR '.join(self.none)}))"
        return wanted if len(self.all) == 1 else f"({wanted})"


@dataclass(frozen=True, slots=True)
class _Term:
    """A phrase, or one word as it was ``written``; ``prefix``: words that begin so are meant too."""

    words: list[str]
    prefix: bool
    written: str | None

    @property
    def exact(self) -> str:
        """The expression for the very words."""
        return f'"{" ".join(self.words)}"' + (" *" if self.prefix else "")

    @property
    def inflects(self) -> bool:
        """Whether its other forms are meant too."""
        return self.written is not None and not self.prefix

    @property
    def needles(self) -> list[str]:
        return [*self.words[:-1], self.words[-1] + ("*" if self.prefix else "")]


def _term_of(token: re.Match[str], written: str | None) -> _Term:
    if written is None:
        return _Term(words_of(token["phrase"])[:MAX_WORDS], token["star"] == "*", None)
    return _Term(_typed(written)[:MAX_WORDS], written.rstrip(")").endswith("*"), written)


class _Parser:
    def __init__(self, text: str, languages: tuple[str, ...]) -> None:
        self._tokens = list(_TOKEN.finditer(text))[:MAX_WORDS]
        self._at = 0
        self._languages = languages
        self._needles: dict[str, None] = {}
        self._filters: dict[str, list[str]] = {"place": [], "work": []}
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
            impossible=self._typed and not (group.all or group.none or any(self._filters.values())),
            places=tuple(self._filters["place"]),
            works=tuple(self._filters["work"]),
        )

    def _group(self, depth: int) -> _Group:
        group = _Group()
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token["close"]:
                if depth:
                    break
            elif not self._read_sign(group, token) and self._read_operand(group, token, depth):
                break
        group.finish()
        return group

    def _read_sign(self, group: _Group, token: re.Match[str]) -> bool:
        """Whether this is a sign between words, which then says how the next one is meant. At an end it is a word."""
        word = token["word"]
        if token["minus"] or self._at == len(self._tokens):
            return False
        if word in ("OR", "|", "AND", "&", "+") and self._at > 1:
            group.joining = word in ("OR", "|") and bool(group.options)
            return True
        if word == "NOT":
            group.negate = True
            return True
        return False

    def _read_operand(self, group: _Group, token: re.Match[str], depth: int) -> bool:
        """Take a word, a phrase or what stands in parentheses; returns whether the group ends with it."""
        negative = group.negate or bool(token["minus"])
        group.negate = False
        if token["open"]:
            if depth < _MAX_DEPTH:
                self._read_group(group, depth + 1, negative)
            return False
        word = token["word"]
        closing = bool(word) and depth > 0 and word.endswith(")") and word.count("(") < word.count(")")
        group.add(self._term(token, negative), negative)
        return closing

    def _read_group(self, group: _Group, depth: int, negative: bool) -> None:
        inner = self._group(depth)
        if inner.expression or negative or group.joining:
            group.add(inner.expression, negative)
        else:
            group.none += inner.none

    def _term(self, token: re.Match[str], negative: bool) -> str:
        """The expression for a word or phrase; empty where it is a filter, or says nothing."""
        column = _COLUMNS[token["field"].lower()] if token["field"] else ""
        written = token["word"] if column else self._with_number(token["word"])
        if column in self._filters and not negative:
            self._filters[column].append((token["phrase"] if written is None else written).strip())
            return ""
        term = _term_of(token, written)
        if self._says_nothing(term):
            return ""
        if column:
            return self._in_column("document_title" if column == "work" else column, term)
        if not negative:
            self._needles |= dict.fromkeys(term.needles)
        if not term.inflects or not self._languages:
            return term.exact
        return _either([term.exact, *self._forms(written or "", term.words, negative)])

    def _says_nothing(self, term: _Term) -> bool:
        alone = term.inflects and len(term.words) == 1
        return not term.words or (alone and term.words[0] in self._function)

    def _with_number(self, word: str | None) -> str | None:
        """A section sign with its number, which is the next word; other words as they are."""
        if word is not None and set(word) == {"§"} and self._at < len(self._tokens):
            following = self._tokens[self._at]
            if following["word"] and not following["minus"] and not following["field"]:
                self._at += 1
                return f"{word} {following['word']}"
        return word

    def _in_column(self, column: str, term: _Term) -> str:
        """The words in a column that has no forms of its own: of a single one also words that begin with its stem."""
        if not term.inflects:
            return f"{column} : {term.exact}"
        word = term.words[0]
        stems = [keys(word, language)[0] for language in self._languages] if len(term.words) == 1 else []
        begun = [f'"{stem}" *' for stem in dict.fromkeys(stems) if len(stem) > 3 and word.startswith(stem)]
        return f"{column} : {_either([term.exact, *begun])}"

    def _forms(self, word: str, words: list[str], negative: bool) -> list[str]:
        """Expressions for the other forms of a typed word in each language, and for its parts where it is a compound."""
        written = _written(word, words)
        if not written or self._inflected >= MAX_INFLECTED:
            return []
        self._inflected += 1
        found: dict[str, None] = {}
        for language in self._languages:
            for expression, needles in _forms_in(written, language, negative):
                found[expression] = None
                if not negative:
                    self._needles |= dict.fromkeys(needles)
        if len(words) == 1:
            return [*found]
        # "palavra-passe" is inflected in its first word.
        pieces = [self._forms(piece, [fold(piece)], negative) for piece in re.findall(r"[^\W\d_]{3,}", word.lower())]
        if len(pieces) == len(words) and all(pieces):
            found["(" + " AND ".join(_either(forms) for forms in pieces) + ")"] = None
        return [f'"{"".join(words)}"', *found]


def _forms_in(written: str, language: str, negative: bool) -> Iterator[tuple[str, list[str]]]:
    """Expressions for the forms of a word in a language and for its parts, each with what to mark of it.

    A separable verb in two parts is no reason to leave a text out, so it is not among them where the word is ``negative``.
    """
    tag = tag_of(language)
    for key in keys(written, language):
        yield f'"{tag}{key}"', [tag + key]
    if made := parts(written, language):
        each = (_either([f'"{tag}{key}"' for key in part]) for part in made)
        yield "(" + " AND ".join(each) + ")", [tag + key for part in made for key in part]
    if not negative and (separated := apart(written, language)):
        verb, before = separated
        yield f'("{tag}{verb}" AND "{before}")', [tag + verb]


@dataclass(frozen=True, slots=True)
class PlainWord:
    """One typed word: ``match`` finds articles that have it in any form.

    ``single`` are the tagged keys and folded words of which each is a form of it; ``several``: those that are one only together.
    """

    match: str
    single: frozenset[str]
    several: tuple[frozenset[str], ...]

    def is_among(self, found: Set[str]) -> bool:
        """Whether words and keys have it in any form."""
        return not self.single.isdisjoint(found) or any(form <= found for form in self.several)


@lru_cache(maxsize=256)
def plain_words(text: str, languages: Sequence[str] = LANGUAGES) -> tuple[PlainWord, ...]:
    """The words of what was typed, each once, without function words; empty where signs of the query language, or none, are typed.

    >>> [sorted(word.single) for word in plain_words("the vessels", ("en",))]
    [['vessels', '\ue005vessel']]
    """
    if _SIGNS.search(text) or re.search(r"[()*|&+:]|(?:^|\s)-", text):
        return ()
    idle = function_words()
    made: dict[str, PlainWord] = {}
    for written in text.split()[:MAX_WORDS]:
        words = _typed(written)
        if not words or set(words) <= idle or written in made:
            continue
        forms: dict[tuple[str, ...], None] = {tuple(words): None}
        if folded := _written(written, words):
            for language in languages:
                for _, needles in _forms_in(folded, language, False):
                    forms[tuple(needles)] = None
        match = _either([f'"{form[0]}"' if len(form) == 1 else _all(form) for form in forms])
        single = frozenset(form[0] for form in forms if len(form) == 1)
        made[written] = PlainWord(match, single, tuple(frozenset(form) for form in forms if len(form) > 1))
    return tuple(made.values())


def _all(keys: Sequence[str]) -> str:
    return "(" + " AND ".join(f'"{key}"' for key in keys) + ")"


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
