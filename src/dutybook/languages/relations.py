"""Words with which acts express what they do to others, and corrigenda what they correct; data in ``relations.toml``
and ``corrigenda.toml``.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from pydantic import Field, TypeAdapter, ValidationError

from dutybook.errors import Defect
from dutybook.languages.sections.base import Section


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
    text = (resources.files("dutybook.languages") / "relations.toml").read_text(encoding="utf-8")
    try:
        return _File.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise Defect(f"relations.toml is not valid: {error}") from error


class Corrigendum(Section):
    """The formula of one language: the words before the wrong text, and before the right one."""

    instead: tuple[str, ...]
    read: tuple[str, ...]


_CORRIGENDA = TypeAdapter(dict[str, Corrigendum])


@cache
def corrigenda() -> dict[str, Corrigendum]:
    """The formulas by language.

    Raises:
        Defect: the file does not fit the schema.
    """
    text = (resources.files("dutybook.languages") / "corrigenda.toml").read_text(encoding="utf-8")
    try:
        return _CORRIGENDA.validate_python(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise Defect(f"corrigenda.toml is not valid: {error}") from error
