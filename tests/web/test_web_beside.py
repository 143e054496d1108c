"""What stands beside a norm, corrections of it, the queue, the year and its feed, changes over all acts, exports, and what Dutybook is made of."""

from __future__ import annotations

import html
import json
import re
import sqlite3
from contextlib import closing
from datetime import date
from importlib import resources
from pathlib import Path

import pytest
from icalendar import Calendar
from starlette.testclient import TestClient
from web_office import hidden

from dutybook.languages.artefacts import measured
from dutybook.store import open_register
from dutybook.store.documents.norm_context import followed, texts
from dutybook.store.judgements import reviews
from dutybook.web.pages import about
from dutybook.web.reader import Reader
from dutybook.web.render import FOLDER, static_address


def one(database: Path, sql: str) -> str:
    with open_register(database, read_only=True) as register:
        return str(register._connection.execute(sql).fetchone()[0])


def moved(database: Path) -> str:
    return one(database, "SELECT new_norm FROM changes WHERE kind = 'deadline moved' LIMIT 1")


def form_of(client: TestClient, norm: str) -> dict[str, str]:
    return dict(
        re.findall(r'<input type="hidden" name="(token|since)" value="([^"]*)"', client.get(f"/norms/{norm}").text)
    )


def test_versions_stand_side_by_side_with_what_changed(client: TestClient, database: Path) -> None:
    versions = client.get(f"/norms/{moved(database)}").text.partition('id="versions"')[2].partition("</section>")[0]
    assert re.search(r"within <del>five</del> <ins>two</ins> days", versions)
    assert "first version in the register" in versions
    assert versions.count('aria-current="true"') == 1
    assert versions.index("<ins>") < versions.index("first version in the register"), "the newest first"


def test_languages_stand_side_by_side_with_their_parts(client: TestClient, database: Path) -> None:
    norm = one(database, "SELECT id FROM norms WHERE place = 'Art 6(2)' AND language = 'en' ORDER BY position LIMIT 1")
    languages = client.get(f"/norms/{norm}").text.partition('id="languages"')[2].partition("</section>")[0]
    assert '<mark class="deadline">for three years</mark>' in languages
    german = languages.partition('hreflang="de"')[2]
    assert 'lang="de"' in german
    assert '<mark class="deadline">' in german


def test_a_norm_alone_has_neither(client: TestClient, database: Path) -> None:
    norm = one(database, "SELECT n.id FROM norms n JOIN documents d ON d.id = n.document WHERE d.source LIKE 'quay<%'")
    page = client.get(f"/norms/{norm}").text
    assert 'id="versions"' not in page
    assert 'id="languages"' not in page
    # A text without pages is its own evidence.
    assert '<mark class="quoted">' in page
    assert "<script>alert(3)" not in page


def test_penalties_show_amounts_and_their_own_evidence(client: TestClient, database: Path) -> None:
    norm = one(database, "SELECT s.norm FROM sanctions s JOIN norms n ON n.id = s.norm WHERE n.language = 'en' LIMIT 1")
    penalty = client.get(f"/norms/{norm}").text.partition('id="penalty"')[2].partition("</section>")[0]
    assert "<strong>€5,000,000</strong>, <strong>1% of turnover</strong>" in penalty
    assert "administrative fines" in penalty
    assert "imposed in a single case" not in penalty
    assert re.search(r'href="/documents/\w+\?at=Art-\d', penalty)
    assert "5.000.000\xa0€" in client.get(f"/norms/{norm}", headers={"accept-language": "de"}).text


