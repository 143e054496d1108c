"""Acts known by name alone: their keys, what they are called in brackets, and what titles of acts are called."""

from __future__ import annotations

import time

import pytest

from dutybook.errors import Defect
from dutybook.extract.citations import find_citations
from dutybook.extract.named_acts import act_ids, act_key, find_named_acts
from dutybook.languages.act_names import act_names, name_patterns
from dutybook.languages.data import load_data
from dutybook.records import Family, NamedAct, Zone
from views import view_of


def named(text: str, language: str = "en", **fields: object) -> tuple[NamedAct, ...]:
    view = view_of(text, language=language, **{"family": Family.NEWS} | fields)  # type: ignore[arg-type]
    return find_named_acts(view, find_citations(view))


def test_all_languages_have_patterns_that_compile() -> None:
    assert len(act_names()) == 24
    assert all(name_patterns(language) for language in act_names())
    assert name_patterns("xx") is None


def test_a_bad_file_is_a_defect() -> None:
    with pytest.raises(Defect, match="act_names"):
        load_data("act_names.toml", int)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "Hafensicherheitsgesetz", "Hafensicherheitsgesetzes"),
        ("fi", "satamaturvallisuuslaki", "satamaturvallisuuslain"),
        ("sv", "hamnsäkerhetslagen", "Hamnsäkerhetslag (2031:77)"),
        ("pl", "ustawa o portach", "ustawą o portach"),
        ("cs", "zákon č. 77/2031 Sb.", "zákona č. 77/2031 Sb."),
        ("es", "Ley 77/2031", "Ley 77/2031, de 3 de marzo, de faros"),
        ("en", "Harbour Act", "UK Harbour Act"),
    ],
)
def test_forms_of_one_name_have_one_key(language: str, one: str, other: str) -> None:
    assert act_key(one, language) == act_key(other, language) != ""


@pytest.mark.parametrize(
    "name", ["Leitfaden zum Hafensicherheitsgesetz", "Hafensicherheitsgesetz: was gilt?", "", "Kran"]
)
def test_what_is_no_name_as_a_whole_has_no_key(name: str) -> None:
    assert act_key(name, "de") == ""


def test_titles_give_the_ids_of_their_names() -> None:
    assert act_ids("Port Accelerator Act", "32033R0077", "de") == {"name:en:port-accelerator-act"}
    assert act_ids("Kaibeleuchtungsgesetz - KaiBelG", "KaiBelG", "de") == {
        "name:de:kaibeleuchtungsgesetz",
        "name:de:kaibelg",
    }


def test_brackets_say_what_an_act_is_called_from_there_on() -> None:
    found = named("Das Kaibeleuchtungsgesetz (KaiBelG) gilt. Ausnahmen kennt das KaiBelG nicht.", "de")
    assert [(n.name, n.act) for n in found] == [("Kaibeleuchtungsgesetz", "name:de:kaibeleuchtungsgesetz")] * 2
    assert found[1].span.start > found[0].span.end


def test_what_is_a_draft_once_is_one_in_the_whole_text() -> None:
    found = named("A planned “Port Accelerator Act” was shown. The Port Accelerator Act pleases ports.")
    assert [n.is_draft for n in found] == [True, True]
    assert named("Ein geplanter „Port Accelerator Act“ kommt.", "de")[0].is_draft


def test_a_longer_topic_that_begins_with_a_shorter_one_is_the_same_act() -> None:
    text = "La loi sur les phares anciens rénovés est votée, dit-on. La loi sur les phares anciens, encore."
    assert len({n.act for n in named(text, "fr")}) == 1


def test_law_is_not_read_for_names_and_headlines_not_for_capitals() -> None:
    text = "The Harbour Safety Act applies."
    assert named(text, family=Family.STATUTE) == ()
    assert len(named(text, family=Family.GUIDANCE)) == 1
    assert named("New Harbour Safety Act Pleases Ports", zone=Zone.TITLE) == ()


def test_names_do_not_reach_over_acts_that_are_known() -> None:
    assert [n.name for n in named("The GDPR and the Harbour Safety Act 2031 apply.")] == ["Harbour Safety Act 2031"]


@pytest.mark.parametrize("language", sorted(code for code, words in act_names().items() if words.short))
def test_abbreviations_stand_for_names(language: str) -> None:
    for short, name in act_names()[language].short.items():
        assert act_key(name, language), name
        assert {n.act for n in named(f"{short}.", language)} == {
            f"name:{language}:{'-'.join(act_key(name, language).split())}"
        }, short


@pytest.mark.parametrize(
    "piece", ["A.", "Aa-", "Abc ", "Abc (Abc ", "Abc of the for the ", "loi sur ", "Gesetz über Das ", "12 ", "x"]
)
def test_lines_that_are_made_to_take_long_take_no_longer_than_others(piece: str) -> None:
    began = time.process_time()
    for language in ("en", "de", "fr", "lt", "hu"):
        named(piece * (20_000 // len(piece)), language)
    assert time.process_time() - began < 5


def test_a_name_in_the_genitive_is_shown_in_its_base_form() -> None:
    found = named("Die Änderung des Kaibeleuchtungsgesetzes und des Hafengesetzbuches gilt.", "de")
    assert [n.name for n in found] == ["Kaibeleuchtungsgesetz", "Hafengesetzbuch"]


def test_an_act_that_brackets_call_by_a_known_name_is_no_second_one() -> None:
    assert named("Das Lieferkettengesetz (LkSG) gilt. Für Kräne gilt das Lieferkettengesetz nicht.", "de") == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("cs", "Vyhlášen byl zákon č. 171/2033, o ochraně majáků. V pondělí platí zákon o ochraně majáků."),
        ("sk", "Vyhlásený bol zákon č. 171/2033, o ochrane majákov. Zákon o ochrane majákov platí."),
        ("pl", "Podstawą jest ustawa z dnia 3 marca 2031 r. o nabrzeżach. Ustawa o nabrzeżach obowiązuje."),
    ],
)
def test_a_number_and_a_topic_are_one_act(language: str, text: str) -> None:
    found = named(text, language)
    assert len(found) == 2
    assert len({n.act for n in found}) == 1


def test_a_directive_is_no_regulation() -> None:
    one, other = named("Ισχύει η οδηγία για τους φάρους και ο κανονισμός για τους φάρους.", "el")
    assert one.act != other.act


def test_abbreviated_nouns_tell_acts_of_one_number_apart() -> None:
    found = named(
        "Il D.P.R. 3 marzo 2031, n. 7, il D.Lgs. 3 marzo 2031, n. 7 e il d. lgs. 3 marzo 2031, n. 7 valgono.", "it"
    )
    assert [n.act == found[1].act for n in found] == [False, True, True]


def test_a_sentence_goes_on_behind_a_topic_with_and() -> None:
    assert [n.name for n in named("Vláda schválila zákon o majácích a odešla", "cs")] == ["zákon o majácích"]
