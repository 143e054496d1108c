"""Texts for readers in their own language: headings, labels and sentences of exports, alerts, reports and pages.

A section is one TOML file for each language, ``SECTION.LANGUAGE.toml``. English has every text; a language that lacks
one falls back to it, text by text, so that a new language is only a new file. The names of a norm's fields are in
``norm_fields.toml``, field by field in all languages; they become part of the sections that display fields.

Two kinds of texts are put together from what the register stores as codes: why something was found or rejected (a chain
such as ``label_obligation=0.97; bearer_unit=0.91``: the code is the key ``step.CODE`` of the section ``findings``, the
number its probability), and why a file was not read. What has no words is returned as it was stored.

>>> words = reader_words("values", "de")
>>> words("modality.obligation")
'Pflicht'
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from dutybook.errors import Defect
from dutybook.reasons import Reason, Value
from dutybook.records.findings import Doubt

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


def date_locale(language: str) -> str:
    """The locale in which dates and numbers are written for readers of a language.

    >>> date_locale("en"), date_locale("fr")
    ('en_GB', 'fr')
    """
    return reader_words("values", language)("locale.dates")


@cache
def reader_languages(section: str) -> tuple[str, ...]:
    """Languages that a section has a file for, sorted."""
    names = [item.name for item in resources.files(__name__).iterdir()]
    return tuple(sorted(n.split(".")[1] for n in names if n.startswith(f"{section}.") and n.endswith(".toml")))


def rank_language(language: str, reader: str) -> tuple[bool, bool, str]:
    """The key to sort languages of texts by: the reader's own comes first, then English, then the others by their codes.

    >>> sorted(["bg", "en", "de"], key=lambda language: rank_language(language, "de"))
    ['de', 'en', 'bg']
    """
    return language != reader, language != FALLBACK, language


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


_STEP = re.compile(r"(?P<code>[a-z_]+)(?:=(?P<probability>[01](?:\.\d+)?))?")
# Left where there is nothing to put in. Blanks that hold numbers together are others.
_BLANKS = re.compile(" {2,}")


def describe_chain(chain: str, language: str = FALLBACK) -> str:
    """A stored reason as a sentence.

    >>> describe_chain("label_obligation=0.97; bearer_nowhere=0.80")
    'the network reads an obligation (0.97); no bearer is named (0.80)'
    >>> describe_chain("bearer_nowhere=0.80; cue “shall”", "de")
    'kein Adressat wird genannt (0,80); cue “shall”'
    """
    words = reader_words("findings", language)

    def describe_step(piece: str) -> str:
        step = _STEP.fullmatch(piece)
        if step is None or not (text := words.get(f"step.{step['code']}", "")):
            return piece
        return f"{text} ({_share(float(step['probability']), language)})" if step["probability"] else text

    return "; ".join(describe_step(piece) for piece in chain.split("; "))


def describe_doubts(doubts: Iterable[Doubt], language: str = FALLBACK) -> str:
    """The fields that may be wrong, each with the probability that it is right; empty if there are none.

    >>> describe_doubts([Doubt("bearer", 0.54), Doubt("class", 0.61)])
    'bearer (0.54), class of bearer (0.61)'
    """
    names = reader_words("values", language)
    return ", ".join(
        f"{names.get(f'doubtful.{doubt.field}', doubt.field)} ({_share(doubt.probability, language)})"
        for doubt in doubts
    )


def describe_doubt(doubt: Doubt, language: str = FALLBACK) -> str:
    """A warning about a field that may be wrong."""
    key = "no_norm" if doubt.field == "norm" else "wrong"
    return reader_words("findings", language)(f"doubt.{key}", probability=_share(doubt.probability, language))


def _share(probability: float, language: str) -> str:
    """A number from 0 to 1 with two decimal places, formatted for the language."""
    if language == FALLBACK or language not in reader_languages("findings"):
        return f"{probability:.2f}"
    from babel.numbers import format_decimal

    return str(format_decimal(probability, format="0.00", locale=language))


@dataclass(frozen=True, slots=True)
class ReasonText:
    """A piece of text and its language. ``heads``: it names the kind of what follows."""

    text: str
    language: str
    heads: bool = False


def describe_reasons(reasons: Iterable[Reason], language: str) -> list[ReasonText]:
    """Reasons in pieces of text, each in ``language`` if there are words for it, else as it is.

    >>> from dutybook.reasons import Why, because
    >>> [piece.text for piece in describe_reasons([because(Why.OVER, "over {limit} MB", limit=1500).of_kind("too large")], "de")]
    ['Die Datei ist zu groß, oder sie ist es entpackt.', 'Sie hat mehr als 1.500 MB: Teilen Sie sie.']
    >>> describe_reasons([Reason("the moon was in the way", "moon")], "de")
    [ReasonText(text='the moon was in the way', language='en', heads=False)]
    """
    words = reader_words("reasons", language)
    made: list[ReasonText] = []
    for reason in reasons:
        head = words.get(f"kind.{reason.kind}", "") if reason.kind else ""
        if head:
            made.append(ReasonText(head, language, heads=True))
        text = _describe_reason(reason, words)
        made.append(ReasonText(text, language) if text else ReasonText(reason if head else reason.whole, FALLBACK))
    return made


def _describe_reason(reason: Reason, words: ReaderWords) -> str:
    number = "one" if reason.values.get("count") == 1 else "many"
    text = words.get(reason.code, "") or words.get(f"{reason.code}.{number}", "")
    if not text:
        return ""
    try:
        values = {name: _value(value, words) for name, value in reason.values.items()}
        return _BLANKS.sub(" ", text.format(**values)).strip()
    except (KeyError, IndexError, ValueError):  # a later Dutybook gives it other values
        return ""


def _value(value: Value, words: ReaderWords) -> str:
    if isinstance(value, Reason):
        return _describe_reason(value, words) or str(value)
    if isinstance(value, str):
        return value
    from babel.numbers import format_decimal

    return str(format_decimal(value, locale=words.language))
