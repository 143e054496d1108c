"""Lines that state the day of an article's publication, in the 24 languages, and lines that only mention a day."""

from __future__ import annotations

import pytest

from dutybook.languages.datelines import (
    Label,
    breaks_off,
    dateline_words,
    day_of_today,
    is_advertisement_label,
    parse_byline,
    parse_dateline,
    parse_signature,
    parse_source_line,
)
from dutybook.languages.pack import available

DAY = "2031-05-03"

STATED = [
    ("bg", "Публикувано на 3 май 2031 г. в 14:05 ч."),
    ("cs", "Publikováno: 3. května 2031 14:05"),
    ("da", "Publiceret 3. maj 2031 kl. 14.05"),
    ("de", "Artikel veröffentlicht am 3. Mai 2031, 14:05 Uhr, Mara Quell"),
    ("de", "03.05.2031 - 20:30:12"),
    ("de", "Stand: 03.05.31, 20:44 Uhr"),
    ("el", "Δημοσιεύτηκε: 3 Μαΐου 2031, 14:05"),
    ("en", "Published May 3, 2031 • 3 minute read"),
    ("en", "2 minute readMay 3, 20312:26 PM GMT+2Last Updated 9 min ago"),
    ("en", "By Mara Quell 3 May 2031 • 4:45pm"),
    ("en", "03 May 2031 / harbours Print"),
    ("en", "May 3rd '31"),
    ("es", "Publicado el 3 de mayo de 2031 16:51 h Actualizado el 4 de mayo de 2031"),
    ("et", "Avaldatud: 3. mai 2031 kell 14:05"),
    ("fi", "Julkaistu 3.5.2031 klo 14.05 Päivitetty 4.5.2031"),
    ("fr", "Publié le 3 mai 2031 à 08:01Mis à jour le 4 mai 2031 à 09:06"),
    ("fr", "Bruxelles, le 3 mai 2031"),
    ("fr", "Parution : samedi 3 mai 2031"),
    ("ga", "Foilsithe: 3 Bealtaine 2031"),
    ("hr", "Objavljeno 3. svibnja 2031. u 14:05"),
    ("hu", "2031. május 3., 14:20"),
    ("it", "Mara Quell 3 Maggio 2031 - 14:41"),
    ("lt", "Paskelbta: 2031 m. gegužės 3 d., 14:05"),
    ("lv", "Publicēts: 2031. gada 3. maijs, 12:03"),
    ("mt", "Ippubblikat fit-3 ta' Mejju 2031"),
    ("nl", "Gepubliceerd op 3 mei 2031 om 14:05"),
    ("pl", "Publikacja: 03.05.2031 21:52"),
    ("pt", "Publicado em 3 de maio de 2031, às 14:05"),
    ("ro", "Publicat: 3 mai 2031, 14:05"),
    ("sk", "Zverejnené 3. mája 2031 o 14:05"),
    ("sl", "Objavljeno 3. 5. 2031 ob 14.05"),
    ("sv", "Publicerad kl 14:05, 3 maj 2031"),
    ("sv", "Publicerad: lördag 3 maj 2031"),
]


@pytest.mark.parametrize(("language", "line"), STATED)
def test_a_dateline_states_its_day(language: str, line: str) -> None:
    found = parse_dateline(line, language)
    assert found is not None, line
    assert found.day == DAY
    assert found.label is not Label.UPDATED


@pytest.mark.parametrize(
    "line",
    [
        "It entered into force on 3 May 2031.",
        "Deadline: 3 May 2031",
        "Valid from: 3 May 2031",
        "Vom 3. Mai 2031",
        "(Vom 3. Mai 2031)",
        "Gesetz vom 3. Mai 2031",
        "Urteil v. 3.5.2031, 2 Ss 240/31",
        "Circolare n. 1 del 3 maggio 2031",
        "2031 m. gegužės 3 d. Nr. D1-181",
        "z 3. mája 2031,",
        "3 May 2031 is the deadline",
        "3 May 2031 / ferries must not leave the quay after dark.",
        "May the 3rd '31",
        "17.-20.05.2031",
        "Résumé des débats du 3 mai 2031",
        "Das Werk brannte nach dem Einschlag vom 3. Mai 2031 nieder",
    ],
)
def test_a_day_that_is_only_mentioned_is_none(line: str) -> None:
    assert parse_dateline(line) is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Der Hafenrat hat heute, 3. Mai 2031, die Gebühren gesenkt."),
        ("el", "Το λιμάνι ανοίγει σήμερα, 3 Μαΐου 2031, ξανά."),
        ("en", "Today, Saturday 3 May 2031, the quay reopens."),
        ("fr", "La capitainerie publie aujourd'hui, 3 mai 2031, ses tarifs."),
    ],
)
def test_a_day_that_a_text_calls_today(language: str, text: str) -> None:
    found = day_of_today(text, language)
    assert found is not None
    assert found.day == DAY


@pytest.mark.parametrize("text", ["The quay reopens on 3 May 2031.", "Today we report on 3 May 2031."])
def test_a_day_that_is_not_called_today(text: str) -> None:
    assert day_of_today(text, "en") is None


def test_a_line_that_goes_on_with_a_day() -> None:
    assert breaks_off("Comments are accepted until")
    assert breaks_off("Stellungnahmen bis zum")
    assert not breaks_off("New rules for ferries")
    assert not breaks_off("Today 5:00 am")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Mara Quell am 3. Mai 2031", "Mara Quell"),
        ("Tag der Seefahrt am 3. Mai 2031", ""),
        ("Beginn am 3. Mai 2031", ""),
        ("Mara Quell am 3. Mai 2031 in Montelago", ""),
    ],
)
def test_signatures(line: str, name: str) -> None:
    found = parse_signature(line, "de")
    assert (found[0] if found else "") == name


def test_an_update_says_so() -> None:
    found = parse_dateline("Aktualisiert am 03.05.2031 - 18:50 Uhr")
    assert found is not None
    assert found.label is Label.UPDATED


def test_a_day_that_may_be_two_is_taken_in_no_english_text() -> None:
    assert parse_dateline("Published 05/03/2031", "en") is None
    found = parse_dateline("Publié le 05/03/2031", "fr")
    assert found is not None
    assert found.day == "2031-03-05"


def test_each_language_has_words() -> None:
    assert set(dateline_words()) == set(available())
    for words in dateline_words().values():
        assert words.published
        assert words.updated
        assert words.by
        assert words.advertisement


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Von Mara Quell und Jon Aster", "Mara Quell und Jon Aster"),
        ("Par Mara QUELL", "Mara QUELL"),
        ("By the end of the year", ""),
        ("Von der Regierung hörte man nichts.", ""),
    ],
)
def test_bylines(line: str, name: str) -> None:
    assert parse_byline(line) == name


def test_labels_of_advertisements_and_lines_of_sources() -> None:
    assert is_advertisement_label("Anzeige")
    assert is_advertisement_label("– Publicité –")
    assert not is_advertisement_label("Anzeige gegen unbekannt")
    assert parse_source_line("@ blatt.example") == "blatt.example"
    assert parse_source_line("Fonte: Ufficio dei porti") == "Ufficio dei porti"
    assert parse_source_line("Source of the river") == ""
