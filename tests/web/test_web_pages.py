"""What the pages show, and what they change."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dutybook.languages.reader import reader_languages, reader_words
from dutybook.store import open_register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change


def norm_at(database: Path, place: str, language: str = "en") -> str:
    with open_register(database, read_only=True) as register:
        sql = "SELECT id FROM norms WHERE place = ? AND language = ? ORDER BY position LIMIT 1"
        return str(register._connection.execute(sql, (place, language)).fetchone()[0])


def form_of(client: TestClient, norm: str) -> dict[str, str]:
    """The hidden fields of the form on a norm's page."""
    text = client.get(f"/norms/{norm}").text
    found = re.findall(r'<input type="hidden" name="(token|since)" value="([^"]*)"', text)
    return dict(found)


def test_search_finds_and_marks(client: TestClient) -> None:
    page = client.get("/search", params={"words": "tamper-evident logs"})
    assert page.status_code == 200
    assert "keep <mark" in page.text
    assert re.search(r'<mark class="sought">tamper</mark>', page.text)
    assert "1 norm<" in page.text
    assert page.text.count('class="hit"') == 1


def test_a_norm_in_two_languages_is_one_row_in_the_reader_s_own(client: TestClient) -> None:
    page = client.get("/search", params={"words": "tamper-evident logs"}, headers={"accept-language": "de-AT,de;q=0.9"})
    assert page.text.count('class="hit"') == 1
    assert "manipulationssichere Protokolle" in page.text
    assert '<html lang="de">' in page.text
    assert "1 Norm<" in page.text


def test_facets_narrow_and_are_taken_back(client: TestClient) -> None:
    page = client.get("/search", params={"words": "operator"})
    narrowed = re.search(r'href="(/search\?[^"]*modality=permission[^"]*)"', page.text)
    assert narrowed
    second = client.get(narrowed[1].replace("&amp;", "&"))
    assert second.text.count("badge obligation") == 0
    assert second.text.count("badge permission") >= 1
    assert re.search(r'<a href="/search\?words=operator" class="chosen"', second.text)
    # A facet's own name in the reader's words, the act's in the reader's language.
    assert "Harbour Data Regulation</span>" in page.text


def test_pages_follow_each_other(client: TestClient) -> None:
    first = client.get("/search")
    following = re.search(r'rel="next" href="([^"]*)"', first.text)
    assert following
    second = client.get(following[1].replace("&amp;", "&"))
    assert 'rel="prev"' in second.text
    ids = [set(re.findall(r'class="law"[^>]*><a href="/norms/(\w+)"', page.text)) for page in (first, second)]
    assert ids[0]
    assert not ids[0] & ids[1]


@pytest.mark.parametrize("query", ["work=no+such+act", "as_of=yesterday", "modality=wish"])
def test_a_filter_that_cannot_be_meant_says_so(client: TestClient, query: str) -> None:
    page = client.get(f"/search?{query}")
    assert page.status_code == 400
    assert 'role="alert"' in page.text


@pytest.mark.parametrize(
    "query", ["offset=-1", "offset=99999999999", "words=%00%22(*", "unknown=1&modality=", "offset=x"]
)
def test_nothing_typed_breaks_the_search(client: TestClient, query: str) -> None:
    assert client.get(f"/search?{query}").status_code == 200


def test_a_norm_shows_its_parts_and_its_evidence(client: TestClient, database: Path) -> None:
    norm = norm_at(database, "Art 6(2)")
    page = client.get(f"/norms/{norm}").text
    assert '<mark class="deadline">for three years</mark>' in page
    assert "The logs" in page
    assert "<svg viewBox" in page
    assert page.count("<rect ") >= 1
    with open_register(database, read_only=True) as register:
        document, number = register._connection.execute(
            "SELECT document, page FROM norms WHERE id = ?", (norm,)
        ).fetchone()
    image = client.get(f"/documents/{document}/pages/{number}.png")
    assert image.headers["content-type"] == "image/png"
    assert image.content[:4] == b"\x89PNG"
    assert "max-age" in image.headers["cache-control"]


