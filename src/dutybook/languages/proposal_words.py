"""Reasons of proposals as sentences in a reader's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from dutybook.languages.actors import label_of
from dutybook.languages.reader import ReaderWords, reader_words
from dutybook.records.profiles import Ground, Verdict

_WRAPPERS = ("through", "beside")
#: Values that name terms, which have a label in each language.
_TERMS = ("term", "missing")
#: So many terms are listed in a sentence.
_LISTED = 4


def describe_reason(reason: Ground, language: str) -> str:
    """A reason as a sentence.

    >>> describe_reason(Ground("role", (("term", "credit institution"),)), "de")
    'Die Norm richtet sich an das, was das Profil ist: Kreditinstitut.'
    """
    words = reader_words("applicability", language)
    values: dict[str, str] = defaultdict(str)
    for name, value in reason.values:
        values[name] = _terms(value, words) if name in _TERMS else value
    values["bearer"] = values["bearer"] or values["term"]
    return _describe(reason.code, values, words)


def _describe(code: str, values: dict[str, str], words: ReaderWords) -> str:
    wrapper, _, inner = code.partition("_")
    if wrapper in _WRAPPERS and inner:
        return words(f"reason.{wrapper}", reason=_describe(inner, values, words))
    text = words.get(f"reason.{code}", "")
    return text.format_map(values) if text else code


def _terms(value: str, words: ReaderWords) -> str:
    named = [name.strip() for name in value.split(";") if name.strip()]
    labels = [words.get(f"term.{name}", "") or label_of(name, words.language) for name in named[:_LISTED]]
    return ", ".join(labels) + (", …" if len(named) > _LISTED else "")


def verdict_words(verdict: Verdict, language: str) -> str:
    """A verdict for readers: "applies", "gilt nicht" …"""
    return reader_words("applicability", language)(f"verdict.{verdict.value}")


def justify(reason: Ground, language: str) -> str:
    """A reason with the words of the act behind it, as it is kept where somebody confirms a proposal."""
    description = describe_reason(reason, language)
    basis = reason.basis
    return f"{description} {basis.place}: “{basis.quote[:300]}”" if basis else description


def describe_question(topic: str, labels: Sequence[str], language: str) -> str:
    """A question of an interview; one choice is named in it."""
    words = reader_words("applicability", language)
    return words(f"question.{topic}", term=labels[0] if len(labels) == 1 else "")
