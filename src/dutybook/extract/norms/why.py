"""Reasons as codes: each finding and each rejection says in codes which pass decided what, and this page turns them into sentences.

A reason is a chain of codes such as ``label_obligation=0.97; bearer_unit=0.91; class_business=0.88``: what stands before the sign is
a key of :data:`TEXTS`, what stands behind it how probable the pass took it to be. The chain is stored; the sentence is made when
somebody reads it, in the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from dutybook.extract.norms.unit import Step

TEXTS: Final[dict[str, dict[str, str]]] = {
    "label_obligation": {
        "en": "the network reads an obligation",
        "de": "das Netz liest eine Pflicht",
        "fr": "le réseau lit une obligation",
    },
    "label_prohibition": {
        "en": "the network reads a prohibition",
        "de": "das Netz liest ein Verbot",
        "fr": "le réseau lit une interdiction",
    },
    "label_permission": {
        "en": "the network reads a permission",
        "de": "das Netz liest eine Erlaubnis",
        "fr": "le réseau lit une permission",
    },
    "label_exemption": {
        "en": "the network reads an exemption",
        "de": "das Netz liest eine Ausnahme",
        "fr": "le réseau lit une exemption",
    },
    "label_none": {
        "en": "the network reads no norm here",
        "de": "das Netz liest hier keine Norm",
        "fr": "le réseau ne lit pas de norme ici",
    },
    "carried_by_items": {
        "en": "the items below state the norms",
        "de": "die Punkte darunter enthalten die Normen",
        "fr": "les points ci-dessous énoncent les normes",
    },
    "several_norms": {
        "en": "the sentence states several norms; this is one of them",
        "de": "der Satz enthält mehrere Normen; dies ist eine davon",
        "fr": "la phrase énonce plusieurs normes; celle-ci en est une",
    },
    "bearer_unit": {
        "en": "the sentence names the bearer",
        "de": "der Satz nennt den Adressaten",
        "fr": "la phrase nomme le destinataire",
    },
    "bearer_before": {
        "en": "the bearer is named before the sentence",
        "de": "der Adressat steht vor dem Satz",
        "fr": "le destinataire est nommé avant la phrase",
    },
    "bearer_stem": {
        "en": "the bearer is named where the list begins",
        "de": "der Adressat steht am Anfang der Liste",
        "fr": "le destinataire est nommé au début de la liste",
    },
    "bearer_nowhere": {
        "en": "no bearer is named",
        "de": "kein Adressat wird genannt",
        "fr": "aucun destinataire n'est nommé",
    },
    "class_business": {
        "en": "a business is bound",
        "de": "ein Unternehmen ist gebunden",
        "fr": "une entreprise est visée",
    },
    "class_authority": {
        "en": "an authority is bound",
        "de": "eine Behörde ist gebunden",
        "fr": "une autorité est visée",
    },
    "class_person": {"en": "a person is bound", "de": "eine Person ist gebunden", "fr": "une personne est visée"},
    "class_any": {"en": "anybody is bound", "de": "jedermann ist gebunden", "fr": "toute personne est visée"},
    "confidence": {
        "en": "a reader would leave the row as it is",
        "de": "wer liest, ließe die Zeile unverändert",
        "fr": "un lecteur laisserait la ligne telle quelle",
    },
    "programme": {
        "en": "the text speaks for its author and commands nobody",
        "de": "der Text spricht für seinen Verfasser und verpflichtet niemanden",
        "fr": "le texte parle pour son auteur et n'oblige personne",
    },
}
_STEP = re.compile(r"(?P<code>[a-z_]+)(?:=(?P<probability>[01](?:\.\d+)?))?$")


def write_chain(steps: Iterable[Step]) -> str:
    """The steps as they are stored."""
    return "; ".join(s.code if s.probability is None else f"{s.code}={s.probability:.2f}" for s in steps)


def describe_chain(chain: str, language: str = "en") -> str:
    """A stored chain as a sentence in a reader's language; what is no chain of codes stays as it is.

    >>> describe_chain("label_obligation=0.97; bearer_nowhere=0.80")
    'the network reads an obligation (0.97); no bearer is named (0.80)'
    """
    return "; ".join(_describe_all(chain, language))


def _describe_all(chain: str, language: str) -> Iterator[str]:
    for piece in chain.split("; "):
        match = _STEP.match(piece)
        texts = TEXTS.get(match["code"]) if match else None
        if match is None or texts is None:
            yield piece
            continue
        said = texts.get(language, texts["en"])
        yield f"{said} ({match['probability']})" if match["probability"] else said