def test_a_penalty_says_that_it_was_imposed(client: TestClient, database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE penalties SET imposed = 1")
    norm = one(database, "SELECT norm FROM sanctions LIMIT 1")
    assert "imposed in a single case" in client.get(f"/norms/{norm}").text
    assert client.get("/api/v1/penalties?limit=1").json()["items"][0]["imposed"] is True


def test_citations_are_followed(client: TestClient, database: Path) -> None:
    with open_register(database, read_only=True) as register:
        act, news = (
            register._connection.execute("SELECT id FROM documents WHERE source LIKE ?", (source,)).fetchone()[0]
            for source in ("%data.en.pdf", "%banks.en.html")
        )
        found = followed(register, register.citations(act), act, "en")
        told = followed(register, register.citations(news), news, "en")
    assert all(f.norm for f in found if f.citation.as_written == "Article 4(1)")
    assert {bool(f.norm), bool(f.document), bool(f.work)} if (f := found[0]) else True
    absent = [f for f in found if not f.here]
    assert absent
    assert all(
        f.citation.work != "32031R0418" or f.citation.place is None for f in absent if f.citation.place != "Art 290"
    )
    own = next(f for f in found if f.norm and f.citation.norm)
    page = client.get(f"/norms/{own.citation.norm}").text
    assert f'href="/norms/{own.norm}"' in page.partition('id="cites"')[2]
    outside = next(f for f in [*found, *told] if not f.here and f.citation.norm)
    assert "not in the register" in client.get(f"/norms/{outside.citation.norm}").text


def test_terms_have_their_definitions(client: TestClient, database: Path) -> None:
    norm = one(
        database, "SELECT t.norm FROM norm_terms t JOIN norms n ON n.id = t.norm WHERE n.language = 'en' LIMIT 1"
    )
    terms = client.get(f"/norms/{norm}").text.partition('id="terms"')[2].partition("</section>")[0]
    assert "<dfn>" in terms
    assert " means " in terms


def test_what_was_found_is_corrected_and_taken_back(client: TestClient, database: Path) -> None:
    norm = moved(database)
    with open_register(database, read_only=True) as register:
        before = register.norm(norm).norm
    given = {
        **form_of(client, norm),
        "judge": "corrected",
        "reason": "read it again",
        "fix:modality": "permission",
        "fix:bearer": f"  {before.bearer}\r\n",
        f"fix:deadline:{before.deadlines[0].id}": "P3D",
    }
    assert client.post(f"/norms/{norm}/review", data=given).status_code == 303
    with open_register(database, read_only=True) as register:
        after = register.norm(norm)
    assert (after.norm.modality, after.norm.bearer) == ("permission", before.bearer)
    assert after.norm.deadlines[0].value == "P3D"
    assert {c.field.partition(":")[0] for c in after.review.corrections} == {"modality", "deadline"}  # type: ignore[union-attr]
    page = client.get(f"/norms/{norm}").text
    assert "<del>obligation</del> <ins>permission</ins>" in page
    # Both were one change: they go together.
    assert client.post(f"/norms/{norm}/review", data={**form_of(client, norm), "judge": "undo"}).status_code == 303
    with open_register(database, read_only=True) as register:
        again = register.norm(norm).norm
    assert (again.modality, again.deadlines[0].value) == (before.modality, before.deadlines[0].value)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"fix:modality": "wish", "reason": "x"}, "There are: obligation"),
        ({"fix:modality": "permission"}, "say why"),
        ({"fix:deadline:DEADLINE": "soon", "reason": "x"}, "no value of a deadline"),
    ],
)
def test_a_correction_that_cannot_be_meant_is_told(
    client: TestClient, database: Path, given: dict[str, str], says: str
) -> None:
    norm = moved(database)
    with open_register(database, read_only=True) as register:
        deadline = register.norm(norm).norm.deadlines[0].id
    named = {name.replace("DEADLINE", deadline): value for name, value in given.items()}
    answer = client.post(f"/norms/{norm}/review", data={**form_of(client, norm), "judge": "corrected", **named})
    assert answer.status_code == 409
    assert says in answer.text
    assert re.search(r'<details class="correct" open', answer.text), "what was typed is shown again"
    with open_register(database, read_only=True) as register:
        assert reviews.record(register, norm) is None


def test_nothing_to_take_back_is_told(client: TestClient, database: Path) -> None:
    answer = client.post(f"/norms/{moved(database)}/review", data={**form_of(client, moved(database)), "judge": "undo"})
    assert answer.status_code == 409
    assert "nothing was said" in answer.text


