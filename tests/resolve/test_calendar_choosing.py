"""The law of a document follows from its family and state; the words of a deadline say which days they mean."""

from __future__ import annotations

import pytest

from dutybook.languages.period_laws import period_laws
from dutybook.records import Family
from dutybook.resolve.calendar import CountingTerms, law_for, terms_in, why_no_law


@pytest.mark.parametrize(
    ("family", "jurisdiction", "law"),
    [
        (Family.EU_ACT, "", "reg1182"),
        (Family.EU_ACT, "DE", "reg1182"),
        (Family.GUIDANCE, "EU", "reg1182"),
        (Family.STATUTE, "DE", "bgb"),
        (Family.STATUTE, "DE-BY", "bgb"),
        (Family.GUIDANCE, "de", "bgb"),
        (Family.STATUTE, "AT", "at"),
        (Family.STATUTE, "CH", "ch"),
        (Family.STATUTE, "FR", "fr"),
        (Family.STATUTE, "ES", "es"),
        (Family.STATUTE, "IT", "it"),
        (Family.STATUTE, "NL", "nl"),
        (Family.STATUTE, "PL", "pl"),
        (Family.STATUTE, "GB-SCT", "uk"),
        (Family.STATUTE, "UK", "uk"),
        (Family.STATUTE, "US", "us"),
        (Family.STATUTE, "", None),
        (Family.NEWS, "", None),
        (Family.STATUTE, "LU", "lu"),
        (Family.STATUTE, "CZ", "cz"),
        (Family.STATUTE, "SK", "sk"),
        (Family.STATUTE, "BE", None),
    ],
)
def test_the_law_of_a_document(family: Family, jurisdiction: str, law: str | None) -> None:
    assert law_for(family, jurisdiction) == law


def test_no_law_has_a_reason() -> None:
    assert "BE" in why_no_law("BE")
    assert "not known" in why_no_law("")


_WORDS = [
    ("bgb", "innerhalb von drei Werktagen", CountingTerms("werktage")),
    ("bgb", "binnen fünf Arbeitstagen", CountingTerms("working")),
    ("bgb", "am dritten Bankarbeitstag", CountingTerms("working")),
    ("bgb", "innerhalb von 30 Kalendertagen", CountingTerms("calendar")),
    ("bgb", "innerhalb eines Monats", CountingTerms()),
    ("at", "binnen drei Werktagen", CountingTerms("werktage")),
    ("at", "binnen drei Arbeitstagen", CountingTerms("working")),
    ("at", "binnen 30 Kalendertagen", CountingTerms("calendar")),
    ("ch", "innert zehn Werktagen", CountingTerms("werktage")),
    ("ch", "dans les dix jours ouvrables", CountingTerms("werktage")),
    ("ch", "entro dieci giorni feriali", CountingTerms("werktage")),
    ("ch", "innert zehn Arbeitstagen", CountingTerms("working")),
    ("ch", "dans les dix jours ouvrés", CountingTerms("working")),
    ("ch", "entro dieci giorni lavorativi", CountingTerms("working")),
    ("ch", "innert 30 Kalendertagen", CountingTerms("calendar")),
    ("ch", "dans les 30 jours civils", CountingTerms("calendar")),
    ("ch", "entro 30 giorni civili", CountingTerms("calendar")),
    ("fr", "dans un délai de dix jours ouvrables", CountingTerms("ouvrables")),
    ("fr", "dans les cinq jours\nouvrés", CountingTerms("ouvres")),
    ("fr", "dans un délai de trente jours calendaires", CountingTerms("calendar")),
    ("fr", "dans un délai de huit jours francs", CountingTerms(None, True)),
    ("fr", "dans un délai franc de deux mois", CountingTerms(None, True)),
    ("fr", "dans les trois jours ouvrables francs", CountingTerms("ouvrables", True)),
    ("es", "en el plazo de diez días hábiles", CountingTerms("habiles")),
    ("es", "en un plazo de 10 días naturales", CountingTerms("calendar")),
    ("es", "en el plazo de un mes", CountingTerms()),
    ("es-civil", "en el plazo de diez días hábiles", CountingTerms("working")),
    ("es-civil", "en un plazo de 10 días naturales", CountingTerms("calendar")),
    ("it", "entro dieci giorni lavorativi", CountingTerms("lavorativi")),
    ("it", "entro cinque giorni feriali", CountingTerms("feriali")),
    ("it", "entro trenta giorni di calendario", CountingTerms("calendar")),
    ("it", "almeno novanta giorni liberi", CountingTerms(None, True)),
    ("it", "nei termini liberi", CountingTerms(None, True)),
    ("it-procedure", "entro dieci giorni lavorativi", CountingTerms("lavorativi")),
    ("it-procedure", "entro cinque giorni feriali", CountingTerms("feriali")),
    ("it-procedure", "entro trenta giorni di calendario", CountingTerms("calendar")),
    ("it-procedure", "giorni liberi", CountingTerms(None, True)),
    ("it-procedure", "termini liberi", CountingTerms(None, True)),
    ("us", "within 10 business days", CountingTerms("business")),
    ("us", "within 30 calendar days", CountingTerms("calendar")),
    ("uk", "at least 14 clear days before", CountingTerms(None, True)),
    ("uk", "not less than seven days clear", CountingTerms(None, True)),
    ("uk", "two clear business days", CountingTerms("working", True)),
    ("uk", "within five working days", CountingTerms("working")),
    ("uk", "within 28 calendar days", CountingTerms("calendar")),
    ("uk-cpr", "within two business days", CountingTerms("working")),
    ("nl", "binnen vijf werkdagen", CountingTerms("working")),
    ("nl", "binnen dertig kalenderdagen", CountingTerms("calendar")),
    ("lu", "dans les dix jours ouvrables", CountingTerms("ouvrables")),
    ("lu", "innerhalb von drei Werktagen", CountingTerms("ouvrables")),
    ("lu", "dans les dix jours ouvrés", CountingTerms("ouvres")),
    ("lu", "innerhalb von fünf Bankarbeitstagen", CountingTerms("ouvres")),
    ("lu", "dans les trente jours calendaires", CountingTerms("calendar")),
    ("lu", "innerhalb von 30 Kalendertagen", CountingTerms("calendar")),
    ("cz", "do pěti pracovních dnů", CountingTerms("working")),
    ("cz", "nejpozději druhý pracovní den", CountingTerms("working")),
    ("cz", "do 30 kalendářních dnů", CountingTerms("calendar")),
    ("sk", "do piatich pracovných dní", CountingTerms("working")),
    ("sk", "do 30 kalendárnych dní", CountingTerms("calendar")),
    ("pl", "w terminie 7 dni roboczych", CountingTerms("working")),
    ("pl", "następnego dnia roboczego", CountingTerms("working")),
    ("pl", "najpóźniej dzień roboczy", CountingTerms("working")),
    ("pl", "w terminie 30 dni kalendarzowych", CountingTerms("calendar")),
]


@pytest.mark.parametrize(("law", "words", "terms"), _WORDS)
def test_the_words_of_a_deadline_say_which_days_count(law: str, words: str, terms: CountingTerms) -> None:
    assert terms_in(law, words) == terms


def test_every_pattern_is_used_by_an_example() -> None:
    import re

    for law in period_laws().values():
        examples = [" ".join(words.split()).casefold() for name, words, _ in _WORDS if name == law.id]
        for pattern in law.words():
            assert any(re.search(pattern, words) for words in examples), (law.id, pattern)
