"""Watches from listing to reading: everything once, whatever fails, whoever else runs, and whenever it is killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "sources"))

import watch_fakes
from replay import Answer, Replay
from watch_fakes import add, watch

from dutybook.alerts.sending import send
from dutybook.errors import BadRequest, NotFound, SourceError
from dutybook.ingest.sources.interface import Fetched, Item, Listing
from dutybook.pipeline import watching
from dutybook.pipeline.watching import item_fetcher, runner
from dutybook.store import open_register
from dutybook.store.watches import watch_items, watches

HERE = Path(__file__).resolve().parent
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE))


@pytest.fixture
def server() -> Iterator[Replay]:
    with Replay() as replay:
        yield replay


@pytest.fixture
def alert_calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What alerts were asked to do; nothing is told for real."""
    calls: list[str] = []
    monkeypatch.setattr(
        "dutybook.pipeline.watching.runner.send_alerts", lambda _, now, _report: calls.append(now.isoformat())
    )
    return calls


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def later(self, **how: float) -> None:
        self.now += timedelta(**how)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def feed(server: Replay, *entries: tuple[str, str, str]) -> str:
    """A feed with entries (guid, link, day); its address."""
    items = "".join(
        f'<item><title>Rule {guid}</title><guid isPermaLink="false">{guid}</guid><link>{link}</link>'
        f"<pubDate>{datetime.fromisoformat(day):%a, %d %b %Y} 08:00:00 GMT</pubDate></item>"
        for guid, link, day in entries
    )
    server.route("/feed", Answer(f'<rss version="2.0"><channel>{items}</channel></rss>', type="application/rss+xml"))
    return server.url("/feed")


def text(words: str, **more: Any) -> Answer:
    return Answer(words, type="text/plain", **more)


def documents(database: Path) -> dict[str, str]:
    """Titles of all documents, with their status."""
    with open_register(database, create=False, read_only=True) as register:
        return {row.title or row.source: row.status for row in register.documents()}


# A folder


def test_a_folder_from_first_to_last(tmp_path: Path, clock: Clock, alert_calls: list[str]) -> None:
    rules, database = tmp_path / "rules", tmp_path / "r.db"
    rules.mkdir()
    (rules / "a.txt").write_text("ok alpha")
    (rules / "b.txt").write_text("ok beta")
    name = add(database, "folder", str(rules), NOON, options={"settle": 0.01})
    assert name == "folder-rules"
    first = watch(database, clock=clock)
    assert (first.watches[0].new, first.watches[0].read, first.exit_code) == (2, 2, 0)
    assert set(documents(database)) == {"Alpha", "Beta"}
    assert watch(database, clock=clock).resting == 1
    clock.later(minutes=2)
    again = watch(database, clock=clock).watches[0]
    assert (again.listed, again.new, again.changed, again.files) == (2, 0, 0, 0)
    (rules / "a.txt").write_text("ok alpha gamma")
    (rules / "b.txt").unlink()
    (rules / "c.txt").write_text("scan")
    os.utime(rules / "a.txt", ns=(1, 1))
    clock.later(minutes=2)
    last = watch(database, clock=clock)
    own = last.watches[0]
    assert (own.new, own.changed, own.gone, own.read, own.unread) == (1, 1, 1, 1, 1)
    assert last.exit_code == 2
    assert "no text: the pages are images" in own.problems[0]
    # What has gone stays, what changed is a version beside the earlier one.
    assert {"Alpha", "Beta", "Alpha Gamma"} <= set(documents(database))
    assert len(alert_calls) == 4
    with open_register(database) as register:
        kept = watches.named(register, name)
        assert (kept.items, kept.gone, kept.unread, kept.failed) == (3, 1, 1, 0)
        states = {item.listed.key: (item.state, bool(item.gone)) for item in watch_items.items(register, kept.id)}
        assert states == {"a.txt": ("kept", False), "b.txt": ("kept", True), "c.txt": ("kept", False)}
        assert [run.finished is not None for run in watches.runs(register, kept.id)] == [True] * 3
        assert watch_items.addresses(register) == {}
        assert register.check() == []


