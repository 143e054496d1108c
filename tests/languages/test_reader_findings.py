"""Reasons of findings in the reader's language: every code has its words, and what is no code stays as it is."""

from __future__ import annotations

import doctest

import pytest

from dutybook.languages import reader
from dutybook.languages.reader import describe_chain, describe_doubt, describe_doubts, reader_words
from dutybook.records.findings import NAMES, Doubt

CHAIN = "label_obligation=0.97; bearer_before=0.54; class_business"


def test_the_examples_hold() -> None:
    assert doctest.testmod(reader).failed == 0


@pytest.mark.parametrize("language", ["de", "fr"])
def test_every_language_has_every_text(language: str) -> None:
    assert reader_words("findings", language).own == frozenset(reader_words("findings", "en"))
    assert {f"doubtful.{name}" for name in NAMES} <= reader_words("values", language).own


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "the network reads an obligation (0.97); the bearer is named before the sentence (0.54); a business is bound"),
        ("de", "das Netz erkennt eine Pflicht (0,97); der Adressat steht vor dem Satz (0,54); ein Unternehmen ist gebunden"),
        ("fr", "le réseau reconnaît une obligation (0,97); le destinataire est nommé avant la phrase (0,54); une entreprise est visée"),
        ("xx", "the network reads an obligation (0.97); the bearer is named before the sentence (0.54); a business is bound"),
    ],
)  # fmt: skip
def test_a_chain_is_told_in_the_reader_s_language(language: str, sentence: str) -> None:
    assert describe_chain(CHAIN, language) == sentence


@pytest.mark.parametrize(
    "reason", ["", "cue “shall”; subject of the command", "no_such_code=0.50", "label_none=2.00", "a toy; "]
)
def test_what_is_no_chain_stays(reason: str) -> None:
    assert describe_chain(reason, "de") == reason


def test_doubts_are_told() -> None:
    both = [Doubt("bearer", 0.54), Doubt("class", 0.61)]
    assert describe_doubts(both, "de") == "Adressat (0,54), Art des Adressaten (0,61)"
    assert describe_doubts([]) == ""
    assert describe_doubt(both[0]) == "may be wrong: 0.54 probability that it is right"
    assert describe_doubt(both[0], "fr") == "peut-être faux\xa0: juste avec une probabilité de 0,54"
    assert describe_doubt(Doubt("norm", 0.5), "de") == "möglicherweise keine Norm: mit Wahrscheinlichkeit 0,50 eine"
