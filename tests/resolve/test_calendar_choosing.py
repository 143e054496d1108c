"""The law of a document follows from its genre and state; the words of a deadline say which days they mean."""

from __future__ import annotations

import pytest

from dutybook.languages.period_laws import period_laws
from dutybook.records import Genre
from dutybook.resolve.calendar import law_for, reading_of, why_no_law
from dutybook.resolve.calendar.laws import Reading


@pytest.mark.parametrize(
    ("genre", "jurisdiction", "law"),
    [
        (Genre.EU_ACT, "", "reg1182"),
        (Genre.EU_ACT, "DE", "reg1182"),
        (Genre.GUIDANCE, "EU", "reg1182"),
        (Genre.STATUTE, "DE", "bgb"),
        (Genre.STATUTE, "DE-BY", "bgb"),
        (Genre.GUIDANCE, "de", "bgb"),
        (Genre.STATUTE, "AT", "at"),
        (Genre.STATUTE, "CH", "ch"),
        (Genre.STATUTE, "FR", "fr"),
        (Genre.STATUTE, "ES", "es"),
        (Genre.STATUTE, "IT", "it"),
        (Genre.STATUTE, "NL", "nl"),
        (Genre.STATUTE, "PL", "pl"),
        (Genre.STATUTE, "GB-SCT", "uk"),
        (Genre.STATUTE, "UK", "uk"),
        (Genre.STATUTE, "US", "us"),
        (Genre.STATUTE, "", None),
        (Genre.NEWS, "", None),
        (Genre.STATUTE, "LU", "lu"),
        (Genre.STATUTE, "CZ", "cz"),
        (Genre.STATUTE, "SK", "sk"),
        (Genre.STATUTE, "BE", None),
    ],
)
def test_the_law_of_a_document(genre: Genre, jurisdiction: str, law: str | None) -> None:
    assert law_for(genre, jurisdiction) == law


def test_no_law_has_a_reason() -> None:
    assert "BE" in why_no_law("BE")
    assert "not known" in why_no_law("")


_WORDS = [
    ("bgb", "innerhalb von drei Werktagen", Reading("werktage")),
    ("bgb", "binnen fünf Arbeitstagen", Reading("working")),
    ("bgb", "am dritten Bankarbeitstag", Reading("working")),
    ("bgb", "innerhalb von 30 Kalendertagen", Reading("calendar")),
    ("bgb", "innerhalb eines Monats", Reading()),
    ("at", "binnen drei Werktagen", Reading("werktage")),
    ("at", "binnen drei Arbeitstagen", Reading("working")),
    ("at", "binnen 30 Kalendertagen", Reading("calendar")),
    ("ch", "innert zehn Werktagen", Reading("werktage")),
    ("ch", "dans les dix jours ouvrables", Reading("werktage")),
    ("ch", "entro dieci giorni feriali", Reading("werktage")),
    ("ch", "innert zehn Arbeitstagen", Reading("working")),
    ("ch", "dans les dix jours ouvrés", Reading("working")),
    ("ch", "entro dieci giorni lavorativi", Reading("working")),
    ("ch", "innert 30 Kalendertagen", Reading("calendar")),
    ("ch", "dans les 30 jours civils", Reading("calendar")),
    ("ch", "entro 30 giorni civili", Reading("calendar")),
    ("fr", "dans un délai de dix jours ouvrables", Reading("ouvrables")),
    ("fr", "dans les cinq jours\nouvrés", Reading("ouvres")),
    ("fr", "dans un délai de trente jours calendaires", Reading("calendar")),
    ("fr", "dans un délai de huit jours francs", Reading(None, True)),
    ("fr", "dans un délai franc de deux mois", Reading(None, True)),
    ("fr", "dans les trois jours ouvrables francs", Reading("ouvrables", True)),
    ("es", "en el plazo de diez días hábiles", Reading("habiles")),
    ("es", "en un plazo de 10 días naturales", Reading("calendar")),
    ("es", "en el plazo de un mes", Reading()),
    ("es-civil", "en el plazo de diez días hábiles", Reading("working")),
    ("es-civil", "en un plazo de 10 días naturales", Reading("calendar")),
    ("it", "entro dieci giorni lavorativi", Reading("lavorativi")),
    ("it", "entro cinque giorni feriali", Reading("feriali")),
    ("it", "entro trenta giorni di calendario", Reading("calendar")),
    ("it", "almeno novanta giorni liberi", Reading(None, True)),
    ("it", "nei termini liberi", Reading(None, True)),
    ("it-procedure", "entro dieci giorni lavorativi", Reading("lavorativi")),
    ("it-procedure", "entro cinque giorni feriali", Reading("feriali")),
    ("it-procedure", "entro trenta giorni di calendario", Reading("calendar")),
    ("it-procedure", "giorni liberi", Reading(None, True)),
    ("it-procedure", "termini liberi", Reading(None, True)),
    ("us", "within 10 business days", Reading("business")),
    ("us", "within 30 calendar days", Reading("calendar")),
    ("uk", "at least 14 clear days before", Reading(None, True)),
    ("uk", "not less than seven days clear", Reading(None, True)),
    ("uk", "two clear business days", Reading("working", True)),
    ("uk", "within five working days", Reading("working")),
    ("uk", "within 28 calendar days", Reading("calendar")),
    ("uk-cpr", "within two business days", Reading("working")),
    ("nl", "binnen vijf werkdagen", Reading("working")),
    ("nl", "binnen dertig kalenderdagen", Reading("calendar")),
    ("lu", "dans les dix jours ouvrables", Reading("ouvrables")),
    ("lu", "innerhalb von drei Werktagen", Reading("ouvrables")),
    ("lu", "dans les dix jours ouvrés", Reading("ouvres")),
    ("lu", "innerhalb von fünf Bankarbeitstagen", Reading("ouvres")),
    ("lu", "dans les trente jours calendaires", Reading("calendar")),
    ("lu", "innerhalb von 30 Kalendertagen", Reading("calendar")),
    ("cz", "do pěti pracovních dnů", Reading("working")),
    ("cz", "nejpozději druhý pracovní den", Reading("working")),
    ("cz", "do 30 kalendářních dnů", Reading("calendar")),
    ("sk", "do piatich pracovných dní", Reading("working")),
    ("sk", "do 30 kalendárnych dní", Reading("calendar")),
    ("pl", "w terminie 7 dni roboczych", Reading("working")),
    ("pl", "następnego dnia roboczego", Reading("working")),
    ("pl", "najpóźniej dzień roboczy", Reading("working")),
    ("pl", "w terminie 30 dni kalendarzowych", Reading("calendar")),
]


@pytest.mark.parametrize(("law", "words", "reading"), _WORDS)
def test_the_words_of_a_deadline_say_which_days_count(law: str, words: str, reading: Reading) -> None:
    assert reading_of(law, words) == reading


def test_every_pattern_is_used_by_an_example() -> None:
    import re

    for law in period_laws().values():
        examples = [" ".join(words.split()).casefold() for name, words, _ in _WORDS if name == law.id]
        for pattern in law.words():
            assert any(re.search(pattern, words) for words in examples), (law.id, pattern)