def test_a_file_that_comes_back(tmp_path: Path, clock: Clock, alert_calls: list[str]) -> None:
    rules, database = tmp_path / "rules", tmp_path / "r.db"
    rules.mkdir()
    add(database, "folder", str(rules), NOON, options={"settle": 0.01}, name="f")
    (rules / "a.txt").write_text("ok alpha")
    watch(database, clock=clock)
    moved = (rules / "a.txt").rename(tmp_path / "a.txt")
    assert watch(database, ("f",), clock=clock).watches[0].gone == 1
    moved.rename(rules / "a.txt")
    back = watch(database, ("f",), clock=clock).watches[0]
    assert (back.gone, back.files) == (0, 0)
    with open_register(database) as register:
        assert watches.named(register, "f").gone == 0


def test_a_folder_whose_disk_is_not_there(tmp_path: Path, clock: Clock, alert_calls: list[str]) -> None:
    rules, database = tmp_path / "rules", tmp_path / "r.db"
    rules.mkdir()
    (rules / "a.txt").write_text("ok alpha")
    add(database, "folder", str(rules), NOON, name="f", options={"settle": 0.01})
    watch(database, clock=clock)
    rules.rename(tmp_path / "away")
    report = watch(database, ("f",), clock=clock)
    assert report.exit_code == 2
    assert "disk connected" in report.watches[0].error
    with open_register(database) as register:
        kept = watches.named(register, "f")
        assert (kept.gone, kept.failures) == (0, 1)
        assert kept.not_before is not None
        assert not kept.due(NOON)
    (tmp_path / "away").rename(rules)
    assert watch(database, ("f",), clock=clock).exit_code == 0
    with open_register(database) as register:
        assert (watches.named(register, "f").failures, watches.named(register, "f").error) == (0, "")


# A feed, and what is fetched


def test_a_feed_whose_pages_change(tmp_path: Path, server: Replay, clock: Clock, alert_calls: list[str]) -> None:
    database = tmp_path / "r.db"
    server.route("/1", text("ok one", etag='"a"'))
    server.route("/2", text("ok two"))
    url = feed(server, ("1", "/1", "2026-01-05"), ("2", "/2", "2026-01-06"))
    add(database, "feed", url, NOON, name="news", allow_private=True)
    first = watch(database, clock=clock).watches[0]
    assert (first.new, first.files, first.read) == (2, 2, 2)
    folder = tmp_path / "r.watched" / "news"
    files = sorted(file.name for file in folder.iterdir())
    assert [name.split(".")[0] for name in files] == ["rule-1", "rule-2"]
    with open_register(database) as register:
        # The date that the source gives is that of a document which says none.
        assert {row.title: row.published for row in register.documents()} == {"One": "2026-01-05", "Two": "2026-01-06"}
        assert sorted(watch_items.addresses(register).values()) == [server.url("/1"), server.url("/2")]
    # Nothing has another stamp: nothing is asked for but the feed.
    before = len(server.log)
    assert watch(database, ("news",), clock=clock).watches[0].files == 0
    assert len(server.log) == before + 2  # robots.txt and the feed
    # The feed says that they are of another day: one has changed, the other still has its ETag.
    feed(server, ("1", "/1", "2026-02-05"), ("2", "/2", "2026-02-06"))
    server.route("/2", text("ok two more"))
    later = watch(database, ("news",), clock=clock).watches[0]
    assert (later.changed, later.files, later.read) == (2, 1, 1)
    assert server.log[-2].headers.get("if-none-match") == '"a"'
    assert len(list(folder.iterdir())) == 3
    assert set(documents(database)) == {"One", "Two", "Two More"}


def test_the_date_stays_when_the_folder_is_ingested(
    tmp_path: Path, server: Replay, clock: Clock, alert_calls: list[str]
) -> None:
    from dutybook.pipeline.batch import ingest
    from dutybook.pipeline.reading import ReadingOptions

    database = tmp_path / "r.db"
    server.route("/1", text("ok one"))
    add(database, "feed", feed(server, ("1", "/1", "2026-01-05")), NOON, name="news", allow_private=True)
    watch(database, clock=clock)
    report = ingest(
        [tmp_path / "r.watched"], database, ReadingOptions(1, analyse="watch_fakes:analyse", version="fake")
    )
    assert (report.read, report.unchanged) == (0, 1)
    report = ingest(
        [tmp_path / "r.watched"], database, ReadingOptions(1, analyse="watch_fakes:analyse", version="fake 2")
    )
    assert report.read == 1
    with open_register(database) as register:
        assert [row.published for row in register.documents()] == ["2026-01-05"]


