"""Acts are known by clear names, in several languages, and by nothing else."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from dutybook.errors import Defect
from dutybook.languages.data import load_data
from dutybook.languages.known_acts import (
    KnownAct,
    _checked,
    _Topics,
    find_act,
    find_known_acts,
    find_topics,
    is_ambiguous,
    known_acts,
)


def find_acts(text: str, language: str | None = None) -> list[tuple[str, KnownAct]]:
    """The acts that a text names, with their names; names that stand for something else as well are left out."""
    return [(match[0], act) for match, act in find_known_acts(text, language) if not is_ambiguous(match[0], act)]


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


@pytest.mark.parametrize(
    ("language", "text", "celex"),
    [
        ("bg", "Пристанищата чакат регламента за батериите.", "32023R1542"),
        ("cs", "Přístavy řeší nařízení EU o umělé inteligenci.", "32024R1689"),
        ("da", "Havnene følger løngennemsigtighedsdirektivet.", "32023L0970"),
        ("de", "Die europäische Entwaldungs-Verordnung gilt im Hafen.", "32023R1115"),
        ("el", "Ισχύει ο κανονισμός για τις μπαταρίες.", "32023R1542"),
        ("en", "Ports read the directive on platform work.", "32024L2831"),
        ("es", "El puerto cumple la Directiva europea de transparencia salarial.", "32023L0970"),
        ("et", "Sadam järgib palkade läbipaistvuse direktiivi.", "32023L0970"),
        ("fi", "Satama noudattaa alustatyödirektiiviä.", "32024L2831"),
        ("fr", "Le port suit la directive européenne sur le travail de plateforme.", "32024L2831"),
        ("ga", "Tá an Treoir maidir le Trédhearcacht Pá i bhfeidhm.", "32023L0970"),
        ("hr", "Luka poštuje Direktivu o transparentnosti plaća.", "32023L0970"),
        ("hu", "A kikötő betartja a mesterségesintelligencia-rendeletet.", "32024R1689"),
        ("it", "Il porto applica il regolamento europeo sulle batterie.", "32023R1542"),
        ("lt", "Uostas laikosi darbo užmokesčio skaidrumo direktyvos.", "32023L0970"),
        ("lv", "Osta ievēro platformu darba direktīvu.", "32024L2831"),
        ("mt", "Il-port isegwi d-Direttiva dwar il-Ħin tax-Xogħol.", "32003L0088"),
        ("nl", "De haven volgt de richtlijn inzake platformwerk.", "32024L2831"),
        ("pl", "Port stosuje unijną dyrektywę o jawności płac i akt w sprawie usług cyfrowych.", "32022R2065"),
        ("pt", "O porto segue o Regulamento europeu da inteligência artificial.", "32024R1689"),
        ("ro", "Portul respectă Regulamentul european privind bateriile.", "32023R1542"),
        ("sk", "Prístav plní smernicu o práci cez platformy.", "32024L2831"),
        ("sl", "Pristanišče upošteva Uredbo EU o umetni inteligenci.", "32024R1689"),
        ("sv", "Hamnen följer Nis 2-direktivet.", "32022L2555"),
    ],
)
def test_acts_are_known_by_kind_and_topic(language: str, text: str, celex: str) -> None:
    assert celex in {act.id for _, _, act in find_topics(text, language)}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "More regulation on artificial intelligence is needed; the Fernmoor AI Act is another act."),
        ("de", "Das Lieferkettengesetz und die Verpackungsverordnung galten schon."),
        ("hu", "A mi rendeletünk jó."),
        ("ga", "Ritheadh an tAcht um Sheirbhísí Digiteacha 2031."),
        ("pl", "Ustawa o sztucznej inteligencji jest krajowa."),
        ("xx", "directive on platform work"),
    ],
)
def test_a_topic_alone_and_acts_of_states_are_no_acts_of_the_union(language: str, text: str) -> None:
    assert list(find_topics(text, language)) == []


def test_topics_are_of_listed_acts_and_in_languages_with_forms() -> None:
    data = load_data("act_topics.toml", _Topics)
    assert len(data.forms) == 24
    assert set(data.topics) <= {act.id for act in known_acts()}
    assert all(set(topics) <= set(data.forms) for topics in data.topics.values())
    for language, forms in data.forms.items():
        for kind in forms:
            assert any(act[5] == kind and language in topics for act, topics in data.topics.items())


def test_english_names_are_found_as_other_languages_write_them() -> None:
    assert _ids("Data Actin, AI-Act, Cyber Resilience Actu, AI-act") == [
        "32023R2854",
        "32024R1689",
        "32024R2847",
        "32024R1689",
    ]
    assert _ids("AI Action Plan; data act as proof; AI Activities") == []
    assert _ids("Reglamento General de Protección de Datos") == ["32016R0679"]
