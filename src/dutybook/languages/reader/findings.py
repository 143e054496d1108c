"""Explains why something was found or rejected, and which of its fields may be wrong, in the reader's language.

A reason is stored as a chain of codes, such as ``label_obligation=0.97; bearer_unit=0.91``: the code is the key
``step.CODE`` of the section ``findings``, and the number is its probability. Anything else in the chain is returned
as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dutybook.languages.reader import FALLBACK, reader_languages, reader_words
from dutybook.records.doubts import Doubt

_STEP = re.compile(r"(?P<code>[a-z_]+)(?:=(?P<probability>[01](?:\.\d+)?))?")


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
    'bearer (0.54), class (0.61)'
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
