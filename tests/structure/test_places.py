"""Places as the field cites them."""

from __future__ import annotations

from trees import CIRCULAR, EU_ACT, FRENCH_ACT, STATUTE, US_RULE, places, sentence_places, structure


def test_eu_act() -> None:
    made, found = structure(EU_ACT)
    assert [p for p in places(found) if p.startswith("Art")] == [
        "Art 1",
        "Art 2",
        "Art 2(1)",
        "Art 2(2)",
        "Art 2(2)(a)",
        "Art 2(2)(b)",
        "Art 3",
        "Art 3(1)",
        "Art 3(1)(a)",
        "Art 3(1)(a)(i)",
        "Art 3(1)(a)(ii)",
        "Art 3(1)(b)",
        "Art 3(1) subpara 2",
        "Art 3(2)",
        "Art 3(2)(a)",
        "Art 3(2)(b)",
        "Art 3(3)",
        "Art 4",
        "Art 4(1)",
        "Art 4(1) “¶ 1”",
        "Art 5",
    ]
    assert [p for p in places(found) if p.startswith("Recital")] == ["Recital 1", "Recital 2", "Recital 3"]
    where = sentence_places(made, found)
    assert where["The log shall be kept fo"] == "Art 3(1) subpara 2"
    assert where["the berth."] == "Annex I(2)(b)"


def test_german_statute() -> None:
    made, found = structure(STATUTE, "de")
    where = sentence_places(made, found)
    assert where["Der Betreiber hat jeden "] == "§ 30 Abs. 1"
    assert where["den Zielhafen und"] == "§ 30 Abs. 2 Nr. 2"
    assert where["die Art der Ware,"] == "§ 30 Abs. 2 Nr. 3 Buchst. a"
    assert where["der Fässer."] == "§ 30 Abs. 2 Nr. 3 Buchst. b Doppelbuchst. bb"
    assert where["Die Meldung ist am selbe"] == "§ 30a"


def test_french_act() -> None:
    made, found = structure(FRENCH_ACT, "fr")
    where = sentence_places(made, found)
    assert where["Le présent règlement éta"] == "Art 1"
    assert where["sceller la cale."] == "Art 2(1)(b)"
    assert where["Le journal est écrit à l"] == "Annex(1)"


def test_circular_with_margin_numbers() -> None:
    made, found = structure(CIRCULAR, "de")
    where = sentence_places(made, found)
    assert where["Die Institute sollten de"] == "Rz 11"
    assert where["die Tore prüfen."] == "Rz 12(b)"


def test_american_section() -> None:
    made, found = structure(US_RULE)
    where = sentence_places(made, found)
    assert where["Keep a log; and"] == "§ 12.3(a)(1)"
    assert where["By night, with lead."] == "§ 12.3(a)(2)(ii)"
    assert where["Paragraph (a) does not a"] == "§ 12.3(b)"
    assert where["A carrier must post a no"] == "§ 12.4"


def test_ids_depend_on_document_and_place_and_stay_unique_where_places_repeat() -> None:
    text = "# § 1 Pflichten\n(1) Eins ist hier.\n# § 1 Pflichten\n(1) Zwei ist hier.\n"
    _, found = structure(text, "de")
    assert len({p.id for p in found.provisions}) == len(found.provisions)
    assert places(found).count("§ 1 Abs. 1") == 2
