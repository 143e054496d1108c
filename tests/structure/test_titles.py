"""A document's title is of the act itself: not of its gazette, its authority, its site or its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dutybook.errors import Defect
from dutybook.languages.artefacts import artefact
from dutybook.layout.formats import read_layout
from dutybook.records import Family, Layout, RawDocument
from dutybook.structure.build import build_structure, pack_for
from dutybook.structure.title_features import (
    BUCKETS,
    Opening,
    clean_title,
    hash_features,
    is_about_text,
    letters_of,
)
from dutybook.structure.titles import TitleModel, choose_title, find_title, is_act_title, load_model

BODY = {
    "pl": "§ 1. Zarządca portu prowadzi rejestr latarń.\n\n§ 2. Rejestr udostępnia się każdemu.",
    "lt": "1 straipsnis. Paskirtis\n\nŠis įstatymas nustato uostų tvarką.\n\n2 straipsnis. Sąvokos\n\nUostas – vieta laivams.",
    "de": "§ 1 Zweck\n\n(1) Der Betreiber führt ein Logbuch.\n\n§ 2 Licht\n\n(1) Fähren zeigen ein Licht.",
    "ro": "Articolul 1\n\nAdministratorul portului ține un registru.\n\nArticolul 2\n\nRegistrul este public.",
    "en": "1. Every ferry must show a lamp.\n\n2. The harbour master must keep a log.",
}


def read(lines: str, language: str, **meta: str) -> Layout:
    text = "\n\n".join(line.strip() for line in lines.strip().splitlines() if line.strip())
    layout = read_layout(RawDocument("act.txt", f"{text}\n\n{BODY[language]}".encode()))
    return Layout(layout.text, layout.blocks, meta={**layout.meta, **meta})


def title(lines: str, language: str, family: Family = Family.STATUTE, **meta: str) -> str:
    return find_title(read(lines, language, **meta), pack_for(language), language, family)


class TestOfTheAct:
    def test_a_gazette_and_an_authority_stand_above_it(self) -> None:
        lines = """
        DZIENNIK USTAW
        RZECZYPOSPOLITEJ POLSKIEJ
        Warszawa, dnia 9 maja 2031 r.
        Poz. 71
        USTAWA
        z dnia 3 maja 2031 r.
        o latarniach morskich
        """
        assert title(lines, "pl") == "USTAWA z dnia 3 maja 2031 r. o latarniach morskich"

    def test_a_stamp_and_spaced_letters(self) -> None:
        lines = """
        Suvestinė redakcija nuo 2032-01-01
        LIETUVOS RESPUBLIKOS
        UOSTŲ IR ŠVYTURIŲ
        Į S T A T Y M A S
        2031 m. gegužės 3 d. Nr. XI-7
        Vilnius
        """
        assert title(lines, "lt").startswith("LIETUVOS RESPUBLIKOS UOSTŲ IR ŠVYTURIŲ ĮSTATYMAS")

    def test_what_it_is_about_belongs_to_it(self) -> None:
        lines = """
        HOTĂRÂRE nr. 7 din 3 mai 2031
        pentru aprobarea normelor privind farurile
        """
        assert title(lines, "ro") == "HOTĂRÂRE nr. 7 din 3 mai 2031 pentru aprobarea normelor privind farurile"

    def test_marks_of_a_text_format_do_not(self) -> None:
        assert title("## Hafenlichtgesetz", "de") == "Hafenlichtgesetz"


class TestOfTheFile:
    def test_the_name_of_a_file_is_none(self) -> None:
        assert title("Hafenlichtgesetz\nVom 3. Mai 2031", "de", title="D20310071.pdf").startswith("Hafenlichtgesetz")

    def test_a_true_one_counts(self) -> None:
        assert title("", "de", title="Gesetz über Hafenlichter (HLG)") == "Gesetz über Hafenlichter (HLG)"

    def test_that_of_a_consolidated_act_of_the_union_is_certain(self) -> None:
        lines = "Amended by:\nREGULATION (EU) 2032/8 of 4 May 2032"
        stated = "REGULATION (EU) 2031/777 of 3 May 2031 on harbour data"
        assert title(lines, "en", Family.EU_ACT, title=stated, celex="02031R0777-20330101") == stated

    def test_a_heading_of_the_journal_is_no_title_of_an_act(self) -> None:
        pack = pack_for("en")
        assert is_act_title("REGULATION (EU) 2031/777 of 3 May 2031", pack)
        assert not is_act_title("REGULATIONS", pack)


def test_a_text_without_a_title_is_named_by_its_first_words() -> None:
    text = (
        "Gemäß § 7 des Hafengesetzes führt der Betreiber ein Logbuch, das er der Behörde auf Verlangen vorlegt und für das er bürgt. "
        * 3
    )
    layout = read_layout(RawDocument("act.txt", text.encode()))
    found = find_title(layout, pack_for("de"), "de", Family.STATUTE)
    assert found.endswith("…")
    assert len(found) <= 120
    assert text.startswith(found[:-1])


def test_an_empty_layout_has_no_title() -> None:
    assert find_title(Layout("", ()), pack_for("de"), "de", Family.OTHER) == ""


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("##Besluit  van 4 mei 2031", "Besluit van 4 mei 2031"),
        (":::Lei n.º 7/2031", "Lei n.º 7/2031"),
        ("**ZAKON** o lukama", "ZAKON o lukama"),
        ("ORDONANȚA nr. 7 (*republicată*)", "ORDONANȚA nr. 7 (republicată)"),
        ("R&uuml;ckbau im Hafen", "Rückbau im Hafen"),
        ("D E K R E T A S", "DEKRETAS"),
        ("Norme {.unnumbered #art}", "Norme"),
        ("=====", ""),
        ("A B C", "A B C"),
        ("#7 of 2031", "#7 of 2031"),
        ("5 * 7 = 35", "5 * 7 = 35"),
    ],
)
def test_a_clean_title(written: str, clean: str) -> None:
    assert clean_title(written) == clean


def test_titles_are_compared_by_their_letters() -> None:
    assert letters_of("Port — News, No. 7") == letters_of("PORT NEWS NO 7")


class TestModel:
    def test_the_likeliest_candidate_is_chosen_and_goes_on(self) -> None:
        opening = Opening(read("KAPITÄN\nHafengesetz\nvom 3. Mai 2031", "de"), pack_for("de"), "de", Family.STATUTE)
        start, more = (np.zeros(BUCKETS, np.float32) for _ in range(2))
        buckets, _ = hash_features({"k:act_near": 1.0})
        start[buckets] = 5
        buckets, _ = hash_features({"m:lower": 1.0})
        more[buckets] = 5
        found = choose_title(opening, TitleModel(start, more))
        assert found == "Hafengesetz vom 3. Mai 2031"

    @pytest.mark.parametrize("place", [0, 5000])
    def test_a_damaged_one_is_named(self, tmp_path: Path, place: int) -> None:
        whole = (artefact("titles") / "weights.npz").read_bytes()
        (tmp_path / "weights.npz").write_bytes(whole[:place] + bytes(99) + whole[place + 99 :])
        with pytest.raises(Defect, match="model of titles"):
            load_model(tmp_path)

    def test_it_is_small(self) -> None:
        assert (artefact("titles") / "weights.npz").stat().st_size < 300_000


def test_the_structure_has_the_title() -> None:
    layout = read("BUNDESGESETZBLATT\nHafenlichtgesetz\nVom 3. Mai 2031", "de")
    assert "Hafenlichtgesetz" in build_structure(layout, "test", "de").title


class TestLinesAboutTheText:
    """News has a day, an author, a source and a page's own lines around its headline."""

    HEADLINE = "Harbour council of Montelago lowers the fees for night ferries"
    PROSE = (
        "The harbour council of Montelago has lowered the fees for ferries that call at night, its chair said on Tuesday.\n"
        "Shipping companies welcomed the change, which fishermen had opposed because it makes the quay louder in summer."
    )

    @pytest.mark.parametrize(
        "lines",
        [
            ["{}", "Mara Quell | 3 May 2031"],
            ["3 May 2031", "{}"],
            ["{}", "By Mara Quell and Jon Aster", "Source: Circular of the harbour office of 3 May 2031"],
            [
                "Skip to content",
                "Menu",
                "{}",
                "By Mara Quell on May 3, 2031",
                "Like this postShare this post on LinkedIn",
            ],
            ["We use cookies to improve this site.", "{}"],
        ],
    )
    def test_they_are_no_title(self, lines: list[str]) -> None:
        text = "\n\n".join([*lines, *self.PROSE.split("\n")]).format(self.HEADLINE)
        layout = read_layout(RawDocument("news.txt", text.encode()))
        layout = Layout(layout.text, layout.blocks)
        assert find_title(layout, pack_for("en"), "en", Family.NEWS) == self.HEADLINE

    def test_a_day_is_part_of_an_acts_title(self) -> None:
        assert is_about_text("Warszawa, 3 maja 2031", "pl", Family.NEWS) is False
        assert is_about_text("3 maja 2031", "pl", Family.NEWS)
        assert not is_about_text("3 maja 2031", "pl", Family.STATUTE)

    def test_a_headline_may_look_like_a_byline(self) -> None:
        opening = Opening(read("By Land and Sea\nHarbour office", "en"), pack_for("en"), "en", Family.NEWS)
        assert not opening.is_vetoed(0)
