"""Acts are known by clear names, in several languages, and by nothing else."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from dutybook.errors import Defect
from dutybook.languages.known_acts import KnownAct, _checked, act_of, act_pattern, find_act, is_ambiguous, known_acts


def find_acts(text: str, language: str | None = None) -> list[tuple[str, KnownAct]]:
    """The acts that a text names, with their names; names that stand for something else as well are left out."""
    found = [(match[0], act_of(match, language)) for match in act_pattern(language).finditer(text)]
    return [(name, act) for name, act in found if act and not is_ambiguous(name, act)]


def _ids(text: str, language: str | None = None) -> list[str]:
    return [act.id for _, act in find_acts(text, language)]


def test_ids_are_well_formed_and_agree_with_the_kind_and_number() -> None:
    letters = {"regulation": "R", "directive": "L", "decision": "D"}
    for act in known_acts():
        if act.jurisdiction != "EU":
            assert act.id.startswith(act.jurisdiction.lower() + ":")
            continue
        if act.kind not in letters:
            continue
        assert act.id[5] == letters[act.kind], act.id
        assert act.number is not None, act.id
        numbers = {int(n) for n in re.findall(r"\d+", act.number)}
        year, serial = int(act.id[1:5]), int(act.id[6:])
        assert serial in numbers, act.id
        assert year in numbers or year - 1900 in numbers, act.id


def test_every_act_has_a_name_and_no_name_stands_twice() -> None:
    acts = known_acts()
    assert len({act.id for act in acts}) == len(acts)
    for act in acts:
        names = act.all_names()
        assert names, act.id
        assert len(set(names)) == len(names), act.id


@pytest.mark.parametrize("act", known_acts(), ids=lambda act: act.id)
def test_every_name_finds_its_act(act: KnownAct) -> None:
    for name in act.all_names():
        plain = name.replace("~", "")
        found = find_act(plain)
        assert found is not None, name
        assert found.id == act.id, name
        if not is_ambiguous(plain, act):
            assert _ids(f"Wer {plain} liest, weiß mehr.") == [act.id], name


@pytest.mark.parametrize(
    ("text", "language", "ids"),
    [
        ("The EU AI Act and the GDPR bind every provider.", "en", ["32024R1689", "32016R0679"]),
        ("Under the General Data Protection Regulation and MiFID II …", "en", ["32016R0679", "32014L0065"]),
        ("Die KI-Verordnung ergänzt die Datenschutz-Grundverordnung.", "de", ["32024R1689", "32016R0679"]),
        ("NIS2, NIS 2, NIS-2 und die NIS-2-Richtlinie sind eins.", "de", ["32022L2555"] * 4),
        ("nach Maßgabe des Kreditwesengesetzes und des BSIG", "de", ["de:kwg", "de:bsig"]),
        ("im Sinne des Bürgerlichen Gesetzbuchs", "de", ["de:bgb"]),
        ("Le règlement sur l’IA complète le RGPD.", "fr", ["32024R1689", "32016R0679"]),
        ("La directive NIS 2 vise\nles ports.", "fr", ["32022L2555"]),
        ("règlement sur\nles marchés de quai : rien", "fr", []),
        ("Règlement sur les services\nnumériques", "fr", ["32022R2065"]),
    ],
)
def test_names_in_three_languages(text: str, language: str, ids: list[str]) -> None:
    assert _ids(text, language) == ids
    assert _ids(text) == ids


@pytest.mark.parametrize(
    "text",
    [
        "Dora writes to the mayor.",
        "Each data act of the port is logged.",
        "The CRA rates the bond.",  # a credit rating agency
        "ein Mar und ein Kwg",
        "pre-DORA and DORAs",
        "Kreditwesengesetzgebung",
        "",
    ],
)
def test_what_is_no_clear_name_is_left_alone(text: str) -> None:
    assert _ids(text) == []


def test_each_name_is_found_as_it_stands_there() -> None:
    text = "Since January, DORA applies; the Data Act too."
    assert [name for name, _ in find_acts(text)] == ["DORA", "Data Act"]


def test_other_languages_names_can_be_left_out() -> None:
    assert find_act("Offenlegungsverordnung", "fr") is None
    assert find_act("Offenlegungsverordnung", "de") is not None
    assert find_act("no such act") is None


def test_bad_lists_are_errors() -> None:
    one = KnownAct(id="de:abc", title="A", kind="law", jurisdiction="DE", abbreviations=("AbcG",))
    with pytest.raises(Defect, match="twice"):
        _checked([one, one])
    with pytest.raises(Defect, match="two acts"):
        _checked([one, one.model_copy(update={"id": "de:xyz"})])
    with pytest.raises(ValidationError):
        KnownAct(id="2016/679", title="A", kind="law", jurisdiction="EU")
    with pytest.raises(ValidationError):
        KnownAct(id="de:abc", title="A", kind="law", jurisdiction="DE", abbreviations=("A",))


def test_long_texts_are_searched_quickly() -> None:
    hostile = "Gesetz " * 20_000 + "règlement sur " * 10_000 + "A" * 200_000
    assert _ids(hostile) == []