def test_a_page_is_a_version_only_if_it_says_something_else(
    tmp_path: Path, server: Replay, clock: Clock, alert_calls: list[str]
) -> None:
    database = tmp_path / "r.db"
    page = "<!doctype html><html><title>{}</title><script>visit({})</script><p>ok {}</html>"
    server.route("/p", *(Answer(page.format("t", n, words)) for n, words in enumerate(["rule", "rule", "other rule"])))
    add(database, "page", server.url("/p"), NOON, name="p", allow_private=True)
    counts = [watch(database, ("p",), clock=clock).watches[0].files for _ in range(4)]
    assert counts == [1, 0, 1, 0]


def test_one_bad_item_and_one_bad_source_stop_nothing(
    tmp_path: Path, server: Replay, clock: Clock, alert_calls: list[str]
) -> None:
    database = tmp_path / "r.db"
    server.route("/1", text("ok one"))
    server.route("/2", Answer(status=410))
    server.route("/3", Answer(status=500), text("ok three"))
    server.route("/4", text("ok four"))
    url = feed(server, *((str(n), f"/{n}", f"2026-01-0{n}") for n in range(1, 5)))
    server.route("/html", Answer("<!doctype html><title>Sign in</title>"))
    add(database, "feed", url, NOON, name="b", allow_private=True)
    add(database, "feed", server.url("/html"), NOON, name="a", allow_private=True)
    report = watch(database, clock=clock)
    bad, good = report.watches
    assert report.exit_code == 2
    assert "a web page (“Sign in”) came instead" in bad.error
    assert (good.new, good.read) == (4, 2)
    assert [("removed by its site" in line, "tried again after" in line) for line in good.problems] == [
        (True, False),
        (False, True),
    ]
    # What passes is tried again when its time has come, what lasts is not.
    clock.later(hours=1)
    again = watch(database, clock=clock).watches[1]
    assert (again.read, again.problems, server.asked("/2")) == (1, [], 1)
    with open_register(database) as register:
        assert watches.named(register, "b").failed == 1
    assert watch(database, ("b",), clock=clock, again=True).watches[0].problems
    assert server.asked("/2") == 2
    assert len(alert_calls) == 3


def test_a_host_that_is_down_is_not_asked_for_everything(
    tmp_path: Path, server: Replay, clock: Clock, alert_calls: list[str]
) -> None:
    database = tmp_path / "r.db"
    url = feed(server, *((str(n), f"/{n}", "2026-01-05") for n in range(20)))
    down = True
    for n in range(20):
        server.route(f"/{n}", lambda request: Answer(status=503) if down else text(f"ok n{request.path[1:]}"))
    add(database, "feed", url, NOON, name="f", allow_private=True)
    own = watch(database, clock=clock).watches[0]
    assert "17 more items are left" in own.error
    assert len(server.log) == 5
    down = False
    clock.later(hours=2)
    assert watch(database, clock=clock).exit_code == 0
    assert len(documents(database)) == 20


def test_who_asks_to_be_left_alone_is_left_alone(
    tmp_path: Path, server: Replay, clock: Clock, alert_calls: list[str]
) -> None:
    database = tmp_path / "r.db"
    server.route("/feed", Answer(status=429, headers={"Retry-After": "7200"}))
    add(database, "feed", server.url("/feed"), NOON, name="f", allow_private=True, every="5m")
    watch(database, clock=clock)
    clock.later(minutes=110)
    assert watch(database, clock=clock).resting == 1
    clock.later(minutes=11)
    assert watch(database, clock=clock).resting == 0
    assert server.asked("/feed") == 2


