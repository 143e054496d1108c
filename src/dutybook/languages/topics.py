"""Assigns compliance topics from a closed list to norms, by words; data in ``topics.toml``, all languages together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Annotated

from pydantic import Field

from dutybook.errors import Defect
from dutybook.languages.data import Section, load_data

Words = Annotated[str, Field(min_length=3, max_length=60, pattern=r"^[^\W_].*[^\s]$")]


class Topic(Section):
    """A topic with its words in each language.

    ``words`` count anywhere in a norm and in the heading above it, ``acts`` only in the action and in that heading.
    ``~`` stands for any ending.
    """

    name: str = Field(pattern=r"^[a-z]+(?:-[a-z]+)*$")
    title: str
    words: dict[str, tuple[Words, ...]] = Field(default_factory=dict)
    acts: dict[str, tuple[Words, ...]] = Field(default_factory=dict)


class _File(Section):
    topics: tuple[Topic, ...]


#: By the first three characters: expressions of the words that begin so, each with its topic.
_Finder = dict[str, list[tuple[re.Pattern[str], str]]]
_BEGINNINGS = re.compile(r"(?<!\w)(?=(\w..))")


@cache
def topics() -> tuple[Topic, ...]:
    """All topics, in the order of the file.

    Raises:
        Defect: the file does not fit the schema, or names a topic twice.
    """
    made = load_data("topics.toml", _File).topics
    if len({topic.name for topic in made}) < len(made):
        raise Defect("the list of topics names one of them twice")
    return made


@cache
def topic_titles() -> dict[str, str]:
    """The English title of each topic by its name."""
    return {topic.name: topic.title for topic in topics()}


def topics_of(language: str, action: str | None, heading: str | None, quote: str) -> tuple[str, ...]:
    """The topics of a norm by name, in alphabetical order; none for a language without words.

    >>> topics_of("en", "keep records of each delivery", "Duties of carriers", "The carrier shall keep records of each delivery.")
    ('records',)
    """
    anywhere, done = _finders(language)
    narrow = f"{action or ''} | {heading or ''}"
    return tuple(sorted({*_find(anywhere, f"{narrow} | {quote}"), *_find(done, narrow)}))


def _find(finder: _Finder, text: str) -> Iterator[str]:
    plain = " ".join(text.casefold().replace("\u2019", "'").split())
    for beginning in _BEGINNINGS.finditer(plain):
        for pattern, topic in finder.get(beginning[1], ()):
            if pattern.match(plain, beginning.start()):
                yield topic


@cache
def _finders(language: str) -> tuple[_Finder, _Finder]:
    everywhere = [(t.name, t.words.get(language, ())) for t in topics()]
    done = [(t.name, t.acts.get(language, ())) for t in topics()]
    return _finder(everywhere), _finder(done)


def _finder(words: list[tuple[str, tuple[str, ...]]]) -> _Finder:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, chosen in words:
        for word in chosen:
            found[word.casefold()[:3], name].append(_expression(word))
    made: _Finder = defaultdict(list)
    for (beginning, name), expressions in found.items():
        made[beginning].append((re.compile("|".join(expressions)), name))
    return dict(made)


def _expression(word: str) -> str:
    made = re.escape(word.casefold()).replace(r"\~", r"\w*")
    return made if word.endswith("~") else made + r"(?!\w)"
