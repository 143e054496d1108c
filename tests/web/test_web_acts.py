"""Acts, what changed in them, their dates as a picture and in a calendar, and the news beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from starlette.testclient import TestClient

from dutybook.pipeline.analyse import analyse
from dutybook.records import Family, Genre, RawDocument, Work
from dutybook.store import open_register
from dutybook.store.deadlines.agenda import ACT, OWN, TEXT, AgendaQuery, agenda
from dutybook.store.documents.flatten import flatten
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.web.access import Access
from dutybook.web.app import create_app
from dutybook.web.pages.acts import style_source
from dutybook.web.settings import Settings
from quay import QUAY, corrigendum_of_the_act, flats
from quay import read as quay_text

TODAY = date(2032, 2, 20)
DATES = """Pier Lights Act <script>alert(1)</script>

Article 1

1. Every keeper shall submit the lamp list to the Lights Office "><img src=x onerror=alert(2)> by 3 March 2032.

2. Every keeper shall send a summary </text></svg><script>alert(3)</script> to the Lights Office each year by 31 March.

3. Every keeper shall have counted the lamps by 1 December 2031.

Article 2

This Act shall enter into force on 1 July 2031. It shall apply from 15 March 2032.
"""
LIGHTS = Work("32031R0999", "regulation", "EU", "32031R0999", "Pier Lights Act <script>alert(1)</script>")
NEWS = """Lost crates <script>alert(4)</script> to be reported within five days
Northport, 12 February 2031

Operators of quays must report a lost crate to the harbour master within five days, the Ports Office said on Wednesday. The Quay Safety Act will enter into force on 1 October 2031, its director told journalists.
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("acts") / "register.db"
    lights = analyse(RawDocument("lights.txt", DATES.encode()))
    document = replace(
        lights.document, work=LIGHTS.id, published="2031-06-01", genre=Genre.STATUTE, family=Family.STATUTE
    )
    with open_register(path) as register:
        for flat in (*flats(), corrigendum_of_the_act(), flatten(replace(lights, document=document, work=LIGHTS))):
            register.write(flat)
        register.add(analyse(RawDocument("news.txt", NEWS.encode())))
    return path


@pytest.fixture
def stranger(database: Path, access: Access) -> Iterator[TestClient]:
    app = create_app(Settings(database, "anna", Path.cwd(), today=lambda: TODAY), access)
    with TestClient(app, base_url="http://127.0.0.1:8765", headers={"accept-language": "en"}) as client:
        yield client


@pytest.fixture
def client(stranger: TestClient, access: Access) -> TestClient:
    assert stranger.get(f"/enter?key={access.key}", follow_redirects=False).status_code == 303
    return stranger


def norm_at(database: Path, place: str, work: str) -> str:
    with open_register(database, read_only=True) as register:
        sql = """SELECT n.id FROM norms n JOIN norm_facets f ON f.row = n.row WHERE n.place = ? AND f.work = ?
            AND f.standing ORDER BY n.language <> 'en', n.position LIMIT 1"""
        return str(register._connection.execute(sql, (place, work)).fetchone()[0])


def test_the_list_has_each_act_once(client: TestClient) -> None:
    page = client.get("/acts").text
    assert page.count('class="act-row"') == 3
    row = page.partition('href="/acts/32031R0888"')[2].partition("</li>")[0]
    assert re.search(r'code">de</span>\s*<span class="code">en', row)
    assert "3 versions" in row
    assert "newest from 1 Apr 2033" in row
    found = client.get("/acts", params={"words": "2031/888"}).text + client.get("/acts?words=32031R0888").text
    assert "Quay Safety Act" in found
    assert "Pier Lights" not in client.get("/acts?words=quay").text
    assert "No act has this title or number" in client.get("/acts?words=nosuchact").text
    assert client.get("/acts?offset=5000").status_code == 200


