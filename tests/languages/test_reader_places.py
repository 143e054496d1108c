"""Places of acts as lawyers of a language cite them."""

from __future__ import annotations

import pytest

from dutybook.languages.known_acts import known_acts
from dutybook.languages.reader.places import write_heading, write_place


@pytest.mark.parametrize(
    ("place", "german", "french"),
    [
        ("Art 5", "Art. 5", "Art. 5"),
        ("Art 26(6) subpara 2", "Art. 26 Abs. 6 UAbs. 2", "Art. 26, par. 6, al. 2"),
        ("Art 15 subpara 2(a)", "Art. 15 UAbs. 2 Buchst. a", "Art. 15, al. 2, point a)"),
        ("Art 4(2)(c)(iv)", "Art. 4 Abs. 2 Buchst. c Ziff. iv", "Art. 4, par. 2, point c) iv)"),
        ("Art 2(1)(i)", "Art. 2 Abs. 1 Buchst. i", "Art. 2, par. 1, point i)"),
        ("Art 3(7)(iii)", "Art. 3 Abs. 7 Ziff. iii", "Art. 3, par. 7, point iii)"),
        ("Art 19(1a)(a)", "Art. 19 Abs. 1a Buchst. a", "Art. 19, par. 1a, point a)"),
        ("Art 53(1) indent 1", "Art. 53 Abs. 1 Spiegelstrich 1", "Art. 53, par. 1, tiret 1"),
        ("Annex I Part B(1)", "Anhang I Teil B Nr. 1", "Annexe I, partie B, point 1"),
        ("Art 60(1)(a) “(3)”", "Art. 60 Abs. 1 Buchst. a „Abs. 3“", "Art. 60, par. 1, point a) «\xa0par. 3\xa0»"),
        ("Recital 12", "Erwägungsgrund 12", "Considérant 12"),
        ("Chapter III", "Kapitel III", "Chapitre III"),
        # What has a form of its own, and what is not understood, stays as it is.
        ("§ 5 Abs. 2 Satz 1", "§ 5 Abs. 2 Satz 1", "§ 5 Abs. 2 Satz 1"),
        ("Rz 12(a)", "Rz 12(a)", "Rz 12(a)"),
        ("Article of faith", "Article of faith", "Article of faith"),
        ("Part of nothing", "Part of nothing", "Part of nothing"),
        ("Art 5 and more", "Art 5 and more", "Art 5 and more"),
        ("", "", ""),
    ],
)
def test_places_are_cited_as_in_the_language(place: str, german: str, french: str) -> None:
    assert (write_place(place, "de"), write_place(place, "fr")) == (german, french)
    assert write_place(place, "en") == write_place(place, "pl") == place


def test_headings_keep_their_words() -> None:
    assert write_heading("Chapter III INCIDENTS", "fr") == "Chapitre III INCIDENTS"
    assert write_heading("Part payments", "de") == "Part payments"


def test_an_act_has_the_abbreviation_of_the_language() -> None:
    acts = {act.id: act for act in known_acts()}
    assert [acts["32016R0679"].abbreviation(code) for code in ("en", "de", "fr", "nl")] == [
        "GDPR",
        "DSGVO",
        "RGPD",
        "AVG",
    ]
    assert {acts["32022R2554"].abbreviation(code) for code in ("en", "de", "fr", "xx")} == {"DORA"}
