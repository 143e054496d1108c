"""Patterns of names of acts that have no number in the text ("Lieferkettengesetz", "loi sur le renseignement"), by language.

``act_names.toml`` has the words and says what each field means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import Field

from dutybook.languages.data import Section, Words, load_data
from dutybook.languages.known_acts import act_endings

#: The language whose capitalised names all others use, too ("Digital Fairness Act").
ENGLISH = "en"
_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆĊČĎĐĒĖĘĚĞĠĢĦĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞȘŠŢȚŤŪŮŰŲŹŻŽΆΈ-ΏΑ-ΫЀ-Я"
# Words have a limit, so that a line without spaces takes no longer than one with them.
_CAPITAL = rf"[{_UPPER}][\w’'.&-]{{0,40}}(?<![.-])"
_WORD = r"(?:[^\W\d_]|\d{1,8}(?!\w))[\w’'-]{0,40}"
_JOINT = r"[-‐‑–]"
_TOPIC_WORDS, _CAPITALS = 4, 9
# The inflections at the end of an ending: "-?[Gg]esetz(?:e?s|e)?".
_OPTIONAL_END = re.compile(r"\(\?:[^()]*\)\?$")
# A title in quotation marks: a few words from a capital on, or one or two small words; longer ones are what somebody says.
_OPENING, _CLOSING = '„“«”"‘', '”“»"’'
_QUOTED = rf"[{_OPENING}]\s?(?:[{_UPPER}]\S*(?:[ ]\S+){{0,5}}?|[^\W\d_]+(?:[ -][^\W\d_]+)?)\s?[{_CLOSING}]"
Topic = Literal["words", "capitals", "nouns", "quoted", ""]


class Phrase(Section):
    """A noun with the topic of an act behind it; ``link`` stands between them and belongs to the name."""

    head: str
    link: str = ""
    topic: Topic
    kind: str


class ActNames(Section):
    """The words of one language; the top of the data file describes its fields."""

    ends: dict[str, str] = Field(default_factory=dict)
    titles: dict[str, str] = Field(default_factory=dict)
    capital: bool = False
    ahead: str = ""
    prefix: Words = ()
    determined: Words = ()
    articles: Words = ()
    foreign: Words = ()
    never: Words = ()
    last: Words = ()
    before: str = ""
    initial: str = ""
    inside: Words = ()
    skip: Words = ()
    generic: Words = ()
    phrases: tuple[Phrase, ...] = ()
    whole: dict[str, str] = Field(default_factory=dict)
    short: dict[str, str] = Field(default_factory=dict)
    breaks: Words = ()
    draft: Words = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern of names. ``kind`` stands in a name's key for its noun, whose form changes; ``key`` is the key of a complete name.

    ``stands_for`` is the whole name of an abbreviation, which has its key.
    """

    source: re.Pattern[str]
    kind: str = ""
    key: str = ""
    stands_for: str = ""


@dataclass(frozen=True, slots=True)
class NamePatterns:
    """The compiled patterns of a language.

    Attributes:
        patterns: what finds names, the surest first.
        capitals: finds names that end with a noun behind capitalised words; None where there are none.
        abroad: finds English names that texts in other languages have, with what these hang on them; None where there are none.
        never: what is no name, as a whole.
        endings: the endings of one-word names, each with what stands for all its forms.
        bases: one-word names whose inflection is an ending of its own behind their base form.
        prefix: words at the beginning of a name that add nothing to it.
        determined: nouns that need an article where only one word stands between.
        article: that article, at the end of what precedes the name.
        foreign: words that a capitalised name does not have.
        skip: what is no part of a name at its beginning.
        generic: words of which a name does not consist.
        draft: words of a draft at the end of what precedes its name.
        draft_behind: the same at the beginning of what follows it.
    """

    patterns: tuple[Pattern, ...]
    capitals: re.Pattern[str] | None
    abroad: re.Pattern[str] | None
    never: re.Pattern[str]
    endings: tuple[tuple[str, re.Pattern[str]], ...]
    bases: tuple[re.Pattern[str], ...]
    prefix: re.Pattern[str]
    determined: re.Pattern[str]
    article: re.Pattern[str]
    foreign: re.Pattern[str]
    skip: re.Pattern[str]
    generic: re.Pattern[str]
    draft: re.Pattern[str]
    draft_behind: re.Pattern[str]


@cache
def act_names() -> dict[str, ActNames]:
    """The words of all languages.

    Raises:
        Defect: the file does not fit the schema.
    """
    return load_data("act_names.toml", dict[str, ActNames])


@cache
def name_patterns(language: str) -> NamePatterns | None:
    """The patterns of a language; None if they are not known."""
    words = act_names().get(language)
    if words is None:
        return None
    capitals = _capitals(words) if words.last else None
    draft = _any(words.draft)
    return NamePatterns(
        tuple(_patterns(words)),
        re.compile(capitals) if capitals else None,
        re.compile(_abroad(words)) if language == ENGLISH else None,
        re.compile(_any(words.never), re.IGNORECASE),
        tuple(
            (key, re.compile(rf"(.+?)(?:{_spaced(end)})")) for key, end in [*words.ends.items(), *words.titles.items()]
        ),
        tuple(
            re.compile(rf"(?P<base>.+(?:{_spaced(_OPTIONAL_END.sub('', end))})){found[0]}")
            for end in words.ends.values()
            if (found := _OPTIONAL_END.search(end))
        ),
        re.compile(rf"(?:(?:{_any(words.prefix)})(?:['’]s)?(?:\s+|{_JOINT}))+"),
        re.compile(rf"(?:{_any(words.determined)})"),
        re.compile(rf"\b(?:{_any(words.articles)})\s+[\"“‘]?$"),
        re.compile(rf"(?<!\w)(?:{_any(words.foreign)})(?!\w)"),
        re.compile(rf"(?:(?:{_any(words.skip)})\s+)+"),
        re.compile(rf"(?:{_any(words.generic)})"),
        re.compile(rf"(?<!\w)(?:{draft})[\s\"'„“”«»‘’‚-]*$"),
        re.compile(rf"[\s\"'„“”«»‘’‚)-]*(?:{draft})(?!\w)"),
    )