def test_the_beginning_of_an_id_is_enough_and_others_are_not_there(client: TestClient, database: Path) -> None:
    norm = norm_at(database, "Art 6(2)")
    assert client.get(f"/norms/{norm[:10]}").status_code == 200
    for path in (
        "/norms/ffffffffffffffff",
        "/norms/%2e%2e%2fetc",
        "/documents/nothing",
        "/nothing",
        "/documents/nothing/pages/1.png",
    ):
        assert client.get(path).status_code == 404, path


def test_what_somebody_says_is_kept_with_their_name(client: TestClient, database: Path) -> None:
    norm = norm_at(database, "Art 6(2)")
    data = {
        **form_of(client, norm),
        "status": "applicable",
        "owner": "Berta <b>",
        "due": "2032-05-01",
        "note": "asked & answered",
    }
    answer = client.post(f"/norms/{norm}/review", data=data)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/norms/{norm}#work")
    page = client.get(f"/norms/{norm}").text
    assert "Berta &lt;b&gt;" in page
    assert "asked &amp; answered" in page
    with open_register(database, read_only=True) as register:
        record, rows = reviews.history_of(register, norm)
        assert (record.status, record.owner, record.due) == ("applicable", "Berta <b>", "2032-05-01")
        assert {row.by for row in rows} == {"anna"}
    # The same form once more changes nothing, and says nothing in the history.
    assert client.post(f"/norms/{norm}/review", data={**data, **form_of(client, norm), "note": ""}).status_code == 303
    with open_register(database, read_only=True) as register:
        assert len(reviews.history_of(register, norm)[1]) == len(rows)


def test_who_was_slower_is_told_and_overwrites_nothing(client: TestClient, database: Path) -> None:
    norm = norm_at(database, "Art 6(2)")
    with open_register(database) as register:
        reviews.change(register, [norm], Change(owner="carl"), by="carl")
    stale = form_of(client, norm)
    with open_register(database) as register:
        reviews.change(register, [norm], Change(owner="dora"), by="dora")
    answer = client.post(f"/norms/{norm}/review", data={**stale, "owner": "berta"})
    assert answer.status_code == 409
    assert "dora" in answer.text
    assert 'value="berta"' in answer.text
    with open_register(database, read_only=True) as register:
        assert reviews.record(register, norm).owner == "dora"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("judge", "reason", "status"), [("confirmed", "", 303), ("rejected", "", 409), ("rejected", "a recital", 303)]
)
def test_a_finding_is_judged(client: TestClient, database: Path, judge: str, reason: str, status: int) -> None:
    norm = norm_at(database, "Art 6(2)")
    answer = client.post(f"/norms/{norm}/review", data={**form_of(client, norm), "judge": judge, "reason": reason})
    assert answer.status_code == status
    with open_register(database, read_only=True) as register:
        record = reviews.record(register, norm)
        assert (record.finding if record else "") == (judge if status == 303 else "")


def test_documents_say_what_was_not_read(client: TestClient) -> None:
    page = client.get("/documents").text
    assert "<strong>The file is damaged.</strong>" in page
    assert "get it again, or save it anew in a PDF viewer" in page
    assert page.index("broken.pdf") < page.index("regulation-harbour-data.en.pdf")
    one = re.search(r'href="(/documents/\w+)" lang="en">Harbour Data Regulation', page)
    assert one
    assert "rejected sentences" in client.get(one[1]).text
    assert client.get("/about").status_code == 200


def test_an_empty_register_says_what_to_do(tmp_path: Path, stranger: TestClient, client: TestClient) -> None:
    with open_register(tmp_path / "empty.db"):
        pass
    client.app.state.registers.database = tmp_path / "empty.db"  # type: ignore[attr-defined]
    assert "dutybook ingest" in client.get("/").text
    client.app.state.registers.database = tmp_path / "gone.db"  # type: ignore[attr-defined]
    answer = client.get("/")
    assert answer.status_code in (404, 503)
    assert "Traceback" not in answer.text


