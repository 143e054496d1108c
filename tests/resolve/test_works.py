"""A work is known by its number in every language and format, and knows whose law it is, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dutybook.languages import available, load
from dutybook.records import Family, Layout, LayoutBuilder, Work
from dutybook.resolve.works import Identity, identify

_AUSTRIAN = "Der Nationalrat hat beschlossen: Das Hafengesetz, BGBl. I Nr. 12/2031, wird geändert."


def _work(family: Family, text: str, title: str = "Gesetz über Häfen (HafG)", **meta: str) -> Work | None:
    return identify(title, family, "de", Layout(text, (), meta=meta), load("de")).work


@pytest.mark.parametrize(
    ("family", "text", "meta", "jurisdiction"),
    [
        (Family.STATUTE, _AUSTRIAN, {}, "AT"),
        (Family.GUIDANCE, _AUSTRIAN, {}, "AT"),
        (Family.STATUTE, _AUSTRIAN, {"jurisdiction": "DE"}, "DE"),
        (Family.STATUTE, "Häfen sind zu sichern.", {}, ""),
        (Family.EU_ACT, _AUSTRIAN, {}, "EU"),
        (Family.STATUTE, _AUSTRIAN, {"celex": "32031R0012"}, "EU"),
    ],
)
def test_the_jurisdiction_of_a_work(family: Family, text: str, meta: dict[str, str], jurisdiction: str) -> None:
    work = _work(family, text, **meta)
    assert work is not None
    assert work.jurisdiction == jurisdiction


def test_two_states_may_have_acts_of_one_abbreviation() -> None:
    austrian, unknown = _work(Family.STATUTE, _AUSTRIAN), _work(Family.STATUTE, "")
    assert austrian is not None
    assert unknown is not None
    assert (austrian.id, unknown.id) == ("at:hafg", "de:hafg")


def test_news_are_no_work() -> None:
    assert _work(Family.NEWS, _AUSTRIAN) is None


# The number of a regulation and of a directive as titles in each language of the Union write it.
TITLES = {
    "bg": "РЕГЛАМЕНТ (ЕС) 2031/777 НА ЕВРОПЕЙСКИЯ ПАРЛАМЕНТ И НА СЪВЕТА",
    "cs": "NAŘÍZENÍ EVROPSKÉHO PARLAMENTU A RADY (EU) 2031/777",
    "da": "EUROPA-PARLAMENTETS OG RÅDETS FORORDNING (EU) 2031/777",
    "de": "VERORDNUNG (EU) 2031/777 DES EUROPÄISCHEN PARLAMENTS UND DES RATES",
    "el": "ΚΑΝΟΝΙΣΜΟΣ (ΕΕ) 2031/777 ΤΟΥ ΕΥΡΩΠΑΪΚΟΥ ΚΟΙΝΟΒΟΥΛΙΟΥ ΚΑΙ ΤΟΥ ΣΥΜΒΟΥΛΙΟΥ",
    "en": "REGULATION (EU) 2031/777 OF THE EUROPEAN PARLIAMENT AND OF THE COUNCIL",
    "es": "REGLAMENTO (UE) 2031/777 DEL PARLAMENTO EUROPEO Y DEL CONSEJO",
    "et": "EUROOPA PARLAMENDI JA NÕUKOGU MÄÄRUS (EL) 2031/777",
    "fi": "EUROOPAN PARLAMENTIN JA NEUVOSTON ASETUS (EU) 2031/777",
    "fr": "RÈGLEMENT (UE) 2031/777 DU PARLEMENT EUROPÉEN ET DU CONSEIL",
    "ga": "RIALACHÁN (AE) 2031/777 Ó PHARLAIMINT NA hEORPA AGUS ÓN gCOMHAIRLE",
    "hr": "UREDBA (EU) 2031/777 EUROPSKOG PARLAMENTA I VIJEĆA",
    "hu": "AZ EURÓPAI PARLAMENT ÉS A TANÁCS (EU) 2031/777 RENDELETE",
    "it": "REGOLAMENTO (UE) 2031/777 DEL PARLAMENTO EUROPEO E DEL CONSIGLIO",
    "lt": "EUROPOS PARLAMENTO IR TARYBOS REGLAMENTAS (ES) 2031/777",
    "lv": "EIROPAS PARLAMENTA UN PADOMES REGULA (ES) 2031/777",
    "mt": "REGOLAMENT (UE) 2031/777 TAL-PARLAMENT EWROPEW U TAL-KUNSILL",
    "nl": "VERORDENING (EU) 2031/777 VAN HET EUROPEES PARLEMENT EN DE RAAD",
    "pl": "ROZPORZĄDZENIE PARLAMENTU EUROPEJSKIEGO I RADY (UE) 2031/777",
    "pt": "REGULAMENTO (UE) 2031/777 DO PARLAMENTO EUROPEU E DO CONSELHO",
    "ro": "REGULAMENTUL (UE) 2031/777 AL PARLAMENTULUI EUROPEAN ȘI AL CONSILIULUI",
    "sk": "NARIADENIE EURÓPSKEHO PARLAMENTU A RADY (EÚ) 2031/777",
    "sl": "UREDBA (EU) 2031/777 EVROPSKEGA PARLAMENTA IN SVETA",
    "sv": "EUROPAPARLAMENTETS OCH RÅDETS FÖRORDNING (EU) 2031/777",
}


@pytest.mark.parametrize("language", available())
def test_one_act_in_every_language_of_the_union(language: str) -> None:
    found = identify(TITLES[language], Family.EU_ACT, language, Layout("", ()), load(language))
    assert found.work is not None
    assert found.work.id == "32031R0777"
    assert found.version_kind == "original"


@pytest.mark.parametrize(
    ("title", "celex"),
    [
        ("Regulation (EC) No 1049/2001 of the European Parliament", "32001R1049"),
        ("Regulation (EU) No 77/2013 of the European Parliament", "32013R0077"),
        ("Council Regulation (EC) 1049/2001", "32001R1049"),
        ("Directive 2013/77/EU of the European Parliament", "32013L0077"),
        ("Directive 95/77/EC of the European Parliament", "31995L0077"),
        ("Commission Delegated Regulation (EU) 2031/778 supplementing Directive (EU) 2031/5", "32031R0778"),
        ("Commission Implementing Decision (EU) 2031/9 on harbours under Regulation (EU) 2031/777", "32031D0009"),
        ("Council Regulation (EC, Euratom) No 2988/95", "31995R2988"),
    ],
)
def test_numbers_of_every_time(title: str, celex: str) -> None:
    found = identify(title, Family.EU_ACT, "en", Layout("", ()), load("en"))
    assert found.work is not None
    assert found.work.id == celex


def _identify(title: str, family: Family = Family.EU_ACT, source: str = "", text: str = "", **meta: str) -> Identity:
    return identify(title, family, "en", Layout(text, (), meta=meta), load("en"), source)


def test_versions_are_one_work_and_say_which_they_are() -> None:
    consolidated = _identify("Amended by", celex="02031R0777-20330120", version_date="2033-01-20")
    original = _identify("Regulation", eli="http://data.europa.eu/eli/reg/2031/777/oj", journal="2031/777")
    assert consolidated.work == replace(original.work, short_title="Amended by") if original.work else False
    assert (consolidated.version_kind, original.version_kind) == ("consolidated", "original")
    assert [n.number for n in consolidated.numbers] == ["32031R0777", "02031R0777-20330120"]
    assert [n.number for n in original.numbers] == ["32031R0777", "eli/reg/2031/777", "OJ L, 2031/777"]


def test_a_corrigendum_is_a_work_of_its_own() -> None:
    eli = "http://data.europa.eu/eli/reg/2031/777/corrigendum/2031-07-02/oj"
    found = _identify("Corrigendum to Regulation (EU) 2031/777", Family.NEWS, eli=eli, published="2031-07-02")
    assert found.work is not None
    assert (found.work.id, found.corrects, found.version_kind) == (
        "32031R0777R(2031-07-02)",
        "32031R0777",
        "corrigendum",
    )
    numbered = _identify("Corrigendum to Regulation (EU) 2031/777", celex="32031R0777R(01)", published="2031-07-02")
    assert numbered.work is not None
    assert numbered.work.id == found.work.id, "the day tells it, whether the number is known or not"
    assert "32031R0777R(01)" in [n.number for n in numbered.numbers]
    # of nobody knows what, or when: no work
    assert _identify("Corrigendum to a notice", Family.NEWS).work is None


def test_the_name_of_a_file_counts_only_where_the_text_says_nothing() -> None:
    named = "texts/HDA_32031R0777_EN.txt"
    assert _identify("on harbours", source=named).work == Work(
        "32031R0777", "regulation", "EU", "32031R0777", "on harbours"
    )
    identified = _identify("Regulation (EU) 2031/5 on harbours", source=named)
    assert identified.work is not None
    assert identified.work.id == "32031R0005"
    # notes about an act are not the act; a text that calls itself "this Regulation" is
    assert "32031" not in str(_identify("Harbours explained", Family.GUIDANCE, named, "Ports read it.").work)
    extract = _identify("on harbours", Family.GUIDANCE, named, "This Regulation applies. " * 4)
    assert extract.work is not None
    assert extract.work.id == "32031R0777"


@pytest.mark.parametrize("family", [Family.STATUTE, Family.GUIDANCE])
def test_what_is_about_an_act_of_the_union_is_not_that_act(family: Family) -> None:
    title = "Verordnung zur Durchführung der Richtlinie (EU) 2031/5 über Häfen"
    found = identify(title, family, "de", Layout("", ()), load("de"))
    assert found.work is not None
    assert not found.work.id.startswith("3")


@pytest.mark.parametrize(
    ("title", "meta", "identity"),
    [
        ("Harbours (Scotland) Act 2031", {"eli": "http://www.legislation.gov.uk/asp/2031/11"}, "gb:asp-2031-11"),
        ("Ley 77/2031, de 3 de marzo, de faros", {"jurisdiction": "ES"}, "es:ley-77-2031"),
        ("Hafengesetz", {"jurisdiction": "DE", "abbreviation": "HafG"}, "de:hafg"),
        ("Zweites Hafengesetz 2031", {"eli": "eli/bund/bgbl-1/2031/17"}, "de:bgbl-2031-i-nr-17"),
        ("Besluit havens", {"jurisdiction": "NL", "number": "BWBR0077777"}, "nl:bwbr0077777"),
    ],
)
def test_acts_of_states_by_their_numbers(title: str, meta: dict[str, str], identity: str) -> None:
    found = _identify(title, Family.STATUTE, **meta)
    assert found.work is not None
    assert found.work.id == identity


def test_a_title_that_many_have_joins_nothing() -> None:
    one = _identify("Table of contents", Family.STATUTE, text="The harbours of the north.")
    other = _identify("Table of contents", Family.STATUTE, text="The harbours of the south.")
    assert one.work is not None
    assert other.work is not None
    assert one.work.id != other.work.id


@pytest.mark.parametrize(
    ("lines", "celex"),
    [
        (["Harbours", "Regulation (EU) 2031/777 of 3 March 2031 on harbours"], "32031R0777"),
        (["Commission Delegated Regulation (EU) .../... supplementing Directive (EU) 2031/5"], None),
        (["supplementing Directive (EU) 2031/5"], None),
        (
            [
                "Having regard to the Treaty, and to the opinion of the Bank, and to much else besides, Directive (EU) 2031/5"
            ],
            None,
        ),
    ],
)
def test_a_title_in_the_first_lines_counts_where_the_file_has_another(lines: list[str], celex: str | None) -> None:
    builder = LayoutBuilder()
    for line in lines:
        builder.block(line)
    layout = Layout(builder.text(), tuple(builder.blocks))
    found = identify("Document 1", Family.EU_ACT, "en", layout, load("en")).work
    assert found is not None
    assert (found.number if found.id.startswith("3") else None) == celex
