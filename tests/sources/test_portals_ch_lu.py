"""What is particular about Fedlex and Legilux, which share the model of their stores."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from portal_fakes import FOLDER, FakeResponse, Site, Store, rows
from portal_jolux import FEDLEX, FEDLEX_FILES, HARBOUR_PAGE, LEGILUX_FILES, fedlex, fedlex_file, legilux, legilux_file

from dutybook.errors import SourceError
from dutybook.ingest.sources import fedlex as fedlex_module
from dutybook.ingest.sources import jolux
from dutybook.ingest.sources import legilux as legilux_module
from dutybook.ingest.sources.interface import Item, Known, Listing

NOW = datetime(2031, 3, 5, tzinfo=UTC)


def _fedlex(site: Site, target: str, cursor: dict[str, Any] | None = None, **options: Any) -> Listing:
    source = fedlex_module.SOURCE
    return source.list(source.check(target, options), cursor or {}, site, NOW)


def _legilux(site: Site, target: str, cursor: dict[str, Any] | None = None, **options: Any) -> Listing:
    source = legilux_module.SOURCE
    return source.list(source.check(target, options), cursor or {}, site, NOW)


def _queries(site: Site) -> list[str]:
    return [str(asked.form["query"]) for asked in site.log if asked.form]


# -- Fedlex ---------------------------------------------------------------------------------------------------------------


def test_an_act_by_its_number_is_the_text_in_force_of_the_act_in_force() -> None:
    site = fedlex()
    found = _fedlex(site, "SR 747.777", languages="de,fr")
    assert [(item.key, item.language) for item in found.items] == [
        ("eli/cc/2031/77/de", "de"),
        ("eli/cc/2031/77/fr", "fr"),
    ]
    german, french = found.items
    assert german.title == "Bundesgesetz über die Häfen (Hafengesetz)"
    assert german.url == "https://www.fedlex.admin.ch/eli/cc/2031/77/20310301/de"
    assert german.published == "2031-03-01"
    assert [name for name, _ in german.more["files"]] == ["xml", "html", "pdf"]
    # The last of the files that replaced each other, and the PDF where there is nothing else.
    assert german.more["files"][0][1].endswith("-xml-10.xml")
    assert french.extension == ".pdf"
    assert found.complete
    assert not found.problems


def test_files_are_asked_of_the_host_that_lets_programs_in() -> None:
    site = fedlex()
    source, options = fedlex_module.SOURCE, fedlex_module.SOURCE.check("747.777", {})
    item = source.list(options, {}, site, NOW).items[0]
    source.fetch(item, options, Known(), site)
    asked = site.log[-1]
    assert asked.url.startswith(f"{FEDLEX_FILES}/eli/cc/2031/77/20310301/")
    assert asked.robots


def test_a_form_that_is_not_there_has_another_stand_in() -> None:
    site = fedlex()
    # An address that does not exist answers with a page and status 206, which the fetcher refuses for good.
    site.route(fedlex_file("eli/cc/2031/77/20310301", "de", "xml-10", "xml"), SourceError("partly [206]", lasting=True))
    site.route(fedlex_file("eli/cc/2031/77/20310301", "de", "html", "html"), HARBOUR_PAGE)
    source, options = fedlex_module.SOURCE, fedlex_module.SOURCE.check("747.777", {})
    fetched = source.fetch(source.list(options, {}, site, NOW).items[0], options, Known(), site)
    assert fetched.extension == ".html"


def test_a_text_that_begins_to_apply_is_a_change_that_no_one_made() -> None:
    """Nothing changes in the store on the day from which a text applies that was there before."""
    found = _fedlex(fedlex(), "sr", {"since": "2031-02-28T00:00:00+00:00"})
    assert "eli/cc/2031/77/de" in {item.key for item in found.items}
    before, after = (
        fedlex_module.SOURCE.list(fedlex_module.SOURCE.check("747.777", {}), {}, fedlex(), at).items[0].stamp
        for at in (datetime(2031, 2, 20, tzinfo=UTC), NOW)
    )
    assert before != after
    assert "20310101" in str(before)


def test_the_official_compilation_without_the_gazette_and_what_is_awaited() -> None:
    site = fedlex()
    found = _fedlex(site, "as", languages="de,it", **{"from": "2031-03-01"})
    assert [(item.key, item.published) for item in found.items] == [
        ("eli/oc/2031/90/de", "2031-03-03"),
        ("eli/oc/2031/90/it", "2031-03-03"),
    ]
    # The next list goes back to the act whose text was not there yet, or behind the start of this one.
    assert found.cursor == {"since": "2031-03-03T00:00:00+00:00"}
    late = _fedlex(fedlex(), "as", {"since": "2031-03-04"})
    assert not late.items
    assert late.cursor == {"since": "2031-03-03T00:00:00+00:00"}


def test_titles_and_an_act_of_the_official_compilation_by_its_name() -> None:
    assert not _fedlex(fedlex(), "sr", title="lotsen", **{"from": "2031-03-01"}).items
    found = _fedlex(fedlex(), "https://www.fedlex.admin.ch/eli/oc/2031/90/it")
    assert [(item.key, item.extension) for item in found.items] == [("eli/oc/2031/90/it", ".pdf")]


def test_acts_that_are_not_in_force_are_reported() -> None:
    found = _fedlex(fedlex(), "747.777,999.9")
    assert [item.key for item in found.items] == ["eli/cc/2031/77/de"]
    assert "999.9" in found.problems[0]
    # Nothing is taken as withdrawn while something that was asked for is missing.
    assert not found.complete
    with pytest.raises(SourceError, match=r"no act in force with the number 999\.9"):
        _fedlex(fedlex(), "999.9")
    with pytest.raises(SourceError, match="no text of eli/cc/1931/7/de that applies today"):
        _fedlex(fedlex(), "eli/cc/1931/7")


def test_queries_are_sparql_whatever_is_asked_for() -> None:
    from rdflib.plugins.sparql import prepareQuery

    site = fedlex()
    for target in ("sr", "as", "747.777,1", "eli/oc/2031/90"):
        _fedlex(site, target, {"after": 'https://x.example/"} DELETE', "since": "x"} if len(target) == 2 else {})
    for query in _queries(site):
        prepareQuery(query)


def test_rows_of_strangers() -> None:
    act = f"{FEDLEX}/eli/cc/2031/1"
    common = {
        "act": act,
        "version": f"{act}/20310101",
        "language": "http://publications.europa.eu/resource/authority/language/DEU",
        "format": "https://fedlex.data.admin.ch/vocabulary/user-format/xml",
    }
    files = [
        "https://evil.example/filestore/x.xml",
        "https://fedlex.data.admin.ch/eli/cc/2031/1",
        "file:///etc/passwd",
        "https://fedlex.data.admin.ch@evil.example/filestore/x.xml",
    ]
    answers = [FakeResponse(rows({"key": act}, {"key": "https://evil.example/eli/cc/1"}, {"other": "x"}), type="x"),
               FakeResponse(rows(*({**common, "file": each} for each in files), {"act": act}), type="x")]  # fmt: skip
    site = Site({f"{FEDLEX}/sparqlendpoint": answers})  # type: ignore[arg-type]
    found = _fedlex(site, "sr")
    assert not found.items
    assert "leads elsewhere" in found.problems[0]
    # An address that is not the store's is never put into a query.
    assert "evil" not in _queries(site)[1]


# -- Legilux --------------------------------------------------------------------------------------------------------------


def test_a_law_is_the_consolidation_in_force_or_the_journal() -> None:
    site = legilux()
    found = _legilux(site, "loi/2029/07/15/a12,loi/2031/03/01/a77,code/ports")
    assert [(item.key, item.extension) for item in found.items] == [
        ("eli/etat/leg/loi/2029/07/15/a12/fr", ".xml"),
        ("eli/etat/leg/loi/2031/03/01/a77/fr", ".xml"),
        ("eli/etat/leg/code/ports/fr", ".html"),
    ]
    consolidated = found.items[0]
    assert consolidated.url == "https://legilux.public.lu/eli/etat/leg/loi/2029/07/15/a12/consolide/20310304/fr"
    assert consolidated.more["files"] == [
        ["xml", legilux_file("eli/etat/leg/loi/2029/07/15/a12/consolide/20310304", "fr", "xml", "xml")]
    ]
    assert found.items[1].url.endswith("/a77/jo/fr")


def test_consolidations_that_changed_and_the_journal_by_type() -> None:
    found = _legilux(legilux(), "consolide", **{"from": "2031-03-01"})
    assert [item.key for item in found.items] == ["eli/etat/leg/loi/2029/07/15/a12/fr"]
    # Their day of publication is that of the amending act, so the list looks back a month.
    assert found.cursor["since"].startswith("2031-02-03")
    notices = _legilux(legilux(), "journal", type="PA", **{"from": "2031-03-01"})
    assert [item.key for item in notices.items] == ["eli/etat/adm/pa/2031/03/02/b9/jo/fr"]
    assert not _legilux(legilux(), "journal", type="RGD", **{"from": "2031-03-01"}).items


def test_xml_that_is_not_the_text_is_passed_over() -> None:
    site = legilux()
    law = "eli/etat/leg/loi/2031/03/01/a77/jo"
    site.route(
        legilux_file(law, "fr", "xml", "xml"), FakeResponse(b"<?xml version='1.0'?><rdf/>", type="application/xml")
    )
    site.route(legilux_file(law, "fr", "pdfa", "pdf"), FakeResponse(b"%PDF-1.7 x", type="application/pdf"))
    source, options = legilux_module.SOURCE, legilux_module.SOURCE.check("loi/2031/03/01/a77", {})
    fetched = source.fetch(source.list(options, {}, site, NOW).items[0], options, Known(), site)
    assert fetched.extension == ".pdf"
    assert not site.asked("data.legilux.public.lu/filestore")
    assert site.log[-1].url.startswith(LEGILUX_FILES)


# -- both -----------------------------------------------------------------------------------------------------------------


def test_an_item_of_nothing_is_refused() -> None:
    for item in (
        Item("k", "u"),
        Item("k", "u", more={"files": [["docx", f"{FEDLEX_FILES}/x"], ["xml", "javascript:1"]]}),
    ):
        with pytest.raises(SourceError, match="no text that can be had"):
            jolux.fetch_edition(fedlex_module.STORE, item, Known(), Site())


@pytest.mark.parametrize("name", ["fedlex", "legilux"])
def test_languages_that_the_publisher_does_not_have(name: str) -> None:
    source: Any = {"fedlex": fedlex_module.SOURCE, "legilux": legilux_module.SOURCE}[name]
    with pytest.raises(Exception, match="languages pt: write"):
        source.check("as" if name == "fedlex" else "journal", {"languages": "pt"})
    assert len(source.check("as" if name == "fedlex" else "journal", {"languages": "all"})["languages"]) > 2


def test_acts_are_asked_for_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jolux, "_BATCH", 1)
    site = Site({f"{FEDLEX}/sparqlendpoint": Store((FOLDER / "fedlex.ttl").read_text())})
    assert len(_fedlex(site, "sr", **{"from": "2031-03-01"}).items) == 2
    assert len(_queries(site)) == 3
