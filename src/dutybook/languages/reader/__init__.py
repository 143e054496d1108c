"""Texts for readers in their own language: headings, labels and sentences of exports, alerts, reports and pages.

A section is one TOML file for each language, ``SECTION.LANGUAGE.toml``. English has every text; a language that lacks
one falls back to it, text by text, so that a new language is only a new file. The names of a norm's fields are in
``norm_fields.toml``, field by field in all languages; they become part of the sections that display fields.

>>> words = reader_words("values", "de")
>>> words("modality.obligation")
'Pflicht'
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from dutybook.errors import Defect

FALLBACK = "en"
# For each section that shows fields of a norm: the place in ``norm_fields.toml`` with its own names, and the prefix of its keys.
_SHOW_FIELDS = {
    "register": ("column", "column"),
    "web": ("part", "part"),
    "report": ("line", "norm"),
    "norm_page": ("form", "field"),
}


class ReaderWords:
    """The texts of a section in one language, by dotted key; ``language`` is the requested one."""

    def __init__(self, section: str, language: str, texts: dict[str, str], own: frozenset[str]) -> None:
        self.section = section
        self.language = language
        self._texts = texts
        self._own = own

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of a key with ``values`` in place of its braces.

        With ``count`` among the values, ``KEY.one`` is used for 1 and ``KEY.many`` for all other numbers, if there
        are such keys.

        Raises:
            Defect: English has no such text, or a value for its braces is missing.
        """
        if "count" in values and key not in self._texts:
            key = f"{key}.{'one' if values['count'] == 1 else 'many'}"
        try:
            text = self._texts[key]
            return text.format(**values) if values else text
        except (KeyError, IndexError, ValueError) as error:
            raise Defect(f"the section {self.section!r} has no text {key!r} that takes {sorted(values)}") from error

    def get(self, key: str, otherwise: str) -> str:
        """The text of a key that may be missing, such as the label of a value that documents or people can extend."""
        return self._texts.get(key, otherwise)

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    @property
    def own(self) -> frozenset[str]:
        """The keys that this language has itself, without those that fall back to English."""
        return self._own


@cache
def reader_words(section: str, language: str) -> ReaderWords:
    """The texts of a section for a reader of ``language`` (ISO 639-1), in English where that language has none."""
    fallback = _read(section, FALLBACK)
    if not fallback:
        raise Defect(f"there is no section {section!r} of texts for readers")
    own = _read(section, language) if language != FALLBACK else fallback
    return ReaderWords(section, language, fallback | own, frozenset(own))


@cache
def reader_languages(section: str) -> tuple[str, ...]:
    """Languages that a section has a file for, sorted."""
    names = [item.name for item in resources.files(__name__).iterdir()]
    return tuple(sorted(n.split(".")[1] for n in names if n.startswith(f"{section}.") and n.endswith(".toml")))


def _read(section: str, language: str) -> dict[str, str]:
    if not (language.isascii() and language.replace("-", "").isalnum()):
        return {}
    file = resources.files(__name__) / f"{section}.{language}.toml"
    own = dict(_flat(tomllib.loads(file.read_text("utf-8")), "")) if file.is_file() else {}
    return dict(_fields_of(section, language)) | own


def _fields_of(section: str, language: str) -> Iterator[tuple[str, str]]:
    """The names of a norm's fields for a section, by its keys."""
    if section in _SHOW_FIELDS:
        place, prefix = _SHOW_FIELDS[section]
        for field, names in _field_names().items():
            if name := names.get(place, {}).get(language) or names.get(language):
                yield f"{prefix}.{field}", name


@cache
def _field_names() -> dict[str, dict[str, Any]]:
    return tomllib.loads((resources.files(__name__) / "norm_fields.toml").read_text("utf-8"))


def _flat(table: dict[str, object], path: str) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", str(value)