def test_two_watches_of_a_host_keep_its_pause_together(
    tmp_path: Path, server: Replay, clock: Clock, alert_calls: list[str]
) -> None:
    from dutybook.ingest.fetcher import PoliteFetcher

    database, slept = tmp_path / "r.db", list[float]()
    for name in ("a", "b"):
        server.route(f"/{name}", Answer(status=404))
        add(database, "page", server.url(f"/{name}"), NOON, name=name, allow_private=True, options={"pause": 7})
    watch(database, clock=clock, fetcher=lambda m: PoliteFetcher(m, sleep=slept.append, monotonic=lambda: 1.0))
    assert [request.path for request in server.log] == ["/robots.txt", "/a", "/robots.txt", "/b"]
    assert slept == [7.0, 7.0, 7.0]


def test_private_addresses_need_leave(tmp_path: Path, server: Replay, clock: Clock, alert_calls: list[str]) -> None:
    from dutybook.ingest.fetcher import PoliteFetcher

    database = tmp_path / "r.db"
    add(database, "page", server.url("/p"), NOON, name="p")
    own = watch(database, clock=clock, fetcher=PoliteFetcher).watches[0]
    assert "--allow-private" in own.problems[0]
    assert not server.log


def test_a_dry_run_keeps_nothing(tmp_path: Path, server: Replay, clock: Clock, alert_calls: list[str]) -> None:
    database = tmp_path / "r.db"
    url = feed(server, ("1", "/1", "2026-01-05"))
    add(database, "feed", url, NOON, name="f", allow_private=True)
    own = watch(database, clock=clock, dry_run=True).watches[0]
    assert own.wanted == [("Rule 1", server.url("/1"))]
    assert (server.asked("/1"), alert_calls) == (0, [])
    with open_register(database) as register:
        kept = watches.named(register, "f")
        assert (kept.items, kept.last_run, kept.cursor) == (0, None, {})


class Strange:
    """A source of somebody else, with a defect."""

    kind, help, every = "strange", "strange", 60

    def __init__(self) -> None:
        self.listing: Callable[[], Listing] = lambda: Listing((Item("1", "x:1"), Item("2", "x:2", extension=".txt")))

    def check(self, target: str, options: Any) -> Any:
        return {"target": target}

    def list(self, *given: Any) -> Listing:
        return self.listing()

    def fetch(self, item: Item, *given: Any) -> Fetched:
        if item.key == "1":
            raise ZeroDivisionError("division by zero")
        return Fetched(b"ok two", "")