def _patterns(words: ActNames) -> Iterator[Pattern]:
    for key, source in words.whole.items():
        yield Pattern(re.compile(rf"(?<![\w-])(?:{_spaced(source)})"), key=key)
    for short, name in words.short.items():
        yield Pattern(re.compile(rf"(?<![\w-]){re.escape(short)}(?![\w-])"), stands_for=name)
    for phrase in words.phrases:
        yield Pattern(re.compile(_phrase(phrase, words)), phrase.kind)
    if words.ends:
        first = f"[{_UPPER}]" if words.capital else r"[^\W\d_]"
        # "NIS-2-Richtlinie", "NIS 2-direktivet", "SARS-CoV-2-Arbeitsschutzverordnung".
        number = rf"(?:[{_UPPER}]{{2,}}\w*\s\d{{1,2}}(?={_JOINT}))"
        word = rf"(?:{number}|{first}[\w­]{{0,60}}?)(?:{_JOINT}\w{{1,40}}?){{0,6}}?"
        ahead = rf"(?:(?:{_spaced(words.ahead)})\s+){{0,2}}" if words.ahead else ""
        ends = _any(tuple(words.ends.values()))
        yield Pattern(re.compile(rf"(?<![\w@/.-]){ahead}{word}(?:{ends})(?!\d*[^\W\d]|@|{_JOINT}\w)"))


def _phrase(phrase: Phrase, words: ActNames) -> str:
    head = rf"(?<![\w-])(?P<head>{_spaced(phrase.head)})"
    link = rf"(?:{_spaced(phrase.link)})" if phrase.link else ""
    if phrase.topic == "":
        return rf"{head}(?![\w/])"
    if phrase.topic == "words":
        stop = rf"(?!(?:{_any(words.breaks)})(?!\w))"
        topic = rf"{stop}{_WORD}(?:[ \n]{stop}{_WORD}){{0,{_TOPIC_WORDS}}}"
    elif phrase.topic == "capitals":
        small = rf"(?:(?:{_any(words.inside)})(?:\s+|(?<=['’])))"
        word = words.initial + _CAPITAL
        topic = rf"{small}{{0,3}}{word}(?:,?\s+{small}{{0,3}}{word}){{0,{_CAPITALS}}}"
    elif phrase.topic == "quoted":
        topic = _QUOTED
    else:
        described = rf"(?:[a-zäöüß]+(?:e|en|er|es|em)\s+){{0,3}}(?:[{_UPPER}][\w-]*)(?:\s+[{_UPPER}][\w-]*){{0,3}}"
        small = rf"(?:(?:{_any(words.inside)})\s+)"
        topic = rf"{small}{{0,2}}{described}(?:\s+(?!in\s+Kraft\b){small}{{1,3}}{described}){{0,5}}"
    # A link that looks ahead only says which topics there are; one that ends with an apostrophe stands without a space.
    between = rf"\s+{link}(?:\s+|(?<=['’])|(?<=\s))" if link else r"\s+"
    return rf"{head}{between}(?P<topic>{topic})"


def _capitals(words: ActNames) -> str:
    """Capitalised words, and small ones between them, before a noun that is one of ``last``."""
    small = rf"(?:(?:{_any(words.inside)})\s+)"
    if words.before:
        # Only the first word has a capital letter.
        return rf"(?<![\w-])(?=[{_UPPER}])(?:{words.before})(?:\s+(?![{_UPPER}])(?:{words.before})){{0,5}}?\s+(?:{_any(words.last)})(?!\w)"
    inner = rf"(?:{_CAPITAL}|\([{_UPPER}][\w ]+\))"
    year = r"(?:\s+(?:19|20)\d\d(?!\d))?"
    return rf"(?<![\w-]){_CAPITAL}(?:,?\s+{small}{{0,3}}{inner}){{0,{_CAPITALS}}}?\s+(?:{_any(words.last)}){year}(?![\w-]|\s+[{_UPPER}][a-z])"


def _abroad(words: ActNames) -> str:
    """Names of acts in English as texts in other languages write them: "Data Act", "Data-Act", "Data Actu"."""
    small = rf"(?:(?:{_any(words.inside)})\s+)"
    return (
        rf"(?<![\w-]){_CAPITAL}(?:,?\s+{small}{{0,3}}{_CAPITAL}){{0,{_CAPITALS}}}?(?:\s+|[-‐‑])(?:Act|Bill)"
        rf"(?=(?:{act_endings()})?(?![\w-]))"
    )


def _any(sources: Words) -> str:
    ordered = sorted(sources, key=lambda source: -len(source))
    return "|".join(f"(?:{_spaced(source)})" for source in ordered) or "(?!)"


def _spaced(source: str) -> str:
    return source.replace("'", "['’]").replace("[['’]’]", "['’]").replace(" ?", r"\s*").replace(" ", r"\s+")
