"""What somebody is told who is not let in: in their language, as a page where a browser asks."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from web_office import Office, hidden

from dutybook.languages.reader import reader_languages, reader_words
from dutybook.reasons import Why, because, reason_without_code

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


def test_every_refusal_has_words_in_every_language() -> None:
    english = set(reader_words("refusals", "en"))
    assert reader_languages("refusals") == reader_languages("web")
    for language in reader_languages("refusals"):
        own = reader_words("refusals", language)
        assert own.own == english, language
        for key in english:
            assert sorted(braces(own(key))) == sorted(braces(reader_words("refusals", "en")(key))), (language, key)


def braces(text: str) -> list[str]:
    return [part.partition("}")[0] for part in text.split("{")[1:]]


@pytest.mark.parametrize(
    ("language", "said"),
    [("de-AT,de;q=0.9", "Öffnen Sie den Link"), ("fr", "ouvrez le lien"), ("tlh", "open the link")],
)
def test_a_stranger_is_told_in_their_language(stranger: TestClient, language: str, said: str) -> None:
    plain = stranger.get("/", headers={"accept-language": language})
    assert plain.status_code == 401
    assert plain.headers["content-type"].startswith("text/plain")
    page = stranger.get("/", headers={"accept-language": language, "accept": BROWSER})
    assert page.status_code == 401
    assert f'<html lang="{language[:2] if language[:2] in ("de", "fr") else "en"}">' in page.text
    assert said in plain.text
    assert said in page.text
    assert "Accept-Language" in page.headers["vary"]


def test_programs_are_told_in_english(stranger: TestClient) -> None:
    answer = stranger.get("/api/v1/norms", headers={"accept-language": "de", "accept": BROWSER})
    assert answer.json()["detail"] == "Authentication is required: send a token."


def test_what_is_refused_later_is_told_in_the_reader_s_language_too(client: TestClient) -> None:
    german = {"accept-language": "de", "accept": BROWSER}
    assert "Diese Adresse wird hier nicht bedient" in client.get("/", headers={**german, "host": "x.example"}).text
    assert (
        "Formulare anderer Websites werden hier nicht angenommen"
        in client.post("/searches", headers={**german, "origin": "https://x"}).text
    )
    assert "Die Anfrage ist zu groß" in client.post("/searches", content=b"x" * 300_000, headers=german).text
    assert "Nicht gefunden" in client.get("/nothing", headers=german).text
    missing = client.get("/norms/0000", headers=german)
    assert missing.status_code == 404
    assert "Diesen Eintrag gibt es hier nicht oder nicht mehr" in missing.text
    # What only the program knows is said beside, as what it is.
    assert '<p class="quiet" lang="en">' in missing.text


def test_forms_say_what_is_wrong_in_the_reader_s_language(client: TestClient) -> None:
    french = {"accept-language": "fr"}
    token = hidden(client.get("/account").text)["token"]
    watch = client.post("/watches", data={"token": token, "kind": "feed", "target": ""}, headers=french)
    assert "Indiquez ce qui doit être surveillé." in watch.text
    here = {"token": token, "kind": "page", "target": "http://127.0.0.1/"}
    assert "mène à cette machine" in client.post("/watches", data=here, headers=french).text
    assert "type de modification" in client.post("/alerts", data={"token": token, "name": "x"}, headers=french).text


def test_a_role_is_named_as_the_reader_knows_it(office: Office) -> None:
    anna = office.signed_in("Anna", **{"accept-language": "de"})
    assert "Rolle Verwalten" in anna.get("/watches").text
    assert "Rolle Bearbeiten" in anna.get("/upload").text


def test_a_page_of_the_proxy_s_keeper_has_its_style_below_the_path(database: Path) -> None:
    more = {"hosts": ("dutybook.example",), "proxies": (ip_network("10.0.0.0/30"),), "root_path": "/dutybook"}
    office = Office(database, **more)
    direct = office.browser("https://dutybook.example", address="192.0.2.1", accept=BROWSER)
    assert 'href="/dutybook/static/app.css?v=' in direct.get("/dutybook/").text
    turned = office.browser("https://dutybook.example", address="10.0.0.2", accept=BROWSER).post("/dutybook/searches")
    assert turned.status_code == 401
    assert 'href="/dutybook/static/app.css?v=' in turned.text
    assert 'href="/dutybook/sign-in"' in turned.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("en-GB,en;q=0.9", ["5 Jan 2033", "1 Mar 2033, 10:00 UTC", "1 hour"]),
        ("en", ["5 Jan 2033", "1 Mar 2033, 10:00 UTC", "1 hour"]),
        ("en-US,en;q=0.9", ["5 Jan 2033", "1 Mar 2033, 10:00 UTC", "1 hour"]),
        ("de-AT", ["05.01.2033", "01.03.2033, 10:00 UTC", "1 Stunde"]),
        ("fr-CH, fr;q=0.9", ["5 janv. 2033", "1 mars 2033, 10:00 UTC", "1\xa0heure"]),
        ("fr-XX", ["5 janv. 2033", "1 mars 2033, 10:00 UTC", "1\xa0heure"]),
    ],
)
def test_days_have_the_form_of_where_the_reader_is(asked: str, said: list[str]) -> None:
    from starlette.requests import Request

    from dutybook.web.render import reader_of

    scope = {"type": "http", "headers": [(b"accept-language", asked.encode())], "method": "GET", "path": "/"}
    reader = reader_of(Request(scope))
    told = [reader.day("2033-01-05"), reader.moment("2033-03-01T10:00:00+00:00"), reader.interval(3600)]
    assert told == said
    assert reader.interval(5400).startswith("90")


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("Europe%2FBerlin", "1 Jul 2033, 00:30"),
        ("America/New_York", "30 Jun 2033, 18:30"),
        ("Nowhere/City", "30 Jun 2033, 22:30 UTC"),
        ("../../etc/passwd", "30 Jun 2033, 22:30 UTC"),
        ("", "30 Jun 2033, 22:30 UTC"),
    ],
)
def test_moments_are_in_the_time_zone_of_the_browser(zone: str, moment: str) -> None:
    from starlette.requests import Request

    from dutybook.web.render import reader_of

    scope = {"type": "http", "headers": [(b"cookie", f"dutybook-zone={zone}".encode())], "method": "GET", "path": "/"}
    assert reader_of(Request(scope)).moment("2033-06-30T22:30:00+00:00") == moment


def test_what_became_of_files_is_told_in_the_reader_s_language(client: TestClient, database: Path) -> None:
    from datetime import UTC, datetime

    from dutybook.web.uploads.storage import Part, Sent, UploadStorage

    shelf = UploadStorage(database)
    batch = shelf.new("anna", datetime.now(UTC))
    locked = because(Why.NEEDS_PASSWORD, "pass its password (--password on the command line)").of_kind("encrypted")
    page_lost = because(Why.PART_PAGE, "page {page} is damaged and was not read", page=3)
    batch.state, batch.files = (
        "done",
        [
            Sent("a.zip", 1_200_000, state="unreadable", parts=[Part("b.pdf", "unreadable", 0, [locked.plain()])]),
            Sent(
                "c.pdf",
                900,
                state="partly read",
                reasons=[page_lost.plain(), reason_without_code("the moon <b>was</b> full").plain()],
            ),
        ],
    )
    shelf.write(batch)
    page = client.get(f"/upload/{batch.id}", headers={"accept-language": "fr"}).text
    assert "Le fichier est chiffré." in page
    assert "Il est protégé par un mot de passe\xa0: renvoyez-le avec son mot de passe." in page
    assert "command line" not in page
    assert "La page 3 est endommagée et n’a pas été lue." in page
    assert "1,2 Mo" in page
    # What nobody has put into French is said as it is, and as English.
    assert '<span lang="en">the moon &lt;b&gt;was&lt;/b&gt; full</span>' in page


@pytest.mark.parametrize(("name", "said"), [("Anna", "Ask someone with editing rights"), ("Ada", "dutybook ingest")])
def test_an_empty_register_tells_each_what_they_can_do(tmp_path: Path, name: str, said: str) -> None:
    from dutybook.store import open_register

    with open_register(tmp_path / "empty.db"):
        pass
    office = Office(tmp_path / "empty.db")
    office.account("Anna")
    office.account("Ada", "admin")
    browser = office.signed_in(name)
    for path in ("/acts", "/documents", "/review", "/export"):
        page = browser.get(path).text
        assert "The register is empty" in page, path
        assert said in page, path
        assert ('class="door strong" href="/upload"' in page) is (name == "Ada"), path