def test_a_source_with_a_defect_harms_itself_alone(
    tmp_path: Path, clock: Clock, alert_calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    strange, database = Strange(), tmp_path / "r.db"
    monkeypatch.setattr("dutybook.ingest.sources.source_of", lambda _: strange)
    monkeypatch.setattr(runner, "source_of", lambda _: strange)
    add(database, "strange", "t", NOON, name="s")
    own = watch(database, clock=clock).watches[0]
    assert (own.read, len(own.problems)) == (1, 1)
    assert "ZeroDivisionError" in own.problems[0]
    strange.listing = lambda: 1 // 0  # type: ignore[assignment,return-value]
    assert "ZeroDivisionError" in watch(database, ("s",), clock=clock).watches[0].error

    def gone() -> Listing:
        raise SourceError("no more", lasting=True)

    strange.listing = gone
    assert watch(database, ("s",), clock=clock).watches[0].error == "no more"


def test_what_a_source_may_give_that_cannot_be_kept(
    tmp_path: Path, clock: Clock, alert_calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    strange, database = Strange(), tmp_path / "r.db"
    monkeypatch.setattr("dutybook.ingest.sources.source_of", lambda _: strange)
    monkeypatch.setattr(runner, "source_of", lambda _: strange)
    add(database, "strange", "t", NOON, name="s")
    half = "\ud800"
    strange.listing = lambda: Listing(
        (Item(f"k{half}\0", f"x:{half}", title=half, more={half: half}),), cursor={"a": half}
    )
    own = watch(database, clock=clock).watches[0]
    assert (own.read, own.failed) == (1, False)
    strange.listing = lambda: Listing((Item("1", "x:1", more={"a": object()}),))
    assert "not JSON" in watch(database, ("s",), clock=clock).watches[0].error
    strange.listing = lambda: Listing(({"key": "1"},))  # type: ignore[arg-type]
    assert "AttributeError" in watch(database, ("s",), clock=clock).watches[0].error


def test_a_file_that_goes_while_it_is_looked_at_and_comes_back(
    tmp_path: Path, clock: Clock, alert_calls: list[str]
) -> None:
    database = tmp_path / "r.db"
    add(database, "folder", str(tmp_path), NOON, name="f", options={"settle": 0.01})
    with open_register(database) as register:
        number = watches.named(register, "f").id
        item = Item("a.txt", "file:///a.txt", "a", None, None, "1", "", str(tmp_path / "a.txt"), {})

        def listed(*items: Item) -> list[str]:
            watch_items.record(register, number, items, {}, gone=(), complete=True, now=NOON)
            return [each.listed.key for each in watch_items.to_fetch(register, number, now=NOON)]

        assert listed(item) == ["a.txt"]
        watch_items.failed(register, number, "a.txt", error="it is not there", next_try=None)
        assert listed(item) == []
        assert listed() == []
        assert listed(item) == ["a.txt"]


# Several at once, and killed


def start(database: Path) -> subprocess.Popen[str]:
    path = os.pathsep.join([str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(
        [sys.executable, str(HERE / "watch_fakes.py"), str(database)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,
    )


@pytest.mark.slow
def test_killed_again_and_again_everything_comes_once(tmp_path: Path, server: Replay) -> None:
    """Listing, fetching, reading and telling are cut off wherever chance has it; at the end all is there and told, once."""
    from dutybook.cli import run as command

    database, number = tmp_path / "r.db", 8
    server.route("/first", text("ok first"))
    url = feed(server, ("first", "/first", "2026-01-04"))
    add(database, "feed", url, NOON, name="f", allow_private=True)
    watch(database)
    messages_file = tmp_path / "told.jsonl"
    asked = ("alerts", "add", "all", "--to", f"file:{messages_file}", "--on", "new,document", "--every", "now")
    assert command(["--database", str(database), *asked]) == 0
    feed(server, *((str(n), f"/{n}", "2026-01-05") for n in range(number)))
    for n in range(number):
        server.route(f"/{n}", text(f"slow n{n}", delay=0.03))
    with open_register(database) as register:
        register._connection.execute("UPDATE watches SET last_run = NULL")
    seen = set()
    chance = random.Random(7)
    # Once it does this, it is killed a little later.
    for doing in ("listing", "fetching", "fetching", "reading", "reading", "alerting"):
        process = start(database)
        assert process.stdout is not None
        while (line := process.stdout.readline().strip()) not in (doing, "done"):
            assert line
        time.sleep(chance.uniform(0, 0.12))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        seen.add(line)
    assert seen >= {"listing", "fetching", "reading"}
    last = start(database)
    output, _ = last.communicate(timeout=60)
    assert output.split()[-1] == "done"
    with open_register(database) as register:
        titles = ["First", *(f"N{n}" for n in range(number))]
        assert sorted(row.title for row in register.documents()) == titles
        kept = watches.named(register, "f")
        assert (kept.items, kept.waiting, kept.holder) == (number + 1, 0, None)
        files = watch_items.files(register, kept.id)
        assert Counter(file.key for file in files) == Counter(["first", *(str(n) for n in range(number))])
        assert {file.state for file in files} == {"read"}
        assert register.check() == []
    lying = sorted(file.name for file in (tmp_path / "r.watched" / "f").iterdir())
    assert lying == sorted(Path(file.file).name for file in files)
    # A message that was on its way when its sender was killed waits until that one's lease has ended.
    send(database, now=datetime.now(UTC) + timedelta(minutes=11))
    lines = [json.loads(line) for line in messages_file.read_text().splitlines()]
    assert set(Counter(line["id"] for line in lines).values()) == {1}
    assert {line["act"] for line in lines} == {f"N{n}" for n in range(number)}


def test_two_at_once_fetch_once(tmp_path: Path, server: Replay) -> None:
    database = tmp_path / "r.db"
    url = feed(server, *((str(n), f"/{n}", "2026-01-05") for n in range(5)))
    for n in range(5):
        server.route(f"/{n}", text(f"ok n{n}", delay=0.2))
    add(database, "feed", url, NOON, name="f", allow_private=True)
    both = [start(database), start(database)]
    outcomes = sorted(process.communicate(timeout=60)[0].split()[-1] for process in both)
    assert outcomes in (["busy", "done"], ["done", "done"])
    assert [server.asked(f"/{n}") for n in range(5)] == [1] * 5
    assert len(documents(database)) == 5


def test_who_holds_a_watch(tmp_path: Path) -> None:
    database = tmp_path / "r.db"
    add(database, "page", "https://harbour.example/", NOON, name="p")
    us = runner.this_process()
    assert us == runner.this_process()
    assert runner.may_be_alive(us)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    host = us.split(" ")[0]
    assert not runner.may_be_alive(f"{host} {ended.pid} 1")
    assert not runner.may_be_alive(f"{host} {os.getpid()} 1")  # the number came again
    assert runner.may_be_alive("elsewhere 1 1")
    assert runner.may_be_alive("rubbish")
    with open_register(database) as register:
        number = watches.named(register, "p").id

        def claim(who: str, at: datetime, *, living: bool) -> bool:
            return watches.claim(register, number, who, now=at, seconds=60, alive=lambda _: living)

        assert claim("a", NOON, living=True)
        assert claim("a", NOON, living=True)
        assert not claim("b", NOON, living=True)
        assert claim("b", NOON, living=False)
        watches.release(register, number, "a")
        assert not claim("a", NOON + timedelta(seconds=59), living=True)
        assert claim("a", NOON + timedelta(seconds=61), living=True)
        watches.release(register, number, "a")
        assert claim("b", NOON, living=True)
        assert not watches.claim(register, 99, "b", now=NOON, seconds=60, alive=lambda _: True)


def test_a_run_says_that_it_lives_and_stops_where_it_was_thought_dead(
    tmp_path: Path, server: Replay, clock: Clock, alert_calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_HOLD_AGAIN", 0.02)
    database, until = tmp_path / "r.db", []
    url = feed(server, ("1", "/1", "2026-01-05"), ("2", "/2", "2026-01-06"))

    def slow(request: Any) -> Answer:
        with open_register(database) as register:
            clock.later(minutes=4)
            time.sleep(0.4)
            until.append(watches.named(register, "f").claimed_until)
            if len(until) == 2:
                # A machine far away has not heard of it for longer than it waits.
                watches.claim(
                    register, 1, "elsewhere 1 1", now=clock() + timedelta(minutes=9), seconds=900, alive=lambda _: True
                )
                time.sleep(0.4)
        return text(f"ok n{request.path[1:]}")

    for path in ("/1", "/2"):
        server.route(path, slow)
    server.route("/3", text("ok three"))
    feed(server, *((str(n), f"/{n}", f"2026-01-0{n + 4}") for n in (1, 2, 3)))
    add(database, "feed", url, NOON, name="f", allow_private=True)
    own = watch(database, clock=clock).watches[0]
    assert until == ["2026-03-01T12:09:00+00:00", "2026-03-01T12:13:00+00:00"]
    assert "another run has taken this watch over" in own.error
    assert server.asked("/3") == 0
    with open_register(database) as register:
        assert watches.named(register, "f").holder == "elsewhere 1 1"


def test_a_watch_that_another_runs_is_left_to_it(
    tmp_path: Path, clock: Clock, alert_calls: list[str], server: Replay
) -> None:
    database = tmp_path / "r.db"
    add(database, "page", server.url("/p"), NOON, name="p", allow_private=True)
    with open_register(database) as register:
        number = watches.named(register, "p").id
        watches.claim(register, number, "elsewhere 1 1", now=NOON, seconds=600, alive=lambda _: True)
    report = watch(database, clock=clock)
    assert report.watches[0].busy
    assert (server.log, report.exit_code) == ([], 0)
    clock.later(minutes=11)
    assert not watch(database, clock=clock).watches[0].busy


# Names, times, files


@pytest.mark.parametrize(
    ("kind", "target", "name"),
    [
        ("folder", "/tmp/Rules & Acts", "folder-rules-acts"),
        ("feed", "https://www.harbour.example/news.xml", "feed-harbour-example"),
        ("page", "harbour.example/x", "page-harbour-example"),
        ("eurlex", "32031R0777", "eurlex-32031r0777"),
        ("feed", "https://例え.example/", "feed-example"),
    ],
)
def test_names_that_are_made(kind: str, target: str, name: str) -> None:
    from dutybook.pipeline.watching.definition import _fresh

    assert _fresh(kind, target, set()) == name
    assert _fresh(kind, target, {name, f"{name}-2"}) == f"{name}-3"


def test_what_is_no_watch(tmp_path: Path) -> None:
    database = tmp_path / "r.db"
    for more in (
        {"name": "../x"},
        {"name": "con"},
        {"name": "A B"},
        {"every": "1"},
        {"every": "1s"},
        {"every": "900w"},
        {"options": {"max_mb": "0"}},
        {"options": {"pause": "0"}},
        {"options": {"contact": "a\nb(c"}},
        {"options": {"proxies": "perhaps"}},
        {"options": {"colour": "red"}},
    ):
        with pytest.raises(BadRequest):
            add(database, "page", "https://harbour.example/", NOON, **more)
    for kind in ("page", "federal-register", "eurlex"):
        with pytest.raises(BadRequest, match="env:VARIABLE"):
            add(database, kind, "https://ann:word@harbour.example/", NOON)
    with pytest.raises(BadRequest, match="there is no source"):
        add(database, "pigeon", "coop", NOON)
    with pytest.raises(BadRequest, match="database in a file"):
        add(Path(":memory:"), "page", "https://harbour.example/", NOON)
    assert add(database, "page", "https://harbour.example/", NOON) == "page-harbour-example"
    assert add(database, "page", "https://harbour.example/", NOON) == "page-harbour-example-2"
    with pytest.raises(BadRequest, match="already"):
        add(database, "page", "https://harbour.example/", NOON, name="page-harbour-example")
    with pytest.raises(NotFound, match="page-harbour-example"):
        watch(database, ("nothing",))


def test_how_a_watch_is_asked(tmp_path: Path) -> None:
    from dutybook.ingest.fetcher import FetchPolicy

    database = tmp_path / "r.db"
    options = {"max_mb": "2.5", "pause": "3", "contact": "duty@harbour.example", "proxies": "yes", "links": "*.pdf"}
    add(database, "page", "https://harbour.example/", NOON, name="p", options=options)
    with open_register(database) as register:
        kept = watches.named(register, "p")
    manners = FetchPolicy(**kept.fetch_options)
    assert (manners.max_bytes, manners.pause, manners.contact, manners.proxies) == (
        *(2_500_000, 3.0),
        *("duty@harbour.example", True),
    )
    assert not manners.allow_private
    assert kept.options == {"url": "https://harbour.example/", "links": "*.pdf", "limit": 50}


def test_names_of_files() -> None:
    def name(key: str = "k", title: str = "", url: str = "", data: bytes = b"x", extension: str = ".pdf") -> str:
        return item_fetcher.file_name_for(key, title, url, data, extension)

    assert name(title="Verordnung über Kräne / 2026").startswith("verordnung-uber-krane-2026.")
    assert name(url="https://x.example/docs/Rule%207.PDF").startswith("rule-7.")
    assert name(url="https://x.example/").startswith("x-example.")
    assert name(title="../../etc/passwd", extension="/../x").startswith("etc-passwd.")
    assert "/" not in name(title="../../etc/passwd", extension="/../x")
    assert name(title="法令").startswith("document.")
    assert len(name(title="w" * 500)) < 100
    assert name(key="a") != name(key="b")
    assert name(data=b"1") != name(data=b"2")
    assert name() == name()


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    target = item_fetcher.write_file(tmp_path / "a" / "b", "x.pdf", b"one")
    assert target.read_bytes() == b"one"
    assert target.stat().st_mode & 0o077 == 0
    (tmp_path / "a" / "b" / ".y.part").write_bytes(b"half")
    item_fetcher.remove_partial_files(tmp_path / "a" / "b")
    assert [file.name for file in (tmp_path / "a" / "b").iterdir()] == ["x.pdf"]
    (tmp_path / "file").write_text("x")
    with pytest.raises(SourceError, match="cannot be written"):
        item_fetcher.write_file(tmp_path / "file", "x.pdf", b"one")


def test_what_says_the_same() -> None:
    one = b"<!doctype html><title>t</title><style>a{}</style><p>Rule <b>7</b></p><!-- 12:01 --><script>1</script>"
    two = b"<!doctype html><title>t</title><p class=x>Rule\n <b>7</b></p><!-- 12:02 --><script>2</script>"
    assert item_fetcher.fingerprint(one, ".html") == item_fetcher.fingerprint(two, ".html")
    assert item_fetcher.fingerprint(one, ".html") != item_fetcher.fingerprint(one.replace(b"7", b"8"), ".html")
    assert item_fetcher.fingerprint(one, ".txt") != item_fetcher.fingerprint(two, ".txt")
    assert item_fetcher.fingerprint(b"", ".html").startswith("bytes")


def test_when_a_watch_is_due(tmp_path: Path) -> None:
    database = tmp_path / "r.db"
    add(database, "page", "https://harbour.example/", NOON, name="p", every="1h")
    with open_register(database) as register:
        kept = watches.named(register, "p")
        assert kept.due(NOON)
        run = watches.begin_run(register, kept.id, now=NOON)
        counts = {"listed": 1, "fetched": 0, "read": 0, "unread": 0}
        watches.end_run(register, run, counts=counts, problems=[], error="", not_before=None, now=NOON)
        kept = watches.named(register, "p")
        # A clock that starts runs every hour is a few seconds early now and then.
        assert [kept.due(NOON + timedelta(minutes=m)) for m in (0, 58, 59.2, 60)] == [False, False, True, True]
        assert not watches.pause(register, "p", paused=True).due(NOON + timedelta(days=9))
        assert watches.pause(register, "p", paused=False).due(NOON + timedelta(days=9))
        assert watches.remove(register, "p").name == "p"
        with pytest.raises(NotFound, match="none yet"):
            watches.named(register, "p")


# As a service


def test_a_service_runs_until_it_is_stopped() -> None:
    runs = []

    def once() -> None:
        runs.append(1)
        if len(runs) == 3:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)
            runs.append(99)

    before = signal.getsignal(signal.SIGTERM)
    began = time.monotonic()
    runner.serve(once, 0.05)
    assert runs == [1, 1, 1]
    assert time.monotonic() - began < 4
    assert signal.getsignal(signal.SIGTERM) is before


def test_alerts_are_collected_then_sent(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    database = tmp_path / "r.db"
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "a.txt").write_text("ok alpha")
    add(database, "folder", str(rules), NOON, options={"settle": 0.01})
    seen: list[Any] = []

    def collect(register: Any, *, now: datetime) -> SimpleNamespace:
        seen.append(("collect", [row.title for row in register.documents()], now))
        return SimpleNamespace(problems=())

    def send(path: Any, *, now: datetime) -> SimpleNamespace:
        seen.append(("send", Path(path), now))
        return SimpleNamespace(sent=3, waiting=1, dead=0, problems=["the mail server is away"])

    monkeypatch.setattr(runner, "collect", collect)
    monkeypatch.setattr(runner, "send", send)
    report = watch(database, clock=clock)
    assert report.alerts == "alerts: 3 sent, 1 to be tried again"
    assert report.problems == ["alerts: the mail server is away"]
    assert seen == [("collect", ["Alpha"], NOON), ("send", database, NOON)]

    def broken(register: Any, *, now: datetime) -> None:
        raise SourceError("the mail server is not there")

    monkeypatch.setattr(runner, "collect", broken)
    report = watch(database, clock=clock)
    assert (report.exit_code, report.problems) == (2, ["alerts: the mail server is not there"])


def test_what_the_package_offers() -> None:
    assert watching.run is runner.run
    assert watch_fakes.quick
