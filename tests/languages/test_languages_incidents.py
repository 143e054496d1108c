"""Words for incidents: each kind and list in each language has some, and sentences are told apart."""

from __future__ import annotations

import pytest

from dutybook.languages.incidents import (
    MOMENTS,
    SUBMITTED,
    find_words,
    first_in,
    incident_kinds,
    incident_languages,
    names_in,
    search_expression,
)

KINDS = [
    ("en", "The operator reports each major ICT-related incident.", {"cybersecurity", "ict"}),
    ("en", "in the case of a personal data breach", {"personal-data"}),
    ("en", "a breach of this Regulation", set()),
    ("de", "einen erheblichen Sicherheitsvorfall", {"cybersecurity"}),
    ("de", "eine Verletzung des Schutzes personenbezogener Daten", {"personal-data"}),
    ("fr", "une violation de données à caractère personnel", {"personal-data"}),
    ("es", "un accidente de trabajo", {"accident"}),
    ("it", "una violazione dei dati personali", {"personal-data"}),
    ("nl", "een inbreuk in verband met persoonsgegevens", {"personal-data"}),
    ("pl", "naruszenie ochrony danych osobowych", {"personal-data"}),
    ("pt", "uma violação de dados pessoais", {"personal-data"}),
]
ANCHORS = [
    ("en", "of becoming aware of the incident", "aware"),
    ("en", "from the classification of the incident as major", "classified"),
    ("en", "after the submission of the report", "submitted"),
    ("en", "after a corrective measure is available", "measure"),
    ("en", "of their handling of the incident", "handled"),
    ("en", "of receipt of the request", ""),
    ("de", "nach Kenntniserlangung von dem Vorfall", "aware"),
    ("de", "nach Übermittlung der Meldung", "submitted"),
    ("fr", "après en avoir pris connaissance", "aware"),
    ("fr", "après la présentation de la notification", "submitted"),
    ("es", "desde que tuvo conocimiento del incidente", "aware"),
    ("it", "da quando ne è venuto a conoscenza", "aware"),
    ("nl", "nadat hij er kennis van heeft genomen", "aware"),
    ("pl", "od powzięcia wiadomości o incydencie", "aware"),
    ("pt", "após ter tido conhecimento do incidente", "aware"),
]


@pytest.mark.parametrize(("language", "words", "kinds"), KINDS)
def test_kinds_of_incidents_are_told_apart_by_words(language: str, words: str, kinds: set[str]) -> None:
    assert names_in("kinds", language, words) == kinds


@pytest.mark.parametrize(("language", "words", "moment"), ANCHORS)
def test_an_anchor_says_which_moment_starts_a_period(language: str, words: str, moment: str) -> None:
    assert first_in("moments", language, words) == moment


@pytest.mark.parametrize("language", sorted(incident_languages()))
def test_every_language_has_words_of_every_list(language: str) -> None:
    from dutybook.languages.incidents import _lists

    for subject in ("incident", "notifying", "recipients", "stages", "moments", "ensuring"):
        for name, by_language in _lists(subject).items():
            assert by_language.get(language), (subject, name)
    assert all(by_language.get(language) for by_language in _lists("kinds").values())


def test_offsets_are_of_the_text_also_where_letters_change_their_number_in_small() -> None:
    text = "Der Große İ meldet der zuständigen Behörde."
    [match] = [m for m in find_words("recipients", "de", text) if m.name == "authority"]
    assert text[match.start : match.end] == "zuständigen Behörde"


def test_the_expression_of_a_search_has_the_words_of_the_kinds() -> None:
    assert '"personal data breach"*' in search_expression(frozenset({"personal-data"}))
    assert "personal data breach" not in search_expression(frozenset({"ict"}))
    assert set(MOMENTS).isdisjoint({SUBMITTED})
    assert "personal-data" in incident_kinds()