def test_an_act_has_its_versions_relations_and_deviations(client: TestClient) -> None:
    page = client.get("/acts/32031R0888").text
    english = page.partition('class="code">en</span></h3>')[2].partition("</section>")[0]
    assert english.index("1 Apr 2033") < english.index("1 Mar 2032")
    assert "newest" in english
    # Nine days later it will be the next one.
    standing = [item for item in english.split("<li>") if "text in force today" in item]
    assert len(standing) == 1
    assert "1 Feb 2031" in standing[0]
    assert "is corrected by" in page
    assert 'href="/acts/32031R0888R%2801%29"' in page
    assert client.get("/acts/32031R0888R%2801%29").status_code == 200
    deviation = page.partition('class="pair"')[2]
    assert "English says 5 days, German 9 days" in deviation
    assert "innerhalb von neun Tagen" in deviation
    assert 'href="/search?work=32031R0888"' in page
    # What the news announced, and what became of it.
    assert "1 Oct 2031" in page
    assert 'href="/acts/32031R0888/changes"' in page


def test_dates_say_how_they_were_computed(client: TestClient) -> None:
    page = client.get("/acts/32031R0999").text
    dates = page.partition('id="dates"')[2].partition("</section>")[0]
    assert "1 Jul 2031" in dates
    assert "15 Mar 2032" in dates
    assert "How this date was computed" in dates
    table = page.partition('class="same"')[2]
    for told in ("3 Mar 2032", "15 Mar 2032", "Published", "every year"):
        assert told in table
    german = client.get("/acts/32031R0999", headers={"accept-language": "de"}).text
    assert "Veröffentlicht" in german
    assert "03.03.2032" in german


def test_an_act_is_shown_in_the_reader_s_language_where_it_has_it(client: TestClient) -> None:
    assert "timeline.svg?language=de" in client.get("/acts/32031R0888", headers={"accept-language": "de"}).text
    assert "timeline.svg?language=en" in client.get("/acts/32031R0888", headers={"accept-language": "fr"}).text
    assert "timeline.svg?language=de" in client.get("/acts/32031R0888?language=de").text
    assert "timeline.svg?language=en" in client.get("/acts/32031R0888?language=zz").text


@pytest.mark.parametrize("path", ["/acts/nosuch", "/acts/quay", "/acts/", "/acts/a/b", "/acts/%00", "/acts/%27--"])
@pytest.mark.parametrize("below", ["", "/changes", "/timeline.svg"])
def test_what_is_no_act_is_not_found(client: TestClient, path: str, below: str) -> None:
    answer = client.get(path + below)
    assert answer.status_code == 404 or (path + below == "/acts/" and answer.url.path == "/acts")
    assert "Traceback" not in answer.text


def test_the_last_two_versions_are_compared(client: TestClient) -> None:
    page = client.get("/acts/32031R0888/changes").text
    assert "<h2>Art 2</h2>" in page
    assert "harbour master → port police" in page
    assert re.search(r"<del>harbour master</del>\s*<ins>port police</ins>", page)
    assert "<del>Art 3</del> <ins>Art 4</ins>" in page
    # A corrigendum's words stand below.
    assert re.search(r"<del>a</del>\s*<ins>any</ins>", page.partition('id="corrected"')[2])


def test_versions_are_chosen_by_day_or_document_and_kinds_narrow(client: TestClient, database: Path) -> None:
    page = client.get("/acts/32031R0888/changes?from=2031-06-01&to=2032-12-31").text
    assert re.search(r"<del>five</del>\s*<ins>two</ins>", page)
    lost = page.partition("<del>five</del>")[0].rpartition('class="changed"')[2]
    # One norm stands once, with all that changed in it.
    assert "tightened" in lost
    assert "deadline moved" in lost
    assert page.count("<del>five</del>") == 1
    chip = re.search(r'<a href="(/acts/[^"]*kind=added[^"]*)"', page)
    assert chip
    narrowed = client.get(chip[1].replace("&amp;", "&")).text
    assert "lock the gate" in narrowed
    assert "<del>five</del>" not in narrowed
    with open_register(database, read_only=True) as register:
        first, _, third = (v.document for v in register.differences.versions(QUAY.id) if v.language == "en")
    both = client.get("/acts/32031R0888/changes", params={"from": first, "to": third}).text
    assert "lock the gate" in both
    assert "port police" in both
    assert f'<option value="{first}" selected' in both


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("from=yesterday", 400, "yesterday"),
        ("to=2020-01-01", 404, "no version stands on 2020-01-01"),
        ("to=2031-06-01", 404, "the first one here"),
        ("from=2034-01-01&to=2035-01-01", 404, "one version"),
        ("language=de", 200, "only one version"),
        ("language=zz&kind=wish&offset=-3", 200, "port police"),
        ("offset=900", 200, "Art 2"),
    ],
)
def test_what_cannot_be_compared_is_said(client: TestClient, query: str, status: int, says: str) -> None:
    page = client.get(f"/acts/32031R0888/changes?{query}")
    assert page.status_code == status
    if query != "offset=900":
        assert says in page.text


