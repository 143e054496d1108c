"""Words with which acts express what they do to others (``relations.toml``), corrigenda what they correct
(``corrigenda.toml``), and orders that they enable somebody (``enabling.toml``).
"""

from __future__ import annotations

import re
from functools import cache

from pydantic import Field

from dutybook.languages.data import Section, load_data


class Cues(Section):
    """Words for a relation. ``title``: next to the acts in a title; ``enacting``: in a sentence whose subject is the
    act.
    """

    title: tuple[str, ...] = ()
    enacting: tuple[str, ...] = ()


class RelationWords(Section):
    """The words of one language; ``after``: in a title they follow the acts."""

    after: bool = False
    corrigendum: tuple[str, ...]
    amends: Cues
    repeals: Cues
    implements: Cues = Field(default_factory=Cues)
    transposes: Cues = Field(default_factory=Cues)
    by: tuple[str, ...] = ()


class _File(Section):
    languages: dict[str, RelationWords]


@cache
def relation_words(language: str) -> RelationWords | None:
    """The words of a language; None if they are not known.

    Raises:
        Defect: the file does not fit the schema.
    """
    return _file().languages.get(language)


def is_corrigendum(title: str, language: str) -> bool:
    """Whether a title is that of a corrigendum.

    >>> is_corrigendum("Berichtigung der Verordnung (EU) 2031/777", "de")
    True
    """
    words = relation_words(language)
    return words is not None and re.match(rf"\W*(?:{'|'.join(words.corrigendum)})\b", title, re.IGNORECASE) is not None


@cache
def _file() -> _File:
    return load_data("relations.toml", _File)


class Corrigendum(Section):
    """The formula of one language: the words before the wrong text, and before the right one."""

    instead: tuple[str, ...]
    read: tuple[str, ...]


@cache
def corrigenda() -> dict[str, Corrigendum]:
    """The formulas by language.

    Raises:
        Defect: the file does not fit the schema.
    """
    return load_data("corrigenda.toml", dict[str, Corrigendum])


@cache
def _enabling() -> dict[str, re.Pattern[str]]:
    found = load_data("enabling.toml", dict[str, tuple[str, ...]])
    forms = {code: "|".join(re.escape(w).replace(r"\*", r"\w*") for w in words) for code, words in found.items()}
    return {code: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for code, words in forms.items()}


def enables(text: str, language: str) -> bool:
    """Whether a text has such a word. True for every text in a language whose words are not known.

    >>> enables("Users shall be able to complain.", "en"), enables("Users shall complain.", "en")
    (True, False)
    """
    pattern = _enabling().get(language)
    return pattern is None or pattern.search(text) is not None


class PartWords(Section):
    """How a language names parts of provisions and single words that an amending act changes: beginnings of words, in small letters.

    ``ordinals``: those of 1, 2, 3 …, each with its forms; ``last``: that of the last. ``heading``, ``introduction``: what names a provision's
    heading and the words before its list (``before_list``: with the list's first item: "Satzteil vor Nummer 1"); ``unread``: parts that are not applied (tables, indents). ``added``: verbs for new
    text at the end.
    ``by``: before what takes the place of words; ``before`` and ``after``: before what new text goes next to; ``everywhere``: each time the words
    occur; ``at_end``: the end of a provision. ``within``: a sentence may begin with them to say where ("in paragraph 2, …"). ``inner_last``: of
    several parts the inner one is named last ("Absatz 2 Satz 1"). ``marks``: the punctuation marks that words name ("a comma").
    """

    ordinals: tuple[str, ...]
    last: str
    heading: tuple[str, ...]
    introduction: tuple[str, ...]
    before_list: tuple[str, ...] = ()
    unread: tuple[str, ...]
    added: tuple[str, ...]
    by: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    everywhere: tuple[str, ...]
    at_end: tuple[str, ...]
    within: tuple[str, ...]
    inner_last: bool = False
    marks: dict[str, str] = Field(default_factory=dict)


class AmendingWords(Section):
    """What an amending act does to another act's text, in one language: beginnings of words, in small letters.

    ``reads``: they only say how the text reads. ``acts``: nouns for acts, with which a name begins, or before which its other words stand
    (``last``); in such a language the noun may end the name (``closes``), save for a number behind one of ``numbers``. ``endings``: what may
    follow the letters of a noun; anything where none are listed. ``compounds``: other words may stand before a noun in one word.
    ``leads``: beginnings of words before a noun that belong to the name ("Zweites Buch"). ``same``: words for the act that was named
    before; ``ends``: words before its date, which end a name; ``dash``: behind a dash a name goes on; ``small``: words with which the
    packs' announcements of new text begin and which are no verbs. ``gone``: what editors write in place of a provision that is there no more.
    ``abbreviations``: words whose full stop ends no sentence, as they are written.
    ``footnotes``: a sentence about footnotes begins with them (patterns).
    ``closing``: beginnings of the formula that ends an act. ``parts``: how parts of provisions are named, None where that is not known.
    """

    insert: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()
    renumber: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    last: bool = False
    closes: bool = False
    numbers: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    compounds: bool = False
    leads: tuple[str, ...] = ()
    dash: bool = False
    same: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    small: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    footnotes: tuple[str, ...] = ()
    parts: PartWords | None = None


class _Amending(Section):
    languages: dict[str, AmendingWords]


@cache
def amending_words(language: str) -> AmendingWords | None:
    """The words of a language (``amending.toml``); None if they are not known.

    Raises:
        Defect: the file does not fit the schema.
    """
    return _amending().get(language)


@cache
def words_for_gone() -> frozenset[str]:
    """What editors of any language write in place of a provision that is there no more, in small letters."""
    return frozenset(word for words in _amending().values() for word in words.gone)


@cache
def words_with_stops() -> frozenset[str]:
    """Abbreviations of any language whose full stop ends no sentence, without it."""
    return frozenset(word for words in _amending().values() for word in words.abbreviations)


@cache
def closing_formulas() -> tuple[str, ...]:
    """How the formula begins that ends an act behind its last article, in any language, in small letters."""
    return tuple(sorted({words for each in _amending().values() for words in each.closing}))


@cache
def _amending() -> dict[str, AmendingWords]:
    return load_data("amending.toml", _Amending).languages
