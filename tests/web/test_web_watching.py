"""Saved searches, watches, alerts and notices: what pages show, what they change, and what no form can reach."""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from dutybook.alerts.channels import Target
from dutybook.alerts.collection import collect
from dutybook.ingest import sources
from dutybook.store import open_register
from dutybook.store.alerts import alerts as kept
from dutybook.store.watches import watches
from dutybook.web.access import COOKIE, Access, Person, Role
from dutybook.web.app import create_app
from dutybook.web.jobs import Jobs
from dutybook.web.pages import alerts as alert_pages
from dutybook.web.settings import Settings
from quay import flats

BASE = "http://127.0.0.1:8765"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder that the operator allows to be watched."""
    made = tmp_path / "allowed"
    made.mkdir()
    return made


@pytest.fixture
def client(database: Path, root: Path) -> Iterator[TestClient]:
    access = Access()
    settings = Settings(database, "anna", Path.cwd(), watch_roots=(root,))
    headers = {"accept-language": "en"}
    with TestClient(create_app(settings, access), base_url=BASE, headers=headers, follow_redirects=False) as made:
        assert made.get(f"/enter?key={access.key}").status_code == 303
        yield made


def token(client: TestClient) -> str:
    access: Access = client.app.state.access  # type: ignore[attr-defined]
    return access.token(client.cookies[COOKIE])


def post(client: TestClient, path: str, **fields: str) -> Any:
    return client.post(path, data={"token": token(client)} | fields)


def ended(client: TestClient, key: str, seconds: float = 300) -> Any:
    works: Jobs = client.app.state.jobs  # type: ignore[attr-defined]
    end = time.monotonic() + seconds
    while (outcome := works.outcome(key)) is None or outcome.going:
        assert time.monotonic() < end
        time.sleep(0.02)
    return outcome


def as_role(client: TestClient, role: Role, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setattr(Access, "inside", lambda *_: Person("rita", role))
    access: Access = client.app.state.access  # type: ignore[attr-defined]
    made = TestClient(
        create_app(client.app.state.settings, access),  # type: ignore[attr-defined]
        base_url=BASE,
        headers={"accept-language": "en"},
        follow_redirects=False,
    )
    assert made.get(f"/enter?key={access.key}").status_code == 303
    return made


# Saved searches


def test_a_search_is_saved_opened_renamed_and_removed(client: TestClient, database: Path) -> None:
    page = client.get("/search?words=operator&modality=obligation&language=en").text
    query = re.search(r'name="query" value="([^"]*)"', page)
    assert query
    done = post(client, "/searches", query=query[1].replace("&amp;", "&"), name="Operators")
    assert done.status_code == 303
    listed = client.get(done.headers["location"]).text
    assert "Saved as “Operators”" in listed
    assert "Type of norm" in listed or "Obligation" in listed or "obligation" in listed
    with open_register(database, read_only=True) as register:
        search = kept.saved_search(register, "Operators")
    assert (search.filters.words, search.filters.modality, search.created_by) == ("operator", ("obligation",), "anna")
    opened = client.get("/searches/open?name=Operators").headers["location"]
    assert re.search(r"(\d+) norms?<", client.get(opened).text)
    shown = re.search(r"(\d+) norms?<", client.get(opened).text)
    assert shown
    assert f"{shown[1]} norm" in client.get("/searches").text
    # The same search cannot have two names by mistake, nor a name be taken twice.
    assert post(client, "/searches", query="words=operator", name="Operators").status_code == 409
    assert post(client, "/searches/rename", name="Operators", new="Who operates").status_code == 303
    assert post(client, "/searches/rename", name="Operators", new="x").status_code == 404
    assert "Who operates" in client.get("/searches").text
    assert post(client, "/searches/remove", name="Who operates").status_code == 303
    assert "No saved searches yet" in client.get("/searches").text


def test_what_is_new_since_it_was_opened_is_counted(client: TestClient, database: Path) -> None:
    with open_register(database) as register:
        for flat in flats():
            row = register.document_with(flat.sha256)
            assert row
            register.remove(row.id)
        post(client, "/searches", query="words=crate", name="Crates")
        assert 'class="state reading"' not in client.get("/searches").text
        for flat in flats():
            register.write(flat)
    after = client.get("/searches").text
    assert re.search(r"\d+ new<", after)
    client.get("/searches/open?name=Crates")
    assert not re.search(r"\d+ new<", client.get("/searches").text)


def test_a_search_without_a_name_gets_one(client: TestClient) -> None:
    for _ in range(2):
        assert post(client, "/searches", query="words=tamper-evident").status_code == 303
    page = client.get("/searches").text
    assert ">tamper-evident</a>" in page
    assert ">tamper-evident (2)</a>" in page


@pytest.mark.parametrize("query", ["work=no+such+act", "as_of=yesterday", "modality=wish"])
def test_a_search_that_cannot_be_meant_is_not_saved(client: TestClient, query: str) -> None:
    assert post(client, "/searches", query=query, name="x").status_code in (400, 409)
    assert "No saved searches yet" in client.get("/searches").text


def test_a_search_of_a_later_dutybook_is_listed_all_the_same(client: TestClient, database: Path) -> None:
    post(client, "/searches", query="words=operator", name="Good")
    with open_register(database) as register:
        register._connection.execute(
            "INSERT INTO saved_searches VALUES ('Odd', 'x', '{\"colour\": 1}', '', '', '', '')"
        )
        register._connection.commit()
    page = client.get("/searches")
    assert page.status_code == 200
    assert "does not know" in page.text
    assert "Good" in page.text


def test_all_that_can_be_saved_can_be_opened(client: TestClient, database: Path) -> None:
    from dutybook.store import Filters
    from dutybook.web.search_address import given_filters, search_address

    filters = Filters(
        words='"log" -x', bearer="op", modality=("obligation", "permission"), language="en", work="32031R0418",
        document="quay", place="Art 6", deadline_before="2031-01-01", deadline_after="2030-01-01", role="operator",
        applies_on="2031-01-01", topic=("records",), status="applicable", owner="B", all_versions=True,
    )  # fmt: skip
    from urllib.parse import parse_qsl

    again = Filters(**given_filters(parse_qsl(search_address(filters).partition("?")[2])))
    assert kept.filters_as_json(again) == kept.filters_as_json(
        kept.filters_of(filters.words, kept.filters_as_json(filters).replace('"en"', '["en"]').replace('"32031R0418"', '["32031R0418"]'))
    )  # fmt: skip
    assert again.words == filters.words


# Watches


def test_a_folder_is_watched_from_a_form(
    client: TestClient, database: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[1] / "pipeline"))
    client.app.state.jobs.more.update(analyse="batch_fakes:analyse", version="fake")  # type: ignore[attr-defined]
    (root / "law.txt").write_text("ok one two")
    os.utime(root / "law.txt", (1_700_000_000, 1_700_000_000))
    form = client.get("/watches/add?kind=folder").text
    assert f'<option value="{root}">' in form
    tried = post(client, "/watches", kind="folder", target=str(root), do="try")
    assert tried.status_code == 303
    key = tried.headers["location"].rpartition("/")[2]
    ended(client, f"look:{key}")
    page = client.get(tried.headers["location"]).text
    assert "1 document would be fetched" in page
    assert "law.txt" in page
    with open_register(database, read_only=True) as register:
        assert watches.watches(register) == []
    hidden = dict(re.findall(r'<input type="hidden" name="(kind|target)" value="([^"]*)"', page))
    kept_ = post(client, "/watches", **hidden, do="save", every="1h")
    assert kept_.headers["location"] == "/watches/of/folder-allowed"
    assert "new" in client.get("/watches").text
    assert post(client, "/watches/of/folder-allowed/run").status_code == 303
    running = client.get("/watches/of/folder-allowed").text
    assert 'hx-trigger="every 2s"' in running
    ended(client, "watch:folder-allowed")
    page = client.get("/watches/of/folder-allowed").text
    assert "hx-trigger" not in page
    document = re.search(r'<a href="/documents/(\w+)">law.txt</a>', page)
    assert document
    assert client.get(f"/documents/{document[1]}").status_code == 200
    assert "1 item" in client.get("/watches").text


def test_a_watch_rests_goes_on_and_ends(client: TestClient, database: Path, root: Path) -> None:
    post(client, "/watches", kind="folder", target=str(root), name="mine", do="save")
    assert post(client, "/watches/of/mine/pause").status_code == 303
    page = client.get("/watches").text
    assert "paused" in page
    assert "due now" not in page
    post(client, "/watches/of/mine/resume")
    with open_register(database, read_only=True) as register:
        assert not watches.named(register, "mine").paused
        assert watches.named(register, "mine").created_by == "anna"
    assert post(client, "/watches/of/mine/dance").status_code == 404
    assert post(client, "/watches/of/mine/remove").headers["location"] == "/watches"
    assert client.get("/watches/of/mine").status_code == 404
    assert post(client, "/watches/of/mine/run").status_code == 404


@pytest.mark.parametrize("kind", [kind for kind in sources.kinds() if kind in sources._OURS])
def test_each_kind_has_a_form_of_its_own_options(client: TestClient, kind: str) -> None:
    source = sources.source_of(kind)
    for language in ("en", "de", "fr"):
        page = client.get(f"/watches/add?kind={kind}", headers={"accept-language": language})
        assert page.status_code == 200
        for name in getattr(source, "options", {}):
            assert f'name="option.{name}"' in page.text
    again = post(client, "/watches", kind=kind, target="", do="save")
    assert again.status_code == 400


TARGETS = {
    "boe": ("diario", {"option.sections": "1,3"}),
    "bwb": ("all", {"option.type": "wet,amvb", "option.ministry": "Financiën"}),
    "eurlex": ("32022R2554", {"option.languages": "en,de"}),
    "federal-register": ("stablecoin", {"option.type": "rule"}),
    "fedlex": ("235.1", {"option.languages": "de,fr"}),
    "feed": ("https://93.184.216.34/news.xml", {"option.title": "fee,tariff", "fetch.max_mb": "20"}),
    "e-sbirka": ("new", {"option.title": "přístav"}),
    "finlex": ("consolidated", {"option.languages": "fi,sv", "option.type": "act"}),
    "gesetze": ("kwg", {}),
    "legilux": ("journal", {"option.type": "LOI"}),
    "legislation-uk": ("ukpga/2018/12", {}),
    "normattiva": ("changed", {"option.type": "legge,decreto-legge"}),
    "oj": ("L", {"option.type": "REG*"}),
    "imap": ("imaps://env:DUTYBOOK_BOX@93.184.216.34/INBOX", {"option.sender": "@authority.example"}),
    "riigi-teataja": ("titles", {"option.title": "sadam", "option.type": "seadus"}),
    "riksdag": ("sfs", {"option.ministry": "Finansdepartementet"}),
    "ris": ("bgbl", {"option.parts": "1,2"}),
    "sitemap": ("https://93.184.216.34/sitemap.xml", {"option.match": "*.pdf,*/acts/*", "option.from": "2026-01-31"}),
    "page": ("https://93.184.216.34/circulars", {"option.links": "*.pdf", "option.limit": "30"}),
}


@pytest.mark.parametrize("kind", TARGETS)
def test_a_watch_of_each_kind_is_kept(client: TestClient, database: Path, kind: str) -> None:
    target, more = TARGETS[kind]
    done = post(client, "/watches", kind=kind, target=target, name="w", every="2h", do="save", **more)
    assert done.status_code == 303, done.text
    with open_register(database, read_only=True) as register:
        watch = watches.named(register, "w")
    assert (watch.kind, watch.every, watch.last_run) == (kind, 7200, None)
    assert "allow_private" not in watch.fetch_options
    page = client.get("/watches/of/w").text
    assert "never checked" in page


HERE = (
    "http://127.0.0.1/x",
    "http://localhost/x",
    "localhost:8765/x",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://10.1.2.3/feed",
    "http://192.168.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0.0.0.0/",
    "http://2130706433/",
    "http://0x7f000001/",
    "127.0.0.1",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "https://env:SECRET@example.org/",
    "https://anna:word@example.org/",
    "//127.0.0.1/",
)


@pytest.mark.parametrize("kind", ["feed", "page", "sitemap"])
@pytest.mark.parametrize("target", HERE)
def test_no_form_reaches_the_network_here(client: TestClient, database: Path, kind: str, target: str) -> None:
    for do in ("save", "try"):
        answer = post(client, "/watches", kind=kind, target=target, do=do, **{"fetch.allow_private": "yes", "fetch.proxies": "yes"})  # fmt: skip
        assert answer.status_code == 400, target
    with open_register(database, read_only=True) as register:
        assert watches.watches(register) == []


@pytest.mark.parametrize(
    "place", ["env:DUTYBOOK_BOX@127.0.0.1", "env:HOME@example.org", "anna:word@example.org", "example.org"]
)
def test_no_mailbox_of_the_network_here_or_with_other_secrets(client: TestClient, database: Path, place: str) -> None:
    for do in ("save", "try"):
        assert post(client, "/watches", kind="imap", target=f"imaps://{place}/INBOX", do=do).status_code == 400
    with open_register(database, read_only=True) as register:
        assert watches.watches(register) == []


def test_the_fetcher_looks_again(client: TestClient, database: Path) -> None:
    """A name that leads here only later is refused when it is asked."""
    now = datetime.now(UTC)
    with open_register(database) as register:
        watches.add(register, watches.WatchSettings("sly", "feed", "http://127.0.0.1:1/x", options={"url": "http://127.0.0.1:1/x", "take": "auto", "limit": 5}, fetch_options={}, reading={}, every=60), by="x", now=now)  # fmt: skip
    post(client, "/watches/of/sly/run")
    ended(client, "watch:sly")
    page = client.get("/watches/of/sly").text
    assert "is not asked" in page
    assert "failed" in client.get("/watches").text


@pytest.mark.parametrize(
    "target", ["/etc", "/", "..", "{root}/../..", "{root}/link", "relative", "~", "{root}\0/x", ""]
)
def test_no_form_opens_a_folder_that_was_not_allowed(client: TestClient, root: Path, target: str) -> None:
    (root / "link").symlink_to("/etc")
    for do in ("save", "try"):
        answer = post(client, "/watches", kind="folder", target=target.format(root=root), do=do)
        assert answer.status_code == 400
        assert "passwd" not in answer.text
    there = post(client, "/watches", kind="folder", target="/etc", do="save").text
    nowhere = post(client, "/watches", kind="folder", target="/no/such", do="save").text
    said = [re.search(r'role="alert">([^<]*)<', page) for page in (there, nowhere)]
    assert said[0]
    assert said[1]
    # Whether it is there cannot be told from the answer.
    assert said[0][1] == said[1][1]


def test_without_a_root_no_folder_is_offered(client: TestClient, database: Path, root: Path) -> None:
    access = Access()
    with TestClient(create_app(Settings(database, "a", Path.cwd()), access), base_url=BASE, follow_redirects=False) as bare:  # fmt: skip
        bare.get(f"/enter?key={access.key}")
        assert "kind=folder" not in bare.get("/watches/add").text
        assert post(bare, "/watches", kind="folder", target=str(root), do="save").status_code == 400
    assert "kind=folder" in client.get("/watches/add").text


def test_what_a_feed_says_is_text(client: TestClient, database: Path) -> None:
    from dutybook.ingest.sources.interface import Item
    from dutybook.store.watches import watch_items

    evil = "<script>alert(1)</script>"
    now = datetime.now(UTC)
    with open_register(database) as register:
        watch = watches.add(register, watches.WatchSettings("evil", "feed", f"https://x.example/{evil}", options={}, fetch_options={}, reading={}, every=60), by=evil, now=now)  # fmt: skip
        item = Item("k", f"javascript:alert(1)//{evil}", evil, "not a day", None, None, "", None, {})
        watch_items.record(register, watch.id, [item], {}, gone=(), complete=False, now=now)
    for path in ("/watches", "/watches/of/evil"):
        text = client.get(path).text
        assert "<script>alert" not in text
        assert 'href="javascript' not in text


# Alerts


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """A webhook of this machine, which the environment names."""
    taken: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("DUTYBOOK_CHANNEL_OPS", f"http://127.0.0.1:{server.server_port}/secret-path")
    yield taken
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_alert_on_a_saved_search_shows_what_changed(client: TestClient, database: Path) -> None:
    with open_register(database) as register:
        for flat in flats()[1:]:
            row = register.document_with(flat.sha256)
            assert row
            register.remove(row.id)
    post(client, "/searches", query="work=32031R0888", name="Quay")
    form = client.get("/alerts/add?search=Quay").text
    assert "<option selected>Quay</option>" in form
    fields = {f"kind.{name}": "1" for name in re.findall(r'name="kind\.([\w-]+)" value="1" checked', form)}
    assert "kind.tightened" in fields
    made = post(client, "/alerts", name="Quay", search="Quay", every="now", zone="Europe/Berlin", reader="en", **fields)
    assert made.status_code == 303
    assert "alert: Quay" in client.get("/searches").text
    assert "Nothing to report yet" in client.get("/notices").text
    assert 'class="unseen"' not in client.get("/about").text
    with open_register(database) as register:
        for flat in flats()[1:]:
            register.write(flat)
        collect(register, now=datetime.now(UTC))
    bell = re.search(r'class="unseen">(\d+)<', client.get("/about").text)
    assert bell
    assert int(bell[1]) > 0
    page = client.get("/notices").text
    assert page.count('class="state reading">new<') == int(bell[1])
    assert "<del>" in page
    assert re.search(r'href="/norms/\w+"', page)
    # Seen is seen.
    assert 'class="unseen"' not in client.get("/about").text
    assert 'class="state reading">new<' not in client.get("/notices").text
    of = client.get(made.headers["location"]).text
    assert "<del>" in of
    assert "here, under Notices" in of
    # A search that an alert rests on stays.
    assert post(client, "/searches/remove", name="Quay").status_code == 409
    assert post(client, "/searches/rename", name="Quay", new="The quay").status_code == 303
    with open_register(database, read_only=True) as register:
        assert kept.alert_named(register, "Quay").search.name == "The quay"


def alert(client: TestClient, **fields: str) -> Any:
    return post(client, "/alerts", **{"name": "a", "every": "now", "kind.new": "1"} | fields)


def test_a_message_is_sent_tried_and_tried_again(
    client: TestClient, database: Path, hook: list[dict[str, Any]]
) -> None:
    assert "webhook: DUTYBOOK_CHANNEL_OPS" in client.get("/alerts/add").text
    made = alert(client, service="webhook:DUTYBOOK_CHANNEL_OPS", since="2000-01-01", **{"kind.document": "1"})
    assert made.status_code == 303, made.text
    where = made.headers["location"]
    identity = where.rpartition("/")[2]
    assert post(client, f"{where}/test").status_code == 303
    ended(client, f"test:{identity}")
    page = client.get(where).text
    assert "delivered" in page
    assert "test" in hook[0]["subject"]
    assert "secret-path" not in page
    post(client, "/alerts/run")
    ended(client, "alerts:run")
    assert len(hook) == 2
    assert re.search(r"Checked .* 1 sent", client.get("/alerts").text)
    outbox = client.get("/alerts/outbox").text
    assert 'class="state sent">delivered<' in outbox
    assert "secret-path" not in outbox
    # One that was given up is sent again when somebody asks.
    with open_register(database) as register:
        register._connection.execute("UPDATE deliveries SET state = 'dead', problem = 'it answered 410'")
        register._connection.commit()
    assert "1 failed for good" in client.get("/alerts").text
    dead = client.get("/alerts/outbox?dead=1").text
    assert "it answered 410" in dead
    again = re.search(r'action="(/alerts/outbox/\w+/retry)"', dead)
    assert again
    post(client, again[1])
    post(client, "/alerts/run")
    ended(client, "alerts:run")
    assert len(hook) == 3
    assert hook[2]["id"] == hook[1]["id"]


def test_an_alert_rests_goes_on_and_ends(client: TestClient, database: Path) -> None:
    where = alert(client).headers["location"]
    post(client, f"{where}/pause")
    assert "paused" in client.get("/alerts").text
    post(client, f"{where}/resume")
    with open_register(database, read_only=True) as register:
        assert kept.alert_named(register, "a").state == "active"
        assert kept.alert_named(register, "a").created_by == "anna"
    assert post(client, f"{where}/remove").headers["location"] == "/alerts"
    assert client.get(where).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"webhook": "http://127.0.0.1:9/x"},
        {"webhook": "https://localhost/x"},
        {"webhook": "http://169.254.169.254/"},
        {"webhook": "http://[::1]/"},
        {"webhook": "http://127.0.0.1/#private=yes"},
        {"webhook": "https://93.184.216.34/x#private=yes"},
        {"webhook": "file:/etc/passwd"},
        {"webhook": "env:SECRET"},
        {"webhook": "https://anna:word@93.184.216.34/"},
        {"webhook": "https://93.184.216.34/x", "signed": "PATH"},
        {"service": "webhook:PATH"},
        {"service": "webhook:DUTYBOOK_CHANNEL_NONE"},
        {"service": "file:DUTYBOOK_CHANNEL_OPS"},
        {"service": "mailto:DUTYBOOK_CHANNEL_OPS"},
        {"mail": "anna@example.org"},
        {"kind.new": "0"},
        {"name": ""},
        {"search": "none such"},
        {"every": "hourly"},
        {"at": "25:00", "every": "daily"},
        {"zone": "Mars/Base"},
        {"reader": "tlh"},
        {"days": "soon"},
        {"since": "yesterday"},
    ],
)
def test_an_alert_that_may_not_be_is_not_made(
    client: TestClient, database: Path, fields: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUTYBOOK_CHANNEL_OPS", "http://127.0.0.1/x")
    for name in ("DUTYBOOK_SMTP", "DUTYBOOK_MAIL_FROM"):
        monkeypatch.delenv(name, raising=False)
    answer = alert(client, **fields)
    assert answer.status_code in (400, 404), fields
    with open_register(database, read_only=True) as register:
        assert kept.all_alerts(register) == []
    # An address may hold a token, so that it does not come back.
    if "webhook" in fields:
        assert f'value="{fields["webhook"]}"' not in answer.text


def test_mail_goes_by_the_server_of_the_machine(
    client: TestClient, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUTYBOOK_SMTP", "mail.example.org:587")
    monkeypatch.setenv("DUTYBOOK_MAIL_FROM", "bot@example.org")
    for people in ("anna@example.org#smtp=10.0.0.1:25", "anna@example.org#password=file:/etc/passwd"):
        assert alert(client, mail=people).status_code == 400
    made = alert(client, mail="anna@example.org; berta@example.org", webhook="https://93.184.216.34/T0KEN")
    assert made.status_code == 303
    with open_register(database, read_only=True) as register:
        channels = kept.alert_named(register, "a").channels
    assert [(c.kind, c.target) for c in channels] == [
        ("mailto", "anna@example.org"),
        ("mailto", "berta@example.org"),
        ("webhook", "https://93.184.216.34/T0KEN"),
    ]
    assert all("private" not in c.options for c in channels)
    for path in ("/alerts", made.headers["location"], "/alerts/outbox"):
        assert "T0KEN" not in client.get(path).text


def test_names_of_secrets_are_offered_and_no_more() -> None:
    there = alert_pages.available_channels(
        {"DUTYBOOK_CHANNEL_A": "https://hooks.example/T0KEN", "DUTYBOOK_CHANNEL_": "x", "PATH": "/"}
    )
    assert there.variables == ("DUTYBOOK_CHANNEL_", "DUTYBOOK_CHANNEL_A")
    assert not there.mail
    assert Target("x", "y").options == {}


# Roles, tokens, languages

ADMIN = ("/watches", "/watches/add", "/watches/add?kind=feed", "/watches/of/x", "/watches/tries/x", "/alerts/add")
EDITOR = ("/alerts", "/alerts/outbox", "/alerts/of/x", "/notices", "/upload")
CHANGES = {
    "/watches": Role.ADMIN,
    "/watches/of/x/run": Role.ADMIN,
    "/watches/of/x/remove": Role.ADMIN,
    "/alerts": Role.ADMIN,
    "/alerts/run": Role.ADMIN,
    "/alerts/of/x/test": Role.ADMIN,
    "/alerts/outbox/x/retry": Role.ADMIN,
    "/searches": Role.EDITOR,
    "/searches/rename": Role.EDITOR,
}


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR])
def test_who_may_see_and_change_what(client: TestClient, role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    with as_role(client, role, monkeypatch) as other:
        for path in ADMIN:
            assert other.get(path).status_code == 403, path
        for path in EDITOR:
            assert (other.get(path).status_code == 403) is (role < Role.EDITOR), path
        for path, needed in CHANGES.items():
            assert (post(other, path).status_code == 403) is (role < needed), path
        page = other.get("/searches")
        assert page.status_code == 200
        assert ('href="/upload"' in page.text) is (role >= Role.EDITOR)
        assert 'href="/watches"' not in page.text
        assert ('class="notices-link"' in page.text) is (role >= Role.EDITOR)


@pytest.mark.parametrize("path", CHANGES)
def test_each_change_needs_its_token(client: TestClient, path: str) -> None:
    assert client.post(path, data={"token": "0" * 64, "name": "x"}).status_code == 403
    assert client.post(path, data={}).status_code == 403
    assert post(client, path).status_code != 403


def test_sections_have_the_same_texts_in_each_language() -> None:
    from dutybook.languages.reader import reader_words

    for section in ("upload", "watching"):
        english = set(reader_words(section, "en"))
        for language in ("de", "fr"):
            own = reader_words(section, language).own
            assert english - own == set(), (section, language)
            more = {key for key in own - english if not key.startswith(("option.", "kind_help.", "written.", "fetch."))}
            assert more == set()
    assert reader_words("watching", "de").own == reader_words("watching", "fr").own


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_every_page_is_there_in_every_language(client: TestClient, language: str, root: Path) -> None:
    post(client, "/searches", query="words=operator&modality=obligation", name="S")
    where = alert(client, search="S").headers["location"]
    post(client, "/watches", kind="folder", target=str(root), name="w", do="save")
    for path in ("/searches", "/watches", "/watches/add", "/watches/of/w", "/alerts", "/alerts/add", "/alerts/outbox", "/notices", "/upload", where, "/search?" + urlencode({"words": "logs"})):  # fmt: skip
        page = client.get(path, headers={"accept-language": language})
        assert page.status_code == 200, path
        assert f'<html lang="{language}">' in page.text
        assert not re.search(r"<[^<>]*\s(?:style|on\w+)=|<style|=.javascript:", page.text), path