def test_the_picture_holds_the_dates_and_only_our_style(client: TestClient) -> None:
    answer = client.get("/acts/32031R0999/timeline.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "'self'" not in policy
    assert "sandbox" in policy
    assert style_source(answer.text) in policy
    assert "<script" not in answer.text
    root = ET.fromstring(answer.text)
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names <= {"svg", "title", "desc", "style", "rect", "line", "g", "circle", "polygon", "text"}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    assert "alert(1)" in "".join(root.itertext())
    assert "3 Mar 2032" in answer.text
    german = client.get("/acts/32031R0999/timeline.svg", headers={"accept-language": "de"}).text
    assert "3. März 2032" in german
    assert "Pflichten" in german
    assert "Obligations" not in german
    # A style of somebody else is not ours.
    assert style_source(answer.text.replace("font-family", "font-famile")) not in policy


def test_nothing_of_a_document_is_markup_on_these_pages(client: TestClient, database: Path) -> None:
    for path in ("/acts", "/acts/32031R0999", "/acts/32031R0888", "/news?all=1", "/calendar?year=2032&month=3"):
        text = client.get(path).text
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
        assert "&lt;script&gt;" in text, path
        assert not re.search(r"<[^<>]*\s(?:style|on\w+)=|<style|=.javascript:", text), path


def test_a_month_has_what_is_due_in_it(client: TestClient, database: Path) -> None:
    page = client.get("/calendar?year=2032&month=3").text
    norm = norm_at(database, "Art 1(1)", LIGHTS.id)
    assert "March 2032" in page
    grid = page.partition('class="grid"')[2].partition("</table>")[0]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", grid, re.DOTALL)
    assert len(cells) == 35
    due = next(cell for cell in cells if '"number">3<' in cell)
    assert f'href="/norms/{norm}"' in due
    assert "application" in next(cell for cell in cells if '"number">15<' in cell)
    assert "/norms/" in next(cell for cell in cells if '"number">31<' in cell)
    assert "every year" in page.partition('id="d2032-03-31"')[2]
    # What returns every year is there in other years, but not before the norm applied.
    assert 'id="d2040-03-31"' in client.get("/calendar?year=2040&month=3").text
    assert 'id="d2031-03-31"' not in client.get("/calendar?year=2031&month=3").text
    overdue = page.partition('id="overdue"')[2].partition("</section>")[0]
    coming = page.partition('id="coming"')[2].partition("</section>")[0]
    assert "counted the lamps" not in overdue, "nobody has taken it on"
    assert "lamp list" in coming
    assert "lamp list" not in overdue


def test_today_is_where_the_calendar_opens_and_months_follow(client: TestClient) -> None:
    page = client.get("/calendar").text
    assert "February 2032" in page
    assert page.count('aria-current="date"') == 1
    assert 'rel="next" href="/calendar?year=2032&amp;month=3#month"' in page
    assert 'rel="prev" href="/calendar?year=2032&amp;month=1#month"' in page
    french = client.get("/calendar?year=2032&month=12", headers={"accept-language": "fr"}).text
    assert "décembre 2032" in french
    assert 'href="/calendar?year=2033&amp;month=1#month"' in french


def test_a_month_with_too_much_says_where_the_rest_is(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dutybook.web.pages.calendar.MONTH_ROWS", 1)
    page = client.get("/calendar?year=2032&month=3&work=32031R0999").text
    cell = page.partition('"number">31<')[2].partition("</td>")[0]
    assert 'href="/search?work=32031R0999&amp;deadline_after=2032-03-31&amp;deadline_before=2032-03-31"' in cell
    assert 'id="d2032-03-03"' in page
    assert 'id="d2032-03-31"' not in page
    assert "2 more are not listed" in page


def test_own_dates_and_owners(client: TestClient, database: Path) -> None:
    first, second = norm_at(database, "Art 1(1)", QUAY.id), norm_at(database, "Art 1(1)", LIGHTS.id)
    with open_register(database) as register:
        reviews.change(register, [first], Change(owner="Berta <b>", due="2032-03-09"), by="anna")
        reviews.change(register, [second], Change(owner="Carl"), by="anna")
    page = client.get("/calendar?year=2032&month=3").text
    own = page.partition('id="d2032-03-09"')[2].partition("</section>")[0]
    assert "own date" in own
    assert "Berta &lt;b&gt;" in own
    assert f"/norms/{first}" in own
    berta = client.get("/calendar?year=2032&month=3&owner=berta").text
    assert 'id="d2032-03-09"' in berta
    assert 'id="d2032-03-03"' not in berta
    assert 'id="d2032-03-15"' not in berta
    carl = client.get("/calendar?year=2032&month=3&owner=Carl&work=32031R0999").text
    assert 'id="d2032-03-03"' in carl
    assert 'id="d2032-03-09"' not in carl
    with open_register(database) as register:
        reviews.change(register, [first], Change(status="compliant"), by="anna")
        reviews.change(register, [second], Change(status="not applicable", applicability="no", reason="far"), by="anna")
    done = client.get("/calendar?year=2032&month=3").text
    assert "lamp list" not in done.partition('id="coming"')[2].partition("</section>")[0]
    assert 'id="d2032-03-03"' in done


def test_a_norm_in_two_languages_is_due_once(database: Path) -> None:
    text = "Article 1\n\n1. Operators shall paint the quay by 4 May 2034.\n"
    german = "Artikel 1\n\n1. Die Betreiber müssen den Kai bis zum 4. Mai 2034 streichen.\n"
    with open_register(database) as register:
        register.write(flatten(quay_text(text, version="2034-01-01", name="p")))
        register.write(flatten(quay_text(german, "de", version="2034-01-01", name="p")))
        day = date(2034, 5, 4)
        for reader, word in (("de", "streichen"), ("fr", "paint")):
            found = agenda(register, AgendaQuery(day, day, reader=reader, today=date(2034, 2, 1)))
            assert [(r.origin, word in r.words) for r in found.rows] == [(TEXT, True)]


def test_more_than_fits_is_counted(database: Path) -> None:
    with open_register(database, read_only=True) as register:
        query = AgendaQuery(date(2031, 1, 1), date(2035, 1, 1), reader="en", today=TODAY)
        whole = agenda(register, query)
        part = agenda(register, replace(query, limit=2))
        last = agenda(register, replace(query, limit=2, newest_first=True))
    assert {r.origin for r in whole.rows} == {TEXT, ACT}
    assert OWN not in {r.origin for r in whole.rows}
    assert (part.counts, part.rows) == (whole.counts, whole.rows[:2])
    assert part.total == len(whole.rows) > 2
    assert last.rows == whole.rows[:-3:-1]


def test_the_calendar_file_is_a_download_and_leaves_no_trace(client: TestClient, database: Path) -> None:
    before = database.read_bytes()
    answer = client.get("/calendar.ics?work=32031R0999")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.headers["content-disposition"] == 'attachment; filename="dutybook.ics"'
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    days = {event["dtstart"].dt for event in events}
    assert {date(2032, 3, 3), date(2032, 3, 15), date(2032, 3, 31)} <= days
    # They are known by the same names in the file of the whole register.
    whole = Calendar.from_ical(client.get("/calendar.ics").content).walk("VEVENT")
    assert {event["uid"] for event in events} <= {event["uid"] for event in whole}
    assert database.read_bytes() == before
    assert client.get("/calendar.ics?work=nosuch").status_code == 400


def test_news_as_events(client: TestClient) -> None:
    page = client.get("/news").text
    assert "Lost crates" in page
    assert 'href="/acts/32031R0888">Quay Safety Act' in page
    assert "1 Oct 2031" in page
    assert re.search(r'<a href="/norms/\w+">Art 1\(\d\)</a>', page)
    assert "Lost crates" not in client.get("/news?since=2031-02-13").text
    assert "Lost crates" in client.get("/news?act=quay").text
    assert "Lost crates" not in client.get("/news?act=32031R0999").text
    assert client.get("/news?act=nosuch").status_code == 400
    assert client.get("/news?since=yesterday").status_code == 400


def test_an_event_shows_who_wrote_what_with_acts_and_norms(client: TestClient) -> None:
    found = client.get("/api/v1/news?all=true").json()["items"]
    entry = next(e for e in found if any("Lost crates" in item["title"] for item in e["items"]))
    for item in entry["items"]:
        page = client.get(f"/news/{item['document']}").text
        assert all(f'href="/documents/{other["document"]}"' in page for other in entry["items"])
        assert "Quay Safety Act" in page
        assert 'class="badge legal-status' in page
    event = client.get(f"/api/v1/news/{entry['id']}").json()
    assert [a["item"]["document"] for a in event["accounts"]] == [i["document"] for i in entry["items"]]
    assert event["norms"]
    assert client.get("/news/nosuch").status_code == 404
    assert client.get("/api/v1/news/nosuch").status_code == 404


def test_dates_that_news_state_stand_with_what_the_act_says(client: TestClient) -> None:
    page = client.get("/claims").text
    assert "Dates in the news" in page
    assert "/documents/" in page
    assert client.get("/claims?state=contradicted").status_code == 200
    assert client.get("/claims?act=quay").status_code == 200
    assert client.get("/claims?state=wrong").status_code == 400
    assert client.get("/claims?act=nosuch").status_code == 400
    found = client.get("/api/v1/claims?state=expected&state=missed").json()
    assert {claim["state"] for claim in found["items"]} <= {"expected", "missed"}


def test_acts_in_the_making(client: TestClient) -> None:
    page = client.get("/procedures").text
    assert "Acts in the making" in page
    assert client.get("/procedures?within=30&state=consultation").status_code == 200
    assert client.get("/procedures?state=wrong").status_code == 400
    assert client.get("/procedures?act=nosuch").status_code == 400
    assert client.get("/api/v1/procedures?ends_within=30&state=trilogue").json()["items"] == []
    assert client.get("/api/v1/procedures?ends_within=-1").status_code == 422


ODD = st.one_of(
    st.sampled_from(["", "0", "-1", "1", "13", "9999", "10000", "99999999999999999999", "²", "1e3", "2032-02-30", "0001-01-01", "9999-12-31", "\0", "\ud800", "%", "'\"--", "{{7*7}}", "<b>", "a" * 3000, "32031R0888", "quay"]),
    st.text(max_size=12),
)  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(
        ["/acts", "/acts/32031R0888", "/acts/32031R0888/changes", "/acts/32031R0888/timeline.svg", "/calendar", "/calendar/year", "/feeds/calendar.ics", "/changes", "/export", "/review", "/documents", "/news"]
    ),
    query=st.lists(
        st.tuples(
            st.sampled_from(["words", "offset", "language", "from", "to", "kind", "year", "month", "work", "owner", "act", "since", "all", "limit"]),
            ODD,
        ),
        max_size=5,
    ),
)  # fmt: skip
def test_no_parameter_breaks_a_page(client: TestClient, path: str, query: list[tuple[str, str]]) -> None:
    from urllib.parse import quote

    asked = "&".join(f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in query)
    answer = client.get(f"{path}?{asked}")
    assert answer.status_code in (200, 400, 404), answer.text
