"""EUR-Lex and the Official Journal: what is meant, what is asked (by a SPARQL engine of others), what is found and fetched."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from portal_cases import CELLAR, SPARQL, cellar, graph
from portal_fakes import FOLDER, NOW, FakeResponse, Site, Store, rows, zipped

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources import eurlex, oj
from dutybook.ingest.sources.cellar import ENDPOINT, acts_query, query_of
from dutybook.ingest.sources.interface import Item, Known, Listing

_FIRST = datetime(2031, 3, 13, tzinfo=UTC)


def _list(
    site: Site, target: str = "32031R0777", cursor: dict[str, Any] | None = None, now: datetime = NOW, **options: Any
) -> Listing:
    return eurlex.SOURCE.list(eurlex.SOURCE.check(target, options), cursor or {}, site, now)


def _keys(listing: Listing) -> list[str]:
    return sorted(item.key for item in listing.items)


def _store(site: Site) -> Store:
    found = site.routes[SPARQL][0]
    assert isinstance(found, Store)
    return found


# -- what is meant ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "acts", "languages"),
    [
        ("32031R0777", ["32031R0777"], ["en"]),
        ("https://eur-lex.europa.eu/legal-content/DE/TXT/?uri=CELEX:32031R0777", ["32031R0777"], ["de"]),
        (
            "https://eur-lex.europa.eu/legal-content/DE/ALL/?uri=CELEX%3A32031R0777R%2801%29&qid=17",
            ["32031R0777R(01)"],
            ["de"],
        ),
        ("http://data.europa.eu/eli/reg_del/2031/1772/oj", ["32031R1772"], ["en"]),
        ("https://eur-lex.europa.eu/eli/dir/2031/55/oj/fra", ["32031L0055"], ["fr"]),
        ("http://data.europa.eu/eli/reg/2031/777/2032-01-01", ["02031R0777-20320101"], ["en"]),
        ("http://publications.europa.eu/resource/celex/32031R0777", ["32031R0777"], ["en"]),
        ("32031R0777, 32031R0901", ["32031R0777", "32031R0901"], ["en"]),
        ("CELEX: 32031R0777", ["32031R0777"], ["en"]),
    ],
)
def test_acts_are_named_in_many_ways(written: str, acts: list[str], languages: list[str]) -> None:
    found = eurlex.SOURCE.check(written, {})
    assert found["acts"] == acts
    assert found["languages"] == languages


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("http://data.europa.eu/eli/C/2031/123/oj", "http://publications.europa.eu/resource/eli/C/2031/123/oj"),
        (
            "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=OJ:L_203100777",
            "http://publications.europa.eu/resource/oj/L_203100777",
        ),
        (
            "eli/reg/2031/777/corrigendum/2031-05-02/oj",
            "http://publications.europa.eu/resource/eli/reg/2031/777/corrigendum/2031-05-02/oj",
        ),
    ],
)
def test_what_has_no_celex_number_is_asked_for_by_its_address(written: str, same: str) -> None:
    assert eurlex.SOURCE.check(written, {})["same"] == [same]


def test_options_of_queries() -> None:
    found = eurlex.SOURCE.check(
        "query",
        {
            "eurovoc": "http://eurovoc.europa.eu/4321,77",
            "type": "REG*,dir",
            "from": "2031-01-01",
            "languages": "de,ENG",
            "formats": "pdf",
        },
    )
    assert found["eurovoc"] == ["4321", "77"]
    assert found["type"] == ["REG", "REG_IMPL", "REG_DEL", "DIR"]
    assert found["languages"] == ["de", "en"]
    assert found["formats"] == ["pdf", "xhtml", "formex"]
    assert eurlex.SOURCE.check("32031R*", {})["celex"] == "32031R"
    assert len(eurlex.SOURCE.check("32031R0777", {"languages": "all"})["languages"]) == 24


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"eurovoc": "harbours"}, "eurovoc=5181"),
        ({"type": "REG> ?x"}, "type=REG"),
        ({"from": "2031-02-30"}, "year, month, day"),
        ({"from": "20310101"}, "year, month, day"),
        ({"celex": '3" . ?s ?p ?o'}, "celex="),
        ({"languages": "xx", "type": "REG"}, "languages=en,de"),
        ({"formats": "docx", "type": "REG"}, "xhtml"),
    ],
)
def test_options_that_cannot_be_meant(options: dict[str, str], words: str) -> None:
    with pytest.raises(BadRequest, match=re.escape(words)):
        eurlex.SOURCE.check("query", options)


def test_a_query_goes_without_an_act_and_an_act_without_a_query() -> None:
    with pytest.raises(BadRequest, match="for queries"):
        eurlex.SOURCE.check("32031R0777", {"eurovoc": "4321"})


# -- what is asked ------------------------------------------------------------------------------------------------------


def test_queries_are_understood_by_an_engine_of_others_with_all_that_can_be_asked() -> None:
    from rdflib.plugins.sparql import prepareQuery

    options = eurlex.SOURCE.check(
        "query", {"eurovoc": "4321,77", "type": "REG*", "from": "2031-01-01", "until": "2031-12-31", "celex": "32031R*"}
    )
    prepareQuery(ENDPOINT.prefixes + query_of(options, NOW, "http://x/1", 100))
    named = eurlex.SOURCE.check(
        "32031R0777,http://data.europa.eu/eli/C/2031/1/oj", {"with": "consolidated,corrigenda,amending,based-on"}
    )
    prepareQuery(ENDPOINT.prefixes + acts_query(named, "http://x/1", 100))


# -- what is found ------------------------------------------------------------------------------------------------------


def test_an_act_comes_with_its_current_consolidated_text_and_corrigenda() -> None:
    listing = _list(cellar(), languages="en,de,fr")
    assert _keys(listing) == [
        "02031R0777-20320601/en", "02031R0777-20331001/en", "32031R0777/de", "32031R0777/en", "32031R0777/fr", "32031R0777R(01)/de",
    ]  # fmt: skip
    by_key = {item.key: item for item in listing.items}
    act = by_key["32031R0777/en"]
    assert act.title.startswith("Regulation (EU) 2031/777")
    assert act.published == "2031-03-12"
    assert act.url == "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:32031R0777"
    assert by_key["02031R0777-20320601/en"].title.endswith("on the data of harbours (2032-06-01)")
    assert by_key["32031R0777/fr"].extension == ".pdf"
    assert by_key["32031R0777R(01)/de"].more["role"] == "corrigenda"
    assert not listing.problems


def test_amending_acts_all_versions_or_the_act_alone() -> None:
    assert "32031R0901/en/2" in _keys(_list(cellar(), **{"with": "amending"}))
    assert "02031R0777-20320101/en" in _keys(_list(cellar(), versions="all"))
    assert _keys(_list(cellar(), **{"with": "none"})) == ["32031R0777/en"]
    # Consolidated texts of other acts, which this one amended, are not its own.
    assert not [key for key in _keys(_list(cellar(), versions="all")) if key.startswith("02019")]


def test_a_new_consolidated_text_is_noticed() -> None:
    more = """
    @prefix cdm: <http://publications.europa.eu/ontology/cdm#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    <http://publications.europa.eu/resource/cellar/z> cdm:resource_legal_id_celex "02031R0777-20320630"^^xsd:string ;
      cdm:act_consolidated_based_on_resource_legal <http://publications.europa.eu/resource/cellar/a1> .
    <http://publications.europa.eu/resource/cellar/z.6> cdm:expression_belongs_to_work <http://publications.europa.eu/resource/cellar/z> ;
      cdm:expression_uses_language <http://publications.europa.eu/resource/authority/language/ENG> .
    <http://publications.europa.eu/resource/cellar/z.6.1> cdm:manifestation_manifests_expression <http://publications.europa.eu/resource/cellar/z.6> ; cdm:manifestation_type "xhtml"^^xsd:string .
    <http://publications.europa.eu/resource/cellar/z.6.1/DOC_1> cdm:item_belongs_to_manifestation <http://publications.europa.eu/resource/cellar/z.6.1> .
    """
    assert set(_keys(_list(cellar(more)))) - set(_keys(_list(cellar()))) == {"02031R0777-20320630/en"}


def test_stamps_follow_what_changed() -> None:
    before = {item.key: item.stamp for item in _list(cellar()).items}
    changed = graph().replace("2032-06-15T10:00:00.000+02:00", "2032-06-29T10:00:00.000+02:00")
    after = {item.key: item.stamp for item in _list(Site({SPARQL: Store(changed)})).items}
    assert [key for key in before if before[key] != after[key]] == ["02031R0777-20320601/en"]


def test_an_act_that_is_not_there_and_one_without_text_in_a_language() -> None:
    with pytest.raises(SourceError, match="knows no 32031R9999"):
        _list(cellar(), "32031R9999")
    listing = _list(cellar(), "32031R0777,32031R9999", languages="en", **{"with": "none"})
    assert listing.problems == ("EUR-Lex knows no 32031R9999",)
    assert "no text in pl yet" in " ".join(_list(cellar(), languages="pl").problems)


def test_by_eli_and_by_page_the_same_act_is_found() -> None:
    same = _list(cellar(), "http://data.europa.eu/eli/reg/2031/777/oj", **{"with": "none"})
    other = eurlex.SOURCE.check("http://data.europa.eu/eli/C/2031/1/oj", {"with": "none"})
    other = {**other, "same": ["http://publications.europa.eu/resource/eli/reg/2031/777/oj"]}
    assert _keys(eurlex.SOURCE.list(other, {}, cellar(), NOW)) == _keys(same) == ["32031R0777/en"]


def test_queries_by_concept_type_date_number_and_title() -> None:
    assert _keys(_list(cellar(), "query", eurovoc="4321")) == ["32031R0777/en", "32031R0901/en", "32031R0901/en/2"]
    assert _keys(_list(cellar(), "query", type="REG_IMPL")) == ["32031R0901/en", "32031R0901/en/2"]
    assert _keys(_list(cellar(), "query", type="REG*", until="2031-04-01")) == ["32031R0777/en"]
    assert _keys(_list(cellar(), "32031R09*")) == ["32031R0901/en", "32031R0901/en/2"]
    assert _keys(_list(cellar(), "query", type="REG*", title="tide tables,nothing")) == [
        "32031R0901/en",
        "32031R0901/en/2",
    ]


def test_a_query_goes_on_from_what_changed_since_with_an_overlap() -> None:
    listing = _list(cellar(), "query", now=_FIRST, type="REG*")
    assert listing.cursor == {"since": (_FIRST - timedelta(days=2)).isoformat(timespec="seconds")}
    site = cellar()
    later = _list(site, "query", dict(listing.cursor), NOW, type="REG*")
    assert "2031-03-11T00:00:00Z" in _store(site).queries[0]
    # Changed on 12 March, inside the overlap; and what changed after that.
    assert _keys(later) == ["32031R0777/en", "32031R0901/en", "32031R0901/en/2"]
    assert _keys(_list(cellar(), "query", {"since": "2031-11-01T00:00:00+00:00"}, type="REG*")) == [
        "32031R0901/en",
        "32031R0901/en/2",
    ]


def _many(count: int) -> str:
    lines = [
        "@prefix cdm: <http://publications.europa.eu/ontology/cdm#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."
    ]
    for n in range(count):
        work = f"http://publications.europa.eu/resource/cellar/m{n:04}"
        lines.append(
            f'<{work}> cdm:resource_legal_id_celex "32030R{n:04}"^^xsd:string .'
            f"<{work}.6> cdm:expression_belongs_to_work <{work}> ; cdm:expression_uses_language <http://publications.europa.eu/resource/authority/language/ENG> ."
            f'<{work}.6.1> cdm:manifestation_manifests_expression <{work}.6> ; cdm:manifestation_type "xhtml"^^xsd:string .'
            f"<{work}.6.1/DOC_1> cdm:item_belongs_to_manifestation <{work}.6.1> ."
        )
    return "\n".join(lines)


def test_pages_and_a_cap_resume_without_a_gap() -> None:
    found: list[str] = []
    cursor: dict[str, Any] = {}
    runs = 0
    while True:
        listing = _list(Site({SPARQL: Store(_many(130))}), "32030R*", cursor, _FIRST + timedelta(days=runs), limit="40")
        found += [item.key for item in listing.items]
        cursor, runs = dict(listing.cursor), runs + 1
        if "after" not in cursor:
            break
        assert "since" not in cursor
        assert "limit=" in " ".join(listing.problems)
        assert runs < 9
    assert sorted(found) == [f"32030R{n:04}/en" for n in range(130)]
    # The next listing begins where the first of these began, not where the last did.
    assert cursor == {"since": (_FIRST - timedelta(days=2)).isoformat(timespec="seconds")}


def test_a_list_that_breaks_off_goes_on_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dutybook.ingest.sources.listing.PAGE", 50)
    store = Store(_many(120))
    store.fail[3] = SourceError("the service does not answer now [502]")
    first = _list(Site({SPARQL: store}), "32030R*", {}, _FIRST)
    assert 0 < len(first.items) < 120
    assert "since" not in first.cursor
    assert "broke off" in first.problems[0]
    second = _list(Site({SPARQL: Store(_many(120))}), "32030R*", dict(first.cursor), NOW)
    assert second.cursor["since"] < _FIRST.isoformat()
    assert {*_keys(first), *_keys(second)} == {f"32030R{n:04}/en" for n in range(120)}


@pytest.mark.parametrize(
    "answer",
    [
        FakeResponse(
            rows({"key": "http://x/1", "celex": "32031R0001"}),
            headers={
                "x-sql-state": "S1TAT",
                "x-sql-message": "RC...: Returning incomplete results, query interrupted by result timeout.",
            },
        ),
        FakeResponse(rows({"key": "http://x/1", "celex": "32031R0001"}), headers={"x-sparql-maxrows": "10000"}),
    ],
)
def test_an_answer_that_the_store_cut_is_none(answer: FakeResponse) -> None:
    with pytest.raises(SourceError, match="not complete"):
        _list(Site({SPARQL: answer}))


def test_addresses_of_streams_that_lead_elsewhere_are_left_out_and_said() -> None:
    work = "http://publications.europa.eu/resource/cellar/a1"
    site = Site(
        {
            SPARQL: [
                FakeResponse(rows({"key": work, "celex": "32031R0777"})),
                FakeResponse(
                    rows(
                        {
                            "work": work,
                            "language": "http://publications.europa.eu/resource/authority/language/ENG",
                            "format": "xhtml",
                            "stream": "http://evil.example/DOC_1",
                        },
                        {
                            "work": work,
                            "language": "http://publications.europa.eu/resource/authority/language/ENG",
                            "format": "pdfa2a",
                            "stream": "http://publications.europa.eu@evil.example/DOC_1",
                        },
                    )
                ),
            ]
        }
    )
    listing = _list(site)
    assert not listing.items
    assert "leads elsewhere" in " ".join(listing.problems)


# -- what is fetched ----------------------------------------------------------------------------------------------------


def _item(name: str = "xhtml", place: str = CELLAR + "a1.0006.03/DOC_1", language: str = "en") -> Item:
    return Item(
        "32031R0777/en", "https://eur-lex.europa.eu/", language=language,
        more={"celex": "32031R0777", "format": name, "rest": [n for n in ("xhtml", "formex", "pdf") if n != name], "file": place, "part": 1},
    )  # fmt: skip


_CELEX = "https://publications.europa.eu/resource/celex/32031R0777"


def test_where_a_stream_is_gone_the_act_is_asked_for_by_number_then_in_other_formats() -> None:
    def by_number(asked: Any) -> Any:
        if "pdf" in (asked.accept or ""):
            return FakeResponse(b"%PDF-1.7 ...", type="application/pdf;type=pdfa2a;charset=UTF-8")
        return SourceError("it does not hold a content datastream of the requested type [404]", lasting=True)

    site = Site({_CELEX: by_number})
    fetched = eurlex.SOURCE.fetch(_item(language="de"), {}, Known(), site)
    assert (fetched.data, fetched.extension) == (b"%PDF-1.7 ...", ".pdf")
    assert [each.url for each in site.log] == [CELLAR + "a1.0006.03/DOC_1", _CELEX, _CELEX, _CELEX]
    assert {each.language for each in site.log} == {"deu"}
    assert [each.accept for each in site.log][1:3] == ["application/xhtml+xml,text/html", "application/zip;mtype=fmx4"]
    assert not any(each.robots for each in site.log)


def test_trouble_that_passes_is_not_answered_with_another_format() -> None:
    site = Site({CELLAR + "a1.0006.03/DOC_1": SourceError("does not answer now [503]", retry_after=30)})
    with pytest.raises(SourceError, match="503"):
        eurlex.SOURCE.fetch(_item(), {}, Known(), site)
    assert len(site.log) == 1


def test_multiple_choices_are_followed_on_the_same_host_and_kept_together() -> None:
    page = f"""<html><head><title>Multiple-Choice</title></head><body><ul>
      <li><a href="{CELLAR.replace("https", "http")}x.0006.03/DOC_2">2_EN_annexe.html</a></li>
      <li><a href="{CELLAR}x.0006.03/DOC_1">1_EN_ACT.html</a></li><li><a href="http://evil.example/DOC_3">3</a></li>
      <li><a href="/about">about</a></li></ul></body></html>"""
    html = FakeResponse(b"<html><body><p>Harbours shall publish depths.</p></body></html>", type="text/html")
    site = Site(
        {
            CELLAR + "a1.0006.03/DOC_1": FakeResponse(page, status=300, type="text/html"),
            CELLAR + "x.0006.03/DOC_1": html,
            CELLAR + "x.0006.03/DOC_2": html,
        }
    )
    fetched = eurlex.SOURCE.fetch(_item(), {}, Known(), site)
    assert fetched.extension == ".zip"
    assert zipfile.ZipFile(BytesIO(fetched.data or b"")).namelist() == ["001.html", "002.html"]
    assert not site.asked("evil")
    assert fetched.data == eurlex.SOURCE.fetch(_item(), {}, Known(), site).data
    empty = Site({CELLAR + "a1.0006.03/DOC_1": FakeResponse("<html>none</html>", status=300)})
    with pytest.raises(SourceError):
        eurlex.SOURCE.fetch(_item(), {}, Known(), empty)


def _archive(second: int, *more: str) -> bytes:
    act = (FOLDER / "L_203100777EN.000101.fmx.xml").read_bytes()
    files = {"L_203100777EN.doc.fmx.xml": b"<PUBLICATION.REF/>", "L_203100777EN.000101.fmx.xml": act}
    return zipped({**files, **dict.fromkeys(more, b"<ANNEX><TITLE/></ANNEX>")}, (2032, 7, 1, 6, 0, second))


def test_formex_comes_as_the_act_itself_or_as_an_archive_that_does_not_change() -> None:
    options = eurlex.SOURCE.check("32031R0777", {"formats": "formex", "with": "none"})
    site = cellar()
    item = eurlex.SOURCE.list(options, {}, site, NOW).items[0]
    assert item.more["file"] == CELLAR + "a1.0006.01"
    site.route(
        CELLAR + "a1.0006.01",
        FakeResponse(_archive(2), type="application/zip"),
        FakeResponse(_archive(4), type="application/zip"),
    )
    one, two = (eurlex.SOURCE.fetch(item, options, Known(), site) for _ in range(2))
    assert one.extension == ".xml"
    assert (one.data or b"").startswith(b"<?xml")
    assert one.data == two.data
    annexed = [
        FakeResponse(_archive(second, "L_203100777EN.000201.fmx.xml"), type="application/zip") for second in (2, 4)
    ]
    site.route(CELLAR + "a1.0006.01", *annexed)
    one, two = (eurlex.SOURCE.fetch(item, options, Known(), site) for _ in range(2))
    assert one.extension == ".zip"
    assert one.data == two.data
    assert site.log[-1].accept == "application/zip;mtype=fmx4"


@pytest.mark.parametrize(
    "archive",
    [
        b"PK\x03\x04 broken",
        zipped({"readme.txt": b"nothing"}, (2032, 1, 1, 0, 0, 0)),
        zipped({"bomb.xml": b" " * 30_000_000}, (2032, 1, 1, 0, 0, 0)),
        b"GIF89a",
        b"<html>error</html>",
    ],
    ids=["broken", "no act", "bomb", "picture", "page"],
)
def test_archives_that_are_none(archive: bytes) -> None:
    site = Site({CELLAR + "a1.0006.01": FakeResponse(archive)})
    with pytest.raises(SourceError):
        eurlex.SOURCE.fetch(_item("formex", CELLAR + "a1.0006.01"), {}, Known(), site)


def test_a_page_of_words_in_place_of_a_pdf_is_refused() -> None:
    site = Site(
        {CELLAR + "a1.0006.02/DOC_1": FakeResponse(b"<html><title>Error</title></html>", type="application/pdf")}
    )
    with pytest.raises(SourceError):
        eurlex.SOURCE.fetch(_item("pdf", CELLAR + "a1.0006.02/DOC_1"), {}, Known(), site)


# -- the Official Journal -------------------------------------------------------------------------------------------------


def _journal(
    site: Site, target: str = "L", cursor: dict[str, Any] | None = None, now: datetime = NOW, **options: Any
) -> Listing:
    return oj.SOURCE.list(oj.SOURCE.check(target, options), cursor or {}, site, now)


def test_the_journal_by_series_type_and_title() -> None:
    since = {"from": "2031-01-01"}
    assert _keys(_journal(cellar(), "L,C", **since)) == [
        "32031R0777/en",
        "32031R0901/en",
        "32031R0901/en/2",
        "cellar/n1/en",
    ]
    assert _keys(_journal(cellar(), "L", type="REG_IMPL", **since)) == ["32031R0901/en", "32031R0901/en/2"]
    assert _keys(_journal(cellar(), "L,C", title="fees", **since)) == ["cellar/n1/en"]
    assert not _journal(cellar(), "L").items
    notice = _journal(cellar(), "C", **since).items[0]
    assert notice.published == "2031-11-26"
    assert oj.SOURCE.fetch(notice, {}, Known(), cellar()).extension == ".xhtml"


def test_the_journal_goes_on_by_day_with_an_overlap_and_waits_for_languages() -> None:
    on = datetime(2031, 11, 27, 6, tzinfo=UTC)
    first = _journal(cellar(), "L,C", now=on)
    assert _keys(first) == ["32031R0901/en", "32031R0901/en/2", "cellar/n1/en"]
    assert first.cursor == {"since": "2031-11-25T06:00:00+00:00"}
    # The German text of an act of the 25th is not there yet: the 25th is looked at again later on.
    waiting = _journal(cellar(), "L", {"since": "2031-11-20"}, on + timedelta(days=4), languages="en,de")
    assert waiting.cursor["since"] == "2031-11-25"
    over = _journal(cellar(), "L", {"since": "2031-11-20"}, on + timedelta(days=40), languages="en,de")
    assert over.cursor["since"].startswith("2032-01-04")


def test_the_journal_before_each_act_had_its_number_is_not_listed_by_day() -> None:
    with pytest.raises(BadRequest, match="2023-10-01"):
        oj.SOURCE.check("L", {"from": "2020-01-01"})


def test_options_are_plain_values() -> None:
    assert json.loads(json.dumps(oj.SOURCE.check("C", {"languages": "de"})))["series"] == ["C"]


def test_cellars_redirects_are_kept_encrypted() -> None:
    from dutybook.ingest.addresses import parse
    from dutybook.ingest.fetcher import FetchPolicy, PendingRequest, PoliteFetcher
    from dutybook.ingest.sources.interface import Response

    address = parse("https://publications.europa.eu/resource/celex/32031R0777")
    asked = PendingRequest(address, "GET", {}, b"", 1000, False, address, {address.url})
    to = {"location": "http://publications.europa.eu/resource/cellar/a1.0006.03/DOC_1"}
    with PoliteFetcher(FetchPolicy()) as fetcher:
        fetcher._turn(asked, Response(address.url, 303, to))
        assert asked.address.url == CELLAR + "a1.0006.03/DOC_1"
        with pytest.raises(SourceError):
            fetcher._turn(asked, Response(address.url, 303, {"location": "http://elsewhere.example/DOC_1"}))
        asked.seen.add(asked.address.url)
        with pytest.raises(SourceError):
            fetcher._turn(asked, Response(address.url, 303, to))