def test_every_topic_has_a_name_for_readers() -> None:
    from dutybook.languages.topics import topic_titles

    words = reader_words("web", "en")
    assert topic_titles() == {key.removeprefix("topic."): words(key) for key in words if key.startswith("topic.")}


@pytest.mark.parametrize("section", ["web", "search_page", "home_page", "controls_page", "statement"])
@pytest.mark.parametrize("language", reader_languages("web"))
def test_every_language_has_every_text(language: str, section: str) -> None:
    english = set(reader_words(section, "en"))
    assert reader_words(section, language).own == english
    for key in english:
        braces = [sorted(re.findall(r"{(\w+)}", reader_words(section, code).get(key, ""))) for code in ("en", language)]
        assert braces[0] == braces[1], key


def test_the_language_is_chosen_and_kept(client: TestClient) -> None:
    answer = client.get("/language/fr?back=/documents")
    assert answer.headers["location"] == "/documents"
    assert '<html lang="fr">' in client.get("/").text
    for back in ("//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"):
        assert client.get("/language/fr", params={"back": back}).headers["location"] == "/"


@pytest.mark.parametrize("extension", ["xlsx", "csv", "jsonl", "ics", "md", "html", "yaml"])
def test_what_is_found_is_saved(client: TestClient, extension: str) -> None:
    answer = client.get(f"/export/register.{extension}?words=tamper-evident+logs")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["content-disposition"].endswith(f'.{extension}"')
    assert answer.content
    if extension == "csv":
        assert answer.text.count("\r\n") == 2, "a line of names, and the norm in one of its languages"


def test_what_cannot_be_saved_says_so(client: TestClient) -> None:
    assert client.get("/export/register.exe").status_code == 404
    assert client.get("/export/..%2f..%2fetc%2fpasswd").status_code == 404
    assert client.get("/export/register.csv?work=nosuchact").status_code == 400


def test_the_queue_goes_on_by_one(client: TestClient, database: Path) -> None:
    page = client.get("/review").text
    left = int(re.search(r"(\d+) left", page)[1])  # type: ignore[index]
    norm = re.search(r'action="/norms/(\w+)/review"', page)
    token = re.search(r'name="token" value="(\w+)"', page)
    assert norm
    assert token
    answer = client.post(f"/norms/{norm[1]}/review", data={"token": token[1], "judge": "confirmed", "next": "/review"})
    assert answer.headers["location"] == f"/review?done={norm[1]}"
    page = client.get("/review").text
    # What was said of it was said of its other languages too.
    assert int(re.search(r"(\d+) left", page)[1]) < left  # type: ignore[index]
    assert norm[1] not in page
    assert (
        re.search(r'action="/norms/(\w+)/review"', client.get("/review?later=1").text)[1]
        not in page.partition("<form")[2]
    )  # type: ignore[index]
    assert client.get("/review?later=zzz&later=99999999").status_code == 200
    evil = client.post(f"/norms/{norm[1]}/review", data={"token": token[1], "note": "x", "next": "//evil.example"})
    assert evil.headers["location"] == f"/norms/{norm[1]}#work"


def test_new_text_is_told_apart_on_every_page(client: TestClient, database: Path) -> None:
    norm, other = norm_at(database, "Art 6(2)"), norm_at(database, "Art 6(2)", "de")
    with open_register(database) as register, register._connection as connection:
        (document,) = connection.execute("SELECT document FROM norms WHERE id = ?", (norm,)).fetchone()
        amended = "quoted = 1, amended_act = 'Directive 2031/7/EU', amended_place = 'Art 9a(1)'"
        connection.execute(f"UPDATE norms SET {amended} WHERE document = ?", (document,))
    badge = '<span class="badge new-text">new text</span>'
    for address in (f"/norms/{norm}", f"/search?document={document}", f"/documents/{document}"):
        assert badge in client.get(address).text, address
    assert "Art 9a(1) of Directive 2031/7/EU" in client.get(f"/norms/{norm}").text
    german = client.get(f"/norms/{norm}", headers={"accept-language": "de"}).text
    assert '<span class="badge new-text">neuer Text</span>' in german
    assert "badge new-text" not in client.get(f"/norms/{other}").text
