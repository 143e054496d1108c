"""JSON: the strings that are text, once each; the fragments of the Czech collection with their provisions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.errors import BrokenDocument, NoText, TooLarge
from dutybook.layout.formats import read_layout, sniff
from dutybook.layout.json_document import read_json
from dutybook.layout.limits import Limits
from dutybook.records import BlockRole, Layout, RawDocument, Zone
from dutybook.structure.build import build_structure


def of(value: Any) -> Layout:
    return read_json(json.dumps(value, ensure_ascii=False).encode())


def blocks(layout: Layout) -> list[str]:
    return [b.span.of(layout.text) for b in layout.blocks]


KEEPERS = "<h2>1 kap.</h2><p>Every keeper of a lamp shall write down the hours of fog.</p><p>The horn is sounded each hour.</p>"
PLAIN = "1 kap.\n\nEvery keeper of a lamp shall write down the hours of fog.\n\nThe horn is sounded each hour, and so on and so on."


class TestAnyJson:
    def test_markup_is_read_as_such_and_data_is_left_out(self) -> None:
        layout = of(
            {"doc": {"id": "L-7", "title": "Lamp Act", "date": "2031-03-02T08:00", "lang": "en", "html": KEEPERS}}
        )
        assert blocks(layout) == [
            "1 kap.",
            "Every keeper of a lamp shall write down the hours of fog.",
            "The horn is sounded each hour.",
        ]
        assert layout.blocks[0].role is BlockRole.HEADING
        assert layout.meta == {"title": "Lamp Act", "language": "en", "published": "2031-03-02"}
        assert any("html" in problem and "guessed" in problem for problem in layout.problems)

    def test_the_same_document_in_two_forms_is_read_once(self) -> None:
        assert "so on" not in of({"text": PLAIN, "html": KEEPERS}).text

    def test_plain_text_has_paragraphs(self) -> None:
        assert blocks(of({"text": PLAIN}))[:2] == [
            "1 kap.",
            "Every keeper of a lamp shall write down the hours of fog.",
        ]

    def test_short_strings_of_a_name_that_holds_text_are_text(self) -> None:
        rows = [{"words": "Keepers"}, {"words": "Every keeper shall write down the hours of fog."}]
        assert blocks(of({"rows": rows})) == ["Keepers", "Every keeper shall write down the hours of fog."]

    def test_what_each_record_repeats_is_no_text(self) -> None:
        repeated = "The act of the harbour on lamps and horns"
        rows = [{"of": repeated, "words": f"Keeper number {n} shall write down the hours of fog."} for n in range(8)]
        assert repeated not in of(rows).text

    def test_lines_of_json(self) -> None:
        line = json.dumps({"text": "Every keeper shall write down the hours of fog."})
        other = json.dumps({"text": "Every pilot shall carry a bell of brass on board."})
        assert len(read_json(f"{line}\n{other}\n".encode()).blocks) == 2

    def test_no_text(self) -> None:
        with pytest.raises(NoText):
            of({"id": 7, "ok": True})

    def test_cut_off(self) -> None:
        with pytest.raises(BrokenDocument, match="no whole JSON"):
            read_json(b'{"text": "Every keeper shall write')

    def test_nested_too_deeply(self) -> None:
        with pytest.raises((BrokenDocument, TooLarge)):
            read_layout(RawDocument("a.json", b"[" * 100_000 + b"]" * 100_000))

    def test_more_text_than_the_bound(self) -> None:
        with pytest.raises(TooLarge):
            read_json(json.dumps({"text": PLAIN}).encode(), limits=Limits(max_text_chars=50))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.sampled_from([PLAIN, KEEPERS, "<b>fog</b>"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abcdef") | st.just("title"), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(values)
def test_anything_is_read_or_has_no_text(value: Any) -> None:
    try:
        layout = of(value)
    except NoText:
        return
    at = 0
    for block in layout.blocks:
        assert at <= block.span.start < block.span.end <= len(layout.text)
        at = block.span.end


def piece(kind: str, depth: int, xhtml: str | None = None) -> dict[str, Any]:
    return {
        "kodTypuFragmentu": kind,
        "hloubka": depth,
        "uplnaCitace": "Zákon č. 7/2031 Sb., o převozech",
        "eli": "/eli/cz/sb/2031/7/2031-04-01/dokument",
        **({"xhtml": xhtml} if xhtml is not None else {}),
    }


COLLECTION = {
    "seznam": [
        piece("Virtual_Document", 0),
        piece("Prefix_Type", 2, "ZÁKON"),
        piece("Prefix", 2, "Přístav se usnesl na tomto zákoně:"),
        piece("Cast", 2, "<var>ČÁST PRVNÍ</var>"),
        piece("Nadpis_pod", 3, "PŘEVOZY"),
        piece("Nadpis_nad", 3, "Povinnosti převozníka"),
        piece("Paragraf", 3, "<var>§ 2a</var>"),
        piece("Odstavec_Dc", 4, "<var>(1)</var> Převozník zvoní <b>každou</b> hodinu<sup>29</sup>)."),
        piece("Odstavec_Dc", 4, "<var>(2)</var> Deník obsahuje"),
        piece("Pismeno_Lb", 5, "<var>a)</var> den a"),
        piece("Pismeno_Lb", 5, "<var>b)</var> náklad."),
        piece("Cast", 2, "<var>ČÁST DRUHÁ</var>"),
        piece("Clanek", 3, "<var>Čl. II</var>"),
        piece("Odstavec_Dc", 4, "Zákon o lodivodech se mění takto:"),
        piece("Bod_Dd", 5, "<var>1.</var> V § 5 se doplňuje odstavec 3, který zní:"),
        piece("Block_Citace", 6),
        piece("Odstavec_Dc", 7, "„<var>(3)</var> Lodivod nosí zvon."),
        piece("Postfix", 2, "Mlha v. r."),
    ],
    "pocetStranek": 2,
}


class TestCzechCollection:
    def test_provisions_as_the_file_states_them(self) -> None:
        layout = of(COLLECTION)
        found = build_structure(layout, "t", "cs")
        by_id = {p.id: p for p in found.provisions}
        places = {s.span.of(layout.text): (by_id[s.provision].place, s.zone) for s in found.sentences}
        assert places["Převozník zvoní každou hodinu²⁹)."] == ("§ 2a(1)", Zone.ENACTING)
        assert places["náklad."] == ("§ 2a(2)(b)", Zone.ENACTING)
        assert places["Lodivod nosí zvon."] == ("Art II(1) “(3)”", Zone.AMENDMENT)
        assert {p.place: p.heading for p in found.provisions}["§ 2a"] == "Povinnosti převozníka"
        assert [p.heading for p in found.provisions if p.kind.value == "part"] == ["PŘEVOZY", ""]

    def test_meta_and_missing_pages(self) -> None:
        layout = of(COLLECTION)
        assert layout.meta == {
            "title": "Zákon č. 7/2031 Sb., o převozech",
            "eli": "/eli/cz/sb/2031/7/2031-04-01",
            "version_date": "2031-04-01",
            "language": "cs",
            "jurisdiction": "CZ",
        }
        assert layout.problems == ("the file is one of 2 pages of the act; get the others, too",)

    def test_it_is_found_by_its_content(self) -> None:
        assert sniff(json.dumps(COLLECTION).encode(), "") == "json"


BALK = (
    "<p><b>SFS nr</b>: 2031:7</p><div class='sfstoc'><h3>Innehåll:</h3><ul><li>1 kap.</li></ul></div>"
    "<h3 name='K1'>1 kap. Om färjor</h3><a class='paragraf'><b>1 §</b></a>   Färjkarlen ringer varje timme.<p></p>"
    "Han får vila vid middag.<p></p><a class='paragraf'><b>2 a §</b></a> Loggboken ska innehålla<br />1. dagen,<br />2. lasten."
    "<p></p><h3 name='K2'>2 kap. Om lotsar</h3><h4>Klocka</h4><a class='paragraf'><b>1 §</b></a> En lots bär en klocka."
)


class TestSwedishCollection:
    def read(self) -> Layout:
        document = {
            "dok_id": "sfs-2031-7",
            "titel": "Färjelag (2031:7)",
            "datum": "2031-03-02",
            "text": "x",
            "html": BALK,
        }
        return of({"dokumentstatus": {"dokument": document}})

    def test_sections_are_counted_in_chapters(self) -> None:
        layout = self.read()
        found = build_structure(layout, "t", "sv")
        by_id = {p.id: p.place for p in found.provisions}
        places = {s.span.of(layout.text): by_id[s.provision] for s in found.sentences}
        assert places["Färjkarlen ringer varje timme."] == "1 kap. § 1"
        assert places["Han får vila vid middag."] == "1 kap. § 1 subpara 2"
        assert places["lasten."] == "1 kap. § 2a(2)"
        assert places["En lots bär en klocka."] == "2 kap. § 1"

    def test_meta_and_contents(self) -> None:
        layout = self.read()
        assert layout.meta == {
            "title": "Färjelag (2031:7)",
            "number": "2031:7",
            "enacted": "2031-03-02",
            "language": "sv",
            "jurisdiction": "SE",
        }
        contents = [b.span.of(layout.text) for b in layout.blocks if b.role is BlockRole.CONTENTS]
        assert contents == ["Innehåll:", "1 kap."]
        assert layout.problems == ()