def test_the_queue_counts_the_day_and_offers_to_take_back(client: TestClient) -> None:
    page = client.get("/review?modality=obligation").text
    assert "0 judged today" in page
    norm = re.search(r'action="/norms/(\w+)/review" class="judge"', page)[1]  # type: ignore[index]
    token = re.search(r'name="token" value="(\w+)"', page)[1]  # type: ignore[index]
    data = {"token": token, "judge": "rejected", "otherwise": "not a norm", "next": "/review?modality=obligation"}
    answer = client.post(f"/norms/{norm}/review", data=data)
    assert answer.headers["location"] == f"/review?modality=obligation&done={norm}"
    page = client.get(answer.headers["location"]).text
    assert "1 judged today" in page
    assert "Rejected:" in page
    data = {"token": token, "judge": "undo", "next": "/review?modality=obligation"}
    answer = client.post(f"/norms/{norm}/review", data=data)
    assert answer.headers["location"] == "/review?modality=obligation"
    assert "0 judged today" in client.get(answer.headers["location"]).text
    for evil in ("/review//evil", "/review\\evil", "/reviews", "/review?\nx"):
        answer = client.post(f"/norms/{norm}/review", data={"token": token, "note": "x", "next": evil})
        assert answer.headers["location"] == f"/norms/{norm}#work"


def test_a_year_is_a_picture_whose_dots_lead_to_days(client: TestClient, database: Path) -> None:
    day = date.fromisoformat(
        one(database, "SELECT due FROM due_dates y JOIN norm_facets f ON f.norm = y.norm WHERE f.standing LIMIT 1")
    )
    page = client.get(f"/calendar/year?year={day.year}").text
    link = re.search(rf'<a href="(/calendar\?year={day.year}&amp;month={day.month}#d{day})" aria-label="([^"]*)"', page)
    assert link
    assert re.search(r"\d+ dates?$", link[2])
    assert f'id="d{day}"' in client.get(link[1].replace("&amp;", "&")).text
    assert client.get("/calendar/year?year=1").status_code == 200
    assert client.get("/calendar/year?year=9998").status_code == 200
    assert client.get("/calendar/year?work=nosuch").status_code == 400


def test_the_feed_is_what_an_export_writes(client: TestClient, database: Path, tmp_path: Path) -> None:
    from dutybook.export import export

    page = client.get("/calendar?work=32031R0418", headers={"accept-language": "fr"}).text
    made = client.post("/calendar/feed", data=hidden(page), headers={"accept-language": "fr"}).text
    address = html.unescape(re.search(r'<code id="feed-address">([^<]*)</code>', made)[1])  # type: ignore[index]
    assert address.startswith("http://127.0.0.1:8765/feeds/calendar.ics?")
    # A calendar program has no session: the token in the address lets it in, and it is on no other page.
    program = TestClient(client.app, base_url="http://127.0.0.1:8765")
    fed = Calendar.from_ical(program.get(address).content)
    secret = address.partition("token=")[2]
    assert secret
    for path in ("/calendar?work=32031R0418", "/account"):
        assert secret not in client.get(path).text
    with open_register(database, read_only=True) as register:
        export(register, tmp_path / "x.ics", {"work": "32031R0418"}, reader="fr")
    written = Calendar.from_ical((tmp_path / "x.ics").read_bytes())
    told = [{(str(e["uid"]), str(e["summary"])) for e in c.walk("VEVENT")} for c in (fed, written)]
    assert told[0]
    assert told[0] == told[1]
    narrower = client.get("/feeds/calendar.ics?work=32031R0418&modality=prohibition")
    assert len(Calendar.from_ical(narrower.content).walk("VEVENT")) < len(fed.walk("VEVENT"))


def test_the_feed_is_not_for_strangers(stranger: TestClient) -> None:
    assert stranger.get("/feeds/calendar.ics").status_code == 401


def test_changes_of_all_acts_lead_to_their_words(client: TestClient) -> None:
    page = client.get("/changes").text
    address = re.search(r'<a href="([^"]*kind=deadline\+moved[^"]*)" class="badge change deadline-moved">', page)
    assert address
    assert "<ins>two</ins>" in client.get(address[1].replace("&amp;", "&")).text
    assert "corrigendum" in page
    assert client.get("/changes?offset=9999").status_code == 200


