"""Terms that acts define, in the ways of several languages and of national law."""

from __future__ import annotations

import pytest

from dutybook.extract.definitions import actor_class, find_definitions, noun_class
from dutybook.languages import load
from dutybook.records import BearerClass, Definition, Provision, ProvisionKind, Sentence, SentenceRole, Span, Zone
from views import view_of


def defined(
    line: str, language: str, stem: str = "", zone: Zone = Zone.DEFINITION, role: SentenceRole | None = None
) -> tuple[Definition, ...]:
    """The definitions of a line; with a ``stem`` it is an item of its list."""
    text = f"{stem}\n{line}"
    at = len(stem) + 1
    sentences = [Sentence(Span(0, len(stem)), "p", zone, language, SentenceRole.STEM)] if stem else []
    provisions = [Provision("q", None, ProvisionKind.POINT, "", "", Span(at, len(text)), "Art 2(1)", zone)]
    role = role or (SentenceRole.ITEM if stem else SentenceRole.SENTENCE)
    sentences.append(Sentence(Span(at, len(text)), "q", zone, language, role, 0 if stem else None))
    found = find_definitions(view_of(text, sentences, provisions=provisions, document_id="doc"))
    assert all(d.term.span.of(text) == d.term.text for d in found)
    return found


@pytest.mark.parametrize(
    ("language", "line", "terms", "actor"),
    [
        ("en", "‘skipper’ means a natural or legal person who commands a barge;", ["skipper"], "business"),
        ("en", "‘lock’ means a chamber with gates (‘the basin’) and its walls;", ["lock", "basin"], None),
        ("en", "‘skipper’ or ‘master’ means a natural person in command;", ["skipper", "master"], "person"),
        ("en", "‘harbour authority’ means the body that a Member State names;", ["harbour authority"], "authority"),
        ("de", "„Schleuse“ eine Kammer mit Toren;", ["Schleuse"], None),
        (
            "de",
            "„Betreiber“ eine natürliche oder juristische Person, die eine Schleuse unterhält;",
            ["Betreiber"],
            "business",
        ),
        ("fr", "«service d’écluse», l’ouverture d’une porte;", ["service d’écluse"], None),
        ("fr", "«éclusier»: une personne physique ou morale qui ouvre une porte;", ["éclusier"], "business"),
        ("fr", "«passager»: une personne physique qui traverse;", ["passager"], "person"),
        ("es", "«esclusa»: la cámara con compuertas;", ["esclusa"], None),
        ("sv", "sluss: en kammare med portar;", ["sluss"], None),
    ],
)
def test_terms_of_a_list_of_definitions(language: str, line: str, terms: list[str], actor: str | None) -> None:
    stem = {"sv": "I denna lag avses med"}.get(language, "…:")
    found = defined(line, language, stem)
    assert [d.term.text for d in found] == terms
    assert [d.nth for d in found] == list(range(1, len(terms) + 1))
    assert found[0].actor == actor
    assert {d.place for d in found} == {"Art 2(1)"}


@pytest.mark.parametrize(
    ("language", "line", "term"),
    [
        ("de", "Schleusenwärter im Sinne dieses Gesetzes ist, wer Tore öffnet.", "Schleusenwärter"),
        ("en", "In this Part, “lock keeper” means whoever opens the gates.", "lock keeper"),
    ],
)
def test_a_statute_defines_in_a_sentence_of_its_own(language: str, line: str, term: str) -> None:
    assert [d.term.text for d in defined(line, language, zone=Zone.ENACTING)] == [term]


def test_german_items_name_their_term_without_marks() -> None:
    found = defined("Umladung ein Vorgang, bei dem Güter den Kahn wechseln;", "de", "Im Sinne dieses Gesetzes ist")
    assert [d.term.text for d in found] == ["Umladung"]
    # but what a list says of one term is no list of terms
    assert not defined("Mitglieder der Hafenkommission;", "de", "Zu den nahen Angehörigen gehören")


@pytest.mark.parametrize("zone", [Zone.RECITAL, Zone.HEADING, Zone.ANNEX])
def test_other_zones_define_nothing(zone: Zone) -> None:
    assert not defined("‘skipper’ means a natural person in command;", "en", zone=zone)


def test_an_enacting_sentence_with_quoted_words_defines_nothing() -> None:
    assert not defined("The word ‘OPEN’ shall stand on the gate.", "en", zone=Zone.ENACTING)


def test_classes_come_from_what_is_said_and_from_the_noun() -> None:
    french, english = load("fr"), load("en")
    assert actor_class("une personne physique ou morale qui", french) is BearerClass.BUSINESS
    assert actor_class("une personne physique qui", french) is BearerClass.PERSON
    assert noun_class("cloud service provider", english) is BearerClass.BUSINESS
    assert noun_class("provider register", english) is None
    assert noun_class("fournisseur de services", french) is BearerClass.BUSINESS
