"""What a stranger, or somebody who may only read, could try, beyond what the tests of each page try."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from web_office import PASSWORD, Office, hidden, sign_in

from dutybook.alerts.channels import web as channel_addresses
from dutybook.errors import DeliveryError
from dutybook.store import open_register
from dutybook.store.accounts.sessions import new_token
from dutybook.web.request_limits import NotAllowedRemotely, check_target, check_watch

API = "/api/v1"
NOW = datetime.now(UTC)


# Where a request says it goes


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8765@evil.example",
        "localhost:evil.example",
        "localhost:",
        "localhost:8765/x",
        "localhost:123456",
        "[::1]evil.example",
        "[::1]:8765.evil.example",
        "localhost#",
        "localhost, evil.example",
        "::1",
    ],
)
def test_a_host_that_others_could_read_otherwise_is_not_served(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 421


def test_a_link_for_a_person_leads_to_where_its_administrator_is(office: Office) -> None:
    ada = office.signed_in("Ada")
    token = hidden(ada.get("/people").text)["token"]
    form = {"token": token, "name": "Nora", "role": "reader"}
    assert ada.post("/people", data=form, headers={"host": "127.0.0.1:8765@evil.example"}).status_code == 421
    forwarded = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    made = ada.post("/people", data=form, headers=forwarded)
    assert "http://127.0.0.1:8765/join?key=" in made.text
    assert "evil.example" not in made.text


LEADING_AWAY = (
    *("//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example"),
    *("javascript:alert(1)", "/\r\nset-cookie: a=b", "evil.example", "///evil.example", " //evil.example"),
)


@pytest.mark.parametrize("target", LEADING_AWAY)
def test_nobody_is_led_away(office: Office, target: str) -> None:
    browser = office.browser()
    form = hidden(browser.get("/sign-in", params={"next": target}).text)
    assert form["next"] == "/"
    answer = browser.post("/sign-in", data={**form, "next": target, "name": "Anna", "password": PASSWORD})
    assert answer.headers["location"] == "/"
    assert browser.get("/sign-in", params={"next": target}).headers["location"] == "/"
    assert browser.get("/language/de", params={"back": target}).headers["location"] == "/"


# Sessions


def test_a_session_that_somebody_chose_is_none(office: Office) -> None:
    browser = office.browser()
    form = hidden(browser.get("/sign-in").text)
    chosen = "k" * 43
    cookies = f"dutybook={chosen}; dutybook-before={browser.cookies['dutybook-before']}"
    data = {**form, "name": "Anna", "password": PASSWORD}
    answer = office.browser().post("/sign-in", data=data, headers={"cookie": cookies})
    given = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("dutybook="))
    assert chosen not in given
    assert office.browser().get("/account", headers={"cookie": f"dutybook={chosen}"}).status_code == 303


def test_whoever_signs_in_over_another_s_session_ends_it(office: Office) -> None:
    browser = office.browser()
    form, before = hidden(browser.get("/sign-in").text), browser.cookies["dutybook-before"]
    assert browser.post("/sign-in", data={**form, "name": "Anna", "password": PASSWORD}).status_code == 303
    anna = browser.cookies["dutybook"]
    assert office.browser().get("/account", headers={"cookie": f"dutybook={anna}"}).status_code == 200
    both = {"cookie": f"dutybook={anna}; dutybook-before={before}"}
    data = {**form, "name": "Emil", "password": PASSWORD}
    assert office.browser().post("/sign-in", data=data, headers=both).status_code == 303
    assert office.browser().get("/account", headers={"cookie": f"dutybook={anna}"}).status_code == 303


def test_behind_a_proxy_nobody_gets_more_tries_by_saying_to_be_others(database: Path) -> None:
    office = Office(database, hosts=("dutybook.example",), proxies=(ip_network("10.0.0.0/30"),))
    office.account("Anna")
    statuses = []
    for number in range(30):
        said = {"x-forwarded-for": f"203.0.113.{number}, 198.51.100.7", "x-forwarded-proto": "https"}
        browser = office.browser("https://dutybook.example", address="10.0.0.2", **said)
        statuses.append(sign_in(browser, f"guess {number}").status_code)
        if statuses[-1] == 429:
            break
    assert statuses[-1] == 429
    # Who comes from elsewhere is not kept out by that.
    said = {"x-forwarded-for": "198.51.100.99", "x-forwarded-proto": "https"}
    assert sign_in(office.browser("https://dutybook.example", address="10.0.0.2", **said), "Anna").status_code == 303


# What a token and a role may see


HIDDEN_FROM_READERS = ("/alerts", "/alerts/x", "/alerts/x/preview", "/deliveries", "/deliveries/abcd")
HIDDEN_FROM_EDITORS = ("/watches", "/watches/x", "/watches/x/items", "/doctor")


@pytest.mark.parametrize(("name", "sees"), [("Anna", (False, False)), ("Emil", (True, False)), ("Ada", (True, True))])
@pytest.mark.parametrize("scope", ["session", "read", "write"])
def test_the_api_shows_nobody_more_than_the_pages_do(
    office: Office, name: str, sees: tuple[bool, bool], scope: str
) -> None:
    """Whom alerts tell and what is watched is told to those who see these pages."""
    if scope == "session":
        browser, headers = office.signed_in(name), {}
    else:
        browser = office.browser()
        headers = {"authorization": f"Bearer {new_token(office.accounts, 'x', scope, office.now, person=name)[1]}"}
    for paths, may in ((HIDDEN_FROM_READERS, sees[0]), (HIDDEN_FROM_EDITORS, sees[1])):
        for path in paths:
            assert (browser.get(API + path, headers=headers).status_code != 403) is may, path


def test_a_token_for_reading_changes_nothing_whoever_has_it(office: Office) -> None:
    secret = new_token(office.accounts, "x", "read", office.now, person="Ada")[1]
    headers = {"authorization": f"Bearer {secret}"}
    browser = office.browser()
    norm = browser.get(f"{API}/norms?limit=1", headers=headers).json()["items"][0]["id"]
    tries = (
        browser.patch(f"{API}/norms/{norm}/review", json={"owner": "x"}, headers=headers),
        browser.post(f"{API}/searches", json={"name": "s"}, headers=headers),
        browser.post(f"{API}/watches", json={"kind": "feed", "target": "https://93.184.216.34/"}, headers=headers),
        browser.delete(f"{API}/watches/x", headers=headers),
    )
    assert [answer.status_code for answer in tries] == [403] * len(tries)
    assert "read-only" in tries[0].json()["detail"]


# What this machine is made to ask


THROUGH = (
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::a00:1",
    "::7f00:1",
    "::ffff:10.0.0.1",
    "2002:a00:1::",
    "fec0::1",
)


@pytest.mark.parametrize("number", THROUGH)
def test_no_way_around_leads_into_the_local_network(number: str) -> None:
    with pytest.raises(DeliveryError, match="private network"):
        channel_addresses.resolve_host(number, 443, private=False)
    with pytest.raises(NotAllowedRemotely):
        check_target(f"webhook:https://[{number}]/x")
    with pytest.raises(NotAllowedRemotely):
        check_watch("page", f"https://[{number}]/x")


@pytest.mark.parametrize("name", ["proxies", "allow_downgrade", "allow_private"])
def test_no_request_says_by_which_machines_others_are_asked(client: TestClient, name: str) -> None:
    token = hidden(client.get("/account").text)["token"]
    asked = {"kind": "feed", "target": "https://93.184.216.34/feed", "options": {name: "yes"}}
    answer = client.post(f"{API}/watches", json=asked, headers={"x-dutybook-token": token})
    assert answer.status_code == 403
    assert "command line" in answer.json()["detail"]


@pytest.mark.parametrize(
    "name", ["DUTYBOOK_SMTP_PASSWORD", "DUTYBOOK_SMTP", "DUTYBOOK_CHANNEL_OPS", "DUTYBOOK_PASSWORD", "PATH"]
)
def test_no_secret_for_messages_is_sent_to_a_source(name: str) -> None:
    with pytest.raises(NotAllowedRemotely):
        check_watch("page", f"https://env:{name}@93.184.216.34/")
    check_watch("page", "https://env:DUTYBOOK_PORTAL@93.184.216.34/")


def test_a_number_of_an_act_is_no_address() -> None:
    check_watch("fedlex", "235.1, 10.1")
    for kind, target in (("page", "127.1"), ("fedlex", "https://127.1/"), ("fedlex", "235.1@127.0.0.1")):
        with pytest.raises(NotAllowedRemotely):
            check_watch(kind, target)


# What documents say


def test_the_bytes_of_a_document_are_never_an_answer(client: TestClient, database: Path, tmp_path: Path) -> None:
    """A page of ours that somebody else wrote would speak with the reader's session: pictures and text are all that is shown."""
    from dutybook.pipeline.analyse import analyse, read

    evil = "<html><body><script>alert('own')</script><p>The operator shall keep a log of crates.</p></body></html>"
    picture = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert("own")</script><text>x</text></svg>'
    with open_register(database) as register:
        for name, text in (("evil.html", evil), ("evil.svg.txt", picture)):
            file = tmp_path / name
            file.write_text(text)
            assert register.add(analyse(read(file)))
        ids = [row[0] for row in register._connection.execute("SELECT id FROM documents WHERE source LIKE '%evil.%'")]
    assert len(ids) == 2
    for identity in ids:
        for path in (
            f"/documents/{identity}",
            f"/documents/{identity}?view=text",
            f"/documents/{identity}/pages/1.png",
        ):
            answer = client.get(path)
            assert "<script>alert" not in answer.text, path
            assert answer.headers["x-content-type-options"] == "nosniff"
            kind = answer.headers["content-type"].partition(";")[0]
            assert kind in (("image/png", "text/plain") if path.endswith(".png") else ("text/html",)), path
        for path in (f"/documents/{identity}/file", f"/documents/{identity}/source", f"/documents/{identity}.html"):
            assert client.get(path).status_code == 404