def test_all_formats_are_offered_for_what_is_filtered(client: TestClient) -> None:
    page = client.get("/export?modality=permission&nonsense=1").text
    links = re.findall(r'href="(/export/register\.\w+\?modality=permission)"', page)
    assert len(links) >= 9
    assert "nonsense" not in page.partition("<main")[2]
    assert client.get("/export?as_of=yesterday").status_code == 400
    # What the page promises is what the file holds.
    promised = int(re.search(r"Exports (\d+) norm", page)[1])  # type: ignore[index]
    rows = client.get("/export/register.jsonl?modality=permission&language=en").text.strip().splitlines()
    assert 0 < len(rows) <= promised


def test_about_says_how_well_it_reads_and_what_it_is_made_of(client: TestClient) -> None:
    page = client.get("/about").text
    scores = measured().sets
    assert measured().command in page
    assert scores[0].title == "held out", "what is to be expected stands first"
    assert f">{scores[0].languages['de']['norm']:.2f}<" in page
    for named in ("htmx", "0BSD", "lxml", "BSD-3-Clause", "Apache-2.0", "norms"):
        assert named in page, named
    assert str(client.app.state.registers.database) in page  # type: ignore[attr-defined]
    assert "Deutsch" in client.get("/about", headers={"accept-language": "de"}).text


def test_scores_are_those_of_the_report() -> None:
    folder = about.models_folder() / "scores"
    told = json.loads((folder / "own.json").read_text("utf-8"))
    report = (folder / "own.md").read_text("utf-8")
    for found in told["sets"].values():
        for language, row in found["languages"].items():
            assert f"| {language} | {row['norms']} | {row['norm']:.3f} |" in report


def test_what_is_vendored_is_what_is_said() -> None:
    htmx = next(part for part in about.list_vendored() if part.name == "htmx")
    assert f'version:"{htmx.version}"' in (FOLDER / "htmx.min.js").read_text("utf-8")
    for part in ("static/htmx.LICENSE",):
        assert (resources.files("dutybook.web") / part).is_file()


def test_no_rule_of_the_styles_is_lost() -> None:
    depth = 0
    for character in re.sub(r"/\*.*?\*/", "", (FOLDER / "app.css").read_text("utf-8"), flags=re.DOTALL):
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth in (0, 1, 2), "a brace too many takes the next rule with it"
    assert depth == 0


def test_styles_and_scripts_are_small_and_kept(client: TestClient) -> None:
    assert (FOLDER / "app.css").stat().st_size < 50_000
    for name in ("app.css", "htmx.min.js", "reading.js"):
        answer = client.get(static_address(name))
        assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert answer.headers["content-encoding"] == "gzip"
        assert client.get(f"/static/{name}?v=old").headers["cache-control"] == "private, no-cache"
    assert "content-encoding" not in client.get("/about").headers, "pages hold a token"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["€5,000,000", "€1.50", "2.5%", "0.90", "French"]),
        ("de", ["5.000.000\xa0€", "1,50\xa0€", "2,5\xa0%", "0,90", "Französisch"]),
        ("fr", ["5\u202f000\u202f000\xa0€", "1,50\xa0€", "2,5\u202f%", "0,90", "français"]),
    ],
)
def test_numbers_have_the_reader_s_form(language: str, said: list[str]) -> None:
    reader = Reader(language)
    told = [reader.money(5_000_000, "EUR"), reader.money(1.5, "EUR"), reader.percent(2.5), reader.share(0.9)]
    assert [t.replace("\xa0%", "\u202f%") if language == "fr" else t for t in told] == said[:4]
    assert reader.language_name("fr") == said[4]
    assert reader.language_name("zz<") == "zz<"


def test_texts_of_a_norm_are_told_once_a_version(database: Path) -> None:
    norm = moved(database)
    with open_register(database, read_only=True) as register:
        found = texts(register, norm)
    assert len({t.document for t in found}) == len(found)
    assert norm in {t.norm for t in found}
    days = [t.valid_from for t in found if t.language == "en"]
    assert days == sorted(days, key=lambda d: d or "")
