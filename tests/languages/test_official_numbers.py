"""Official numbers: each pattern has an example that it meets, and numbers are looked up in the form in which they are stored."""

from __future__ import annotations

import pytest

from dutybook.languages.eu_acts import celex_in_name, celex_of_eli, eli_of_union, is_celex, journal_number
from dutybook.languages.official_numbers import is_generic, number_of, official_numbers, state_numbers
from dutybook.languages.publication_lines import version_in, version_lines
from dutybook.languages.relations import is_corrigendum

EXAMPLES = [(n, text, number) for n in official_numbers() for text, number in n.examples.items()]


@pytest.mark.parametrize(("entry", "text", "number"), EXAMPLES, ids=[f"{n.state} {t[:40]}" for n, t, _ in EXAMPLES])
def test_every_pattern_meets_its_example(entry: object, text: str, number: str) -> None:
    state, places = entry.state, entry.where  # type: ignore[attr-defined]
    texts = {place: [text] for place in places}
    found = state_numbers(texts, state)
    assert (state, number) in {(n.state, n.number) for n in found}


@pytest.mark.parametrize(
    ("texts", "state", "numbers"),
    [
        # a line inside the text cites another act
        ({"title": ["Zákon č. 77/2031 Sb."], "line": ["Zákon č. 12/2020 Sb., se mění takto:"]}, "CZ", ["77/2031 Sb."]),
        ({"line": ["vu l'ordonnance n° 2031-17 du 3 mars 2031"]}, "FR", []),
        ({"title": ["Ley 77/2031, de 3 de marzo"]}, "", []),
        ({"title": ["Ley 77/2031, de 3 de marzo"]}, "IT", []),
        ({}, "DE", []),
    ],
)
def test_only_its_own_number_of_its_own_state(texts: dict[str, list[str]], state: str, numbers: list[str]) -> None:
    assert [n.number for n in state_numbers(texts, state)] == numbers  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "number", ["BOE-A-2031-10777", "ukpga/2031/77", "SFS 2031:77", "no number at all", "32031R0777", ""]
)
def test_a_number_in_its_stored_form_is_itself(number: str) -> None:
    assert number_of(number) == number


@pytest.mark.parametrize(
    ("title", "generic"),
    [
        ("Bundesgesetzblatt", True),
        ("ΕΦΗΜΕΡΙΔΑ ΤΗΣ ΚΥΒΕΡΝΗΣΕΩΣ", True),
        ("952.0", True),
        ("Art. 10", True),
        ("Journal officiel de la République française - N° 88 du 14 avril 2031", True),
        ("Lighthouse Act 2031", False),
        ("Leuchtturmgesetz vom 3. März 2031", False),
    ],
)
def test_titles_that_name_nothing(title: str, generic: bool) -> None:
    assert is_generic(title) is generic


@pytest.mark.parametrize(
    "written",
    [
        "OJ L 77, 4.5.2031, p. 1",
        "ABl. L 77 vom 4.5.2031, S. 1",
        "JO L 77 du 4.5.2031, p. 1",
        "DO L 77 de 4.5.2031, p. 1",
        "GU L 77 del 4.5.2031, pag. 1",
        "PB L 77 van 4.5.2031, blz. 1",
        "Dz.U. L 77 z 4.5.2031, s. 1",
        "EUT L 77 af 4.5.2031, s. 1",
        "(OJ L 77 4.5.2031, p. 1)",
    ],
)
def test_one_official_journal_in_many_languages(written: str) -> None:
    assert journal_number(written) == "OJ L 77, 2031-05-04, p. 1"


def test_numbers_of_the_union() -> None:
    assert journal_number("ABl. L, 2031/777, 12.5.2031") == "OJ L, 2031/777"
    assert journal_number("the regulation of 4 May 2031") is None
    assert celex_of_eli("http://data.europa.eu/eli/dir/2031/7/oj") == "32031L0007"
    assert celex_of_eli("http://www.legislation.gov.uk/ukpga/2031/77") is None
    assert eli_of_union("http://data.europa.eu/eli/reg/2031/777/corrigendum/2031-07-02/oj") == (
        "eli/reg/2031/777/corrigendum/2031-07-02"
    )
    assert celex_in_name("HDA_02031R0777-20330120_EN.html") == "32031R0777"
    assert celex_in_name("COR_32031R0777R02_EN.xhtml") == "32031R0777R(02)"
    assert celex_in_name("invoice 132031R07775.txt") is None
    assert [is_celex(t) for t in ("32031R0777", "32031R0777R(01)", "12016P/TXT", "2031/777", "")] == [
        *(True, True, True, False, False)
    ]


@pytest.mark.parametrize("line", version_lines(), ids=lambda line: line.example)
def test_every_version_line_meets_its_example(line: object) -> None:
    found = version_in(line.example)  # type: ignore[attr-defined]
    assert found is not None
    assert bool(found[0]) is ("{date}" in line.pattern)  # type: ignore[attr-defined]


def test_what_is_no_version_line() -> None:
    assert version_in("The text of 3 March 2031 is consolidated.") is None
    assert version_in("02031R0777 — EN — 31.02.2032 — 001.001 — 1") is None


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("bg", "Поправка на Регламент (ЕС) 2031/777"),
        ("cs", "Oprava nařízení (EU) 2031/777"),
        ("da", "Berigtigelse til forordning (EU) 2031/777"),
        ("de", "Berichtigung der Verordnung (EU) 2031/777"),
        ("el", "Διορθωτικό στον κανονισμό (ΕΕ) 2031/777"),
        ("en", "Corrigendum to Regulation (EU) 2031/777"),
        ("es", "Corrección de errores del Reglamento (UE) 2031/777"),
        ("et", "Määruse (EL) 2031/777 parandus"),
        ("fi", "Oikaisu asetukseen (EU) 2031/777"),
        ("fr", "Rectificatif au règlement (UE) 2031/777"),
        ("ga", "Ceartúchán ar Rialachán (AE) 2031/777"),
        ("hr", "Ispravak Uredbe (EU) 2031/777"),
        ("hu", "Helyesbítés az (EU) 2031/777 rendelethez"),
        ("it", "Rettifica del regolamento (UE) 2031/777"),
        ("lt", "Reglamento (ES) 2031/777 klaidų ištaisymas"),
        ("lv", "Labojums Regulā (ES) 2031/777"),
        ("mt", "Rettifika tar-Regolament (UE) 2031/777"),
        ("nl", "Rectificatie van Verordening (EU) 2031/777"),
        ("pl", "Sprostowanie do rozporządzenia (UE) 2031/777"),
        ("pt", "Retificação do Regulamento (UE) 2031/777"),
        ("ro", "Rectificare la Regulamentul (UE) 2031/777"),
        ("sk", "Korigendum k nariadeniu (EÚ) 2031/777"),
        ("sl", "Popravek Uredbe (EU) 2031/777"),
        ("sv", "Rättelse till förordning (EU) 2031/777"),
    ],
)
def test_corrigenda_in_every_language(language: str, title: str) -> None:
    assert is_corrigendum(title, language)
    assert not is_corrigendum("(EU) 2031/777", language)
