"""What is particular about the Austrian RIS."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree
from portal_fakes import Asked, FakeResponse, Site
from portal_ris import RIS, ris, ris_act, ris_page, ris_section, ris_section_text

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources import ris as ris_module
from dutybook.ingest.sources.interface import Item, Known, Listing
from dutybook.pipeline.analyse import analyse
from dutybook.records import ProvisionKind, RawDocument

NOW = datetime(2031, 3, 5, tzinfo=UTC)
LAW = "20009777"


def _list(site: Site, target: str, cursor: dict[str, Any] | None = None, **options: Any) -> Listing:
    source = ris_module.SOURCE
    return source.list(source.check(target, options), cursor or {}, site, NOW)


def _act(site: Site) -> bytes:
    source, options = ris_module.SOURCE, ris_module.SOURCE.check(LAW, {})
    fetched = source.fetch(source.list(options, {}, site, NOW).items[0], options, Known(), site)
    assert fetched.extension == ".xml"
    return fetched.data or b""


def test_an_act_is_listed_by_its_sections_in_force() -> None:
    site = ris()
    found = _list(site, f"Gesetzesnummer {LAW}")
    (item,) = found.items
    assert (item.key, item.title, item.published, item.language) == (LAW, "Hafengesetz 2031", "2031-03-01", "de")
    # A section that ended, one to come, and one that never comes into force are left out.
    assert [name for name, _ in item.more["sections"]] == ["§ 0", "§ 1", "§ 2", "Anl. 1"]
    asked = site.log[0].url
    assert asked.startswith(f"{RIS}/Bundesrecht?Applikation=BrKons&Gesetzesnummer={LAW}&Fassung.FassungVom=2031-03-05")


def test_the_stamp_goes_by_the_sections_and_by_the_day() -> None:
    source, options = ris_module.SOURCE, ris_module.SOURCE.check(LAW, {})
    days = (NOW, datetime(2031, 3, 6, tzinfo=UTC), datetime(2031, 6, 1, tzinfo=UTC))
    first, same, later = (source.list(options, {}, ris(), day).items[0].stamp for day in days)
    assert first == same
    # On the first of June another version of a section applies, though nothing changed in the service.
    assert later != first
    changed = ris()
    changed.route(f"{RIS}/Bundesrecht", ris_page([ris_section("NOR1", "§ 1", changed="2031-03-05")]))
    assert source.list(options, {}, changed, NOW).items[0].stamp != first


def test_sections_are_in_order_whatever_the_service_does() -> None:
    def order(*names: str) -> list[str]:
        site = Site({f"{RIS}/Bundesrecht": ris_page([ris_section(f"NOR{i}", name) for i, name in enumerate(names)])})
        return [name for name, _ in _list(site, LAW).items[0].more["sections"]]

    jumbled = ("Anl. 1", "§ 0", "§ 1", "§ 10", "§ 10a", "§ 2", "§ 2a", "Anl. 10", "Anl. 2")
    assert order(*jumbled) == ["§ 0", "§ 1", "§ 2", "§ 2a", "§ 10", "§ 10a", "Anl. 1", "Anl. 2", "Anl. 10"]
    assert order("Art. 10", "Art. 2 § 10", "Art. 2 § 9", "Art. 9") == ["Art. 2 § 9", "Art. 2 § 10", "Art. 9", "Art. 10"]
    # Where its order is possible, the service knows better.
    assert order("§ 0", "§ 1", "Art. 4", "§ 2", "Anl. 1", "§ 3") == ["§ 0", "§ 1", "Art. 4", "§ 2", "Anl. 1", "§ 3"]


def test_sections_are_put_together() -> None:
    site = ris()
    data = _act(site)
    root = etree.fromstring(data)
    assert root.tag == "{http://www.bka.gv.at}risdok"
    text = " ".join("".join(root.itertext()).split())
    # Statements about one section are left out, and those about the act stand once.
    assert text.count("Kurztitel") == text.count("Kundmachungsorgan") == 1
    assert "Dokumentnummer" not in text
    assert "www.ris.bka.gv.at Seite" not in text
    assert "Inkrafttretensdatum01.03.2031" in text
    files = [each for each in site.log if "/Dokumente/" in each.url]
    assert len(files) == 4
    assert all(each.robots for each in files)
    assert data == _act(ris())


def test_an_act_is_read_as_one() -> None:
    found = analyse(RawDocument("act.xml", _act(ris())))
    assert found.document.title == "Hafengesetz 2031"
    assert found.document.version_date == "2031-03-01"
    assert found.work is not None
    assert found.work.number == f"Gesetzesnummer {LAW}"
    assert {norm.place for norm in found.norms} >= {"§ 1 Abs. 1", "§ 2"}
    # The division that began in § 1 goes on in § 2; the annex is one.
    kinds = {provision.id: provision.kind for provision in found.provisions}
    places = {(p.kind, p.number): kinds.get(p.parent or "") for p in found.provisions}
    assert places[ProvisionKind.ARTICLE, "2"] is ProvisionKind.SECTION
    assert (ProvisionKind.ANNEX, "1") in places


def test_acts_that_change_need_words() -> None:
    with pytest.raises(BadRequest, match="needs title=words"):
        ris_module.SOURCE.check("bundesrecht", {})


def test_changes_are_those_of_the_service_and_of_the_day() -> None:
    site = ris()
    found = _list(site, "bundesrecht", title="hafen", **{"from": "2031-03-01"})
    assert [item.key for item in found.items] == [LAW]
    first, second = site.log[0].url, site.log[1].url
    assert first.startswith(f"{RIS}/History?Anwendung=Bundesnormen&AenderungenVon=2031-03-01&AenderungenBis=2031-03-05")
    assert "Fassung.VonInkrafttretensdatum=2031-03-01" in second
    assert found.cursor == {"since": "2031-03-03T00:00:00+00:00"}
    assert not _list(ris(), "bundesrecht", title="seilbahn").items


def test_the_gazette_by_part_and_form() -> None:
    site = ris()
    found = _list(site, "bgbl", formats="pdf", parts="2", **{"from": "2031-03-01"})
    assert [(item.key, item.extension) for item in found.items] == [("BGBLA_2031_II_8", ".pdf")]
    (item,) = found.items
    assert item.url == "https://www.ris.bka.gv.at/eli/bgbl/II/2031/8/20310304"
    assert item.title == "Verordnung über Bojen (Bojenverordnung)"
    assert [name for name, _ in item.more["files"]] == ["pdf", "xml", "html"]
    assert "Teil.SucheInTeil2=true" in site.log[0].url
    assert "Teil1" not in site.log[0].url


def test_a_long_gazette_is_read_in_pages_and_goes_on_where_it_was_cut() -> None:
    days = [f"2031-03-0{1 + index // 60}" for index in range(150)]
    acts = [ris_act(f"BGBLA_2031_I_{index}", day) for index, day in enumerate(days)]

    def answer(asked: Asked) -> FakeResponse:
        number = int(re.search(r"Seitennummer=(\d+)", asked.url)[1])  # type: ignore[index]
        return ris_page(acts[(number - 1) * 100 : number * 100], total=150)

    site = Site({f"{RIS}/Bundesrecht": answer})
    assert len(_list(site, "bgbl", **{"from": "2031-03-01"}).items) == 150
    assert len(site.log) == 2
    cut = _list(Site({f"{RIS}/Bundesrecht": answer}), "bgbl", limit="10", **{"from": "2031-03-01"})
    assert len(cut.items) == 100
    assert cut.cursor == {"since": "2031-03-02"}
    assert "goes on from 2031-03-02" in cut.problems[0]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            {
                "OgdSearchResult": {
                    "Error": {"Applikation": "BrKons", "Message": "soap:Client. Schema Validation Error"}
                }
            },
            "Schema",
        ),
        ({"OgdSearchResult": {"OgdDocumentResults": {"Hits": {"#text": "many"}}}}, "how much"),
        ({"OgdSearchResult": {"OgdDocumentResults": []}}, "how much"),
        ({"OgdSearchResult": None}, "how much"),
    ],
)
def test_answers_that_are_none(answer: dict[str, Any], words: str) -> None:
    for target, options in ((LAW, {}), ("bgbl", {}), ("bundesrecht", {"title": "x"})):
        site = Site(
            {f"{RIS}/Bundesrecht": FakeResponse(json.dumps(answer)), f"{RIS}/History": FakeResponse(json.dumps(answer))}
        )
        with pytest.raises(SourceError, match=words):
            _list(site, target, **options)


def test_a_filter_that_the_service_ignores_is_noticed() -> None:
    """Parameters that the service does not know are ignored: then it answers with all acts that it has."""
    site = Site({f"{RIS}/Bundesrecht": ris_page([ris_section("NOR1", "§ 1", law="10009999")], total=300_000)})
    with pytest.raises(SourceError, match="other acts than"):
        _list(site, LAW)
    assert len(site.log) == 1


def test_acts_that_cannot_be_had() -> None:
    nothing = Site({f"{RIS}/Bundesrecht": ris_page([])})
    with pytest.raises(SourceError, match="nothing in force with the number"):
        _list(nothing, LAW)
    bad = ris_section("NOR1", "§ 1")
    bad["Data"]["Dokumentliste"]["ContentReference"]["Urls"]["ContentUrl"] = {
        "DataType": "Xml",
        "Url": "https://evil.example/x.xml",
    }
    odd = Site({f"{RIS}/Bundesrecht": ris_page([bad, ris_section("../x", "§ 2"), {"Deleted": {"ID": "NOR3"}}])})
    with pytest.raises(SourceError, match="nothing in force"):
        _list(odd, LAW)


def test_an_act_of_very_many_sections_is_not_fetched_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ris_module, "_MOST_SECTIONS", 2)
    found = _list(ris(), f"{LAW},20009778")
    assert [item.key for item in found.items] == ["20009778"]
    assert "dutybook watch add page" in found.problems[0]


def test_sections_of_any_size_are_not_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ris_module, "MAX_LIST", 2_000)
    with pytest.raises(SourceError, match="larger than"):
        _act(ris())


def test_a_section_that_is_another_document_stops_the_act() -> None:
    site = ris()
    site.route(ris_section_text("NOR40000002")[0], FakeResponse(b"<html><title>Login</title></html>"))
    with pytest.raises(SourceError, match="Login"):
        _act(site)
    item = Item(LAW, "u", more={"sections": [["§ 1", "https://evil.example/x.xml"]]})
    with pytest.raises(SourceError, match="no text that can be had"):
        ris_module.SOURCE.fetch(item, {}, Known(), site)
    for sections in ("x", [["§ 1"]], [{"a": 1}], 7):
        with pytest.raises(SourceError):
            ris_module.SOURCE.fetch(Item(LAW, "u", more={"sections": sections}), {}, Known(), site)
