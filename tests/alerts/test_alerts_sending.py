"""Each thing is told once: by digests at their hour, whoever sends, whatever fails, wherever a sender is killed."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from servers import MailServer, WebServer
from telling import DAY, HOUR, NOW, alert, flats

from dutybook.alerts.channels import Attempt, Channel, Message, Target, channels
from dutybook.alerts.collection import collect
from dutybook.alerts.sending import send
from dutybook.alerts.settings import parse_schedule
from dutybook.errors import BadFilter, NotFound
from dutybook.store import Register, open_register
from dutybook.store.alerts import alerts as kept
from dutybook.store.alerts import outbox
from loading import script

MINUTE = timedelta(minutes=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "register.db"
    with open_register(made) as register:
        register.write(flats()[0])
    return made


def happen(path: Path, version: int = 1, now: datetime = NOW) -> None:
    with open_register(path) as register:
        register.write(flats()[version])
        collect(register, now=now)


def states(path: Path) -> list[str]:
    with open_register(path, read_only=True) as register:
        return sorted(one.state for one in outbox.deliveries(register))


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def test_one_message_a_run_and_nothing_again(path: Path, tmp_path: Path) -> None:
    with open_register(path) as register:
        alert(register, f"file:{tmp_path / 'a.jsonl'}", f"file:{tmp_path / 'a.txt'}", f"file:{tmp_path / 'a.jsonl'}")
    assert send(path, now=NOW).sent == 0
    happen(path)
    assert send(path, now=NOW).sent == 2
    assert send(path, now=NOW + DAY).sent == 0
    assert len(lines(tmp_path / "a.jsonl")) == 3
    assert len({line["delivery"] for line in lines(tmp_path / "a.jsonl")}) == 1


def test_a_digest_waits_for_its_hour_and_holds_all_of_the_day(path: Path, tmp_path: Path) -> None:
    output_file = tmp_path / "a.jsonl"
    with open_register(path) as register:
        alert(register, f"file:{output_file}", every="daily 18:00", zone="Europe/Berlin")
    happen(path, 1)
    send(path, now=NOW + HOUR)
    happen(path, 2, NOW + 2 * HOUR)
    assert send(path, now=datetime(2032, 4, 1, 15, 59, tzinfo=UTC)).sent == 0
    assert send(path, now=datetime(2032, 4, 1, 16, 0, tzinfo=UTC)).sent == 1
    assert len(lines(output_file)) == 6


def test_digests_of_days_on_which_nobody_was_there_go_out_together(path: Path, tmp_path: Path) -> None:
    output_file = tmp_path / "a.jsonl"
    with open_register(path) as register:
        alert(register, f"file:{output_file}", every="daily 06:00")
    happen(path, 1)
    happen(path, 2, NOW + 2 * DAY)
    assert send(path, now=NOW + 9 * DAY).sent == 1
    assert len(lines(output_file)) == 6


@pytest.mark.parametrize(
    ("written", "zone", "now", "wanted"),
    [
        ("now", "UTC", "2032-04-01T08:00", "2032-04-01T08:00"),
        ("daily 07:30", "Europe/Berlin", "2032-04-01T05:29", "2032-04-01T05:30"),
        ("daily 07:30", "Europe/Berlin", "2032-04-01T05:30", "2032-04-02T05:30"),
        ("weekly fri 16:00", "UTC", "2032-04-01T08:00", "2032-04-02T16:00"),
        ("weekly fri 16:00", "UTC", "2032-04-02T16:00", "2032-04-09T16:00"),
        # Clocks go forward at 2 on 28 March 2032 and back on 31 October.
        ("daily 02:30", "Europe/Berlin", "2032-03-27T12:00", "2032-03-28T01:30"),
        ("daily 02:30", "Europe/Berlin", "2032-10-30T12:00", "2032-10-31T00:30"),
        ("weekly mon 07:00", "Pacific/Auckland", "2032-04-04T20:00", "2032-04-11T19:00"),
    ],
)
def test_schedules(written: str, zone: str, now: str, wanted: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    schedule = parse_schedule(written, zone)
    assert schedule.next_after(moment) == datetime.fromisoformat(wanted).replace(tzinfo=UTC)
    assert parse_schedule(str(schedule), zone) == schedule


@pytest.mark.parametrize("bad", ["hourly", "daily 25:00", "weekly xyz", "daily mon", "now 07:00", "", "daily 7"])
def test_what_is_no_schedule(bad: str) -> None:
    with pytest.raises(BadFilter):
        parse_schedule(bad)
    with pytest.raises(BadFilter, match="time zone"):
        parse_schedule("daily", "Mars/Base")


def test_a_refused_recipient_stops_no_other(path: Path) -> None:
    with MailServer() as server, open_register(path) as register:
        to = f"mailto:a@x.test,b@x.test,c@x.test#smtp=127.0.0.1:{server.port}&tls=none&from=bot@x.test"
        alert(register, to)
        server.box.refuse = {"b@x.test": "550 unknown"}
        happen(path)
        sent = send(path, now=NOW)
        assert (sent.sent, sent.dead) == (2, 1)
        assert "550 unknown" in sent.problems[0]
        assert sorted(who for who, _ in server.box.taken) == ["a@x.test", "c@x.test"]
        # By hand it is sent again, with the Message-ID that it had.
        (dead,) = outbox.deliveries(register, states=["dead"])
        server.box.refuse = {}
        assert send(path, now=NOW + 30 * DAY).sent == 0
        outbox.retry(register, dead.id[:6], NOW + 30 * DAY)
        assert send(path, now=NOW + 30 * DAY).sent == 1
        assert dead.id in str(server.box.taken[-1][1]["Message-ID"])
        with pytest.raises(NotFound, match="sent"):
            outbox.retry(register, dead.id, NOW)
        assert max(server.box.ids.values()) == 1


def test_failures_are_tried_again_with_longer_and_longer_pauses(path: Path) -> None:
    with WebServer(503) as server:
        with open_register(path) as register:
            alert(register, f"http://127.0.0.1:{server.port}/#private=yes")
        happen(path)
        moments, now = [], NOW
        for _ in range(outbox.TRIES):
            before = len(server.asked)
            sent = send(path, now=now)
            assert len(server.asked) == before + 1
            moments.append(now)
            assert send(path, now=now + timedelta(seconds=20)).problems == []
            with open_register(path, read_only=True) as register:
                (one,) = outbox.deliveries(register)
            now = datetime.fromisoformat(one.next_try)
        assert sent.dead == 1
        pauses = [(b - a) / MINUTE for a, b in itertools.pairwise(moments)]
        assert all(0.8 * 2**n <= pause <= 1.2 * 2**n + 0.1 for n, pause in enumerate(pauses))
        assert send(path, now=now + DAY).sent == 0
        assert len({asked["idempotency-key"] for asked in server.asked}) == 1


def test_the_other_side_may_ask_for_a_longer_pause(path: Path) -> None:
    with WebServer(429, 204) as server:
        server.headers = {"Retry-After": "3600"}
        with open_register(path) as register:
            alert(register, f"http://127.0.0.1:{server.port}/#private=yes")
        happen(path)
        send(path, now=NOW)
        assert send(path, now=NOW + timedelta(minutes=59)).sent == 0
        assert send(path, now=NOW + timedelta(minutes=61)).sent == 1


def test_what_may_have_arrived_is_repeated_under_the_same_key(path: Path) -> None:
    with WebServer(204, hang_up=True) as server:
        with open_register(path) as register:
            alert(register, f"http://127.0.0.1:{server.port}/#private=yes")
        happen(path)
        assert send(path, now=NOW).waiting == 1
        server.hang_up = False
        assert send(path, now=NOW + HOUR).sent == 1
        assert list(server.keys.values()) == [2]
        assert server.raw[0] == server.raw[1]


def test_nobody_sends_what_another_one_is_sending(path: Path, tmp_path: Path) -> None:
    with WebServer(slow=0.3) as server:
        with open_register(path) as register:
            alert(register, f"http://127.0.0.1:{server.port}/#private=yes", f"file:{tmp_path / 'a.jsonl'}")
        happen(path)
        threads = [threading.Thread(target=send, args=(path,), kwargs={"now": NOW}) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert list(server.keys.values()) == [1]
        assert len(lines(tmp_path / "a.jsonl")) == 3


def test_a_claim_that_ran_out_is_taken_and_the_note_of_the_first_is_lost(path: Path, tmp_path: Path) -> None:
    with open_register(path) as register:
        alert(register, f"file:{tmp_path / 'a.jsonl'}")
    happen(path)
    with open_register(path) as register:
        outbox.gather(register, NOW)
        first = outbox.claim(register, NOW, NOW + 10 * MINUTE, "first")
        assert first
        assert not first.doubtful
        assert outbox.claim(register, NOW + 9 * MINUTE, NOW + HOUR, "second") is None
        second = outbox.claim(register, NOW + 10 * MINUTE, NOW + HOUR, "second")
        assert second
        assert second.id == first.id
        assert second.doubtful
        assert not outbox.mark_sent(register, first, "first", NOW + 11 * MINUTE)
        assert outbox.mark_sent(register, second, "second", NOW + 11 * MINUTE)
        assert outbox.deliveries(register)[0].state == "sent"


class Broken:
    """A third party's channel that raises what it likes."""

    kinds = ("broken",)
    help = "broken:"

    def check(self, kind: str, address: str, options: object) -> tuple[Target, ...]:
        return (Target("broken", address),)

    def describe_target(self, target: Target) -> str:
        return "broken"

    def deliver(self, target: Target, message: Message, attempt: Attempt) -> None:
        raise KeyError("the-secret-token")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    found: dict[str, Channel] = {**channels(), "broken": Broken()}
    monkeypatch.setattr("dutybook.alerts.channels.channels", lambda: found)
    return


def test_a_channel_that_raises_anything_stops_no_other(path: Path, tmp_path: Path, broken: None) -> None:
    with open_register(path) as register:
        alert(register, "broken:x", f"file:{tmp_path / 'a.jsonl'}")
    happen(path)
    sent = send(path, now=NOW)
    assert (sent.sent, sent.waiting) == (1, 1)
    assert "the-secret-token" not in str(sent.problems)


def test_a_removed_alert_takes_what_it_had_to_tell(path: Path, tmp_path: Path) -> None:
    with open_register(path) as register:
        one = alert(register, f"file:{tmp_path / 'a.jsonl'}")
    happen(path)
    with open_register(path) as register:
        kept.forget_alert(register, one)
        for table in ("outbox", "deliveries", "alert_channels", "saved_searches"):
            assert register._connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    assert send(path, now=NOW).sent == 0


def test_what_a_paused_alert_had_to_tell_waits(path: Path, tmp_path: Path) -> None:
    with open_register(path) as register:
        one = alert(register, f"file:{tmp_path / 'a.jsonl'}")
    happen(path)
    with open_register(path) as register:
        kept.change_state(register, one.id, kept.PAUSED)
    assert send(path, now=NOW).sent == 0
    with open_register(path) as register:
        kept.change_state(register, one.id, kept.ACTIVE)
    assert send(path, now=NOW).sent == 1


def test_secrets_are_not_in_the_database(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", "http://127.0.0.1:9/token-of-mine")
    monkeypatch.setenv("SMTP_PASSWORD", "open-sesame")
    monkeypatch.setenv("SLACK", "json://127.0.0.1:9/token-of-mine")
    with open_register(path) as register:
        alert(
            register,
            *("webhook:env:HOOK#secret=env:SMTP_PASSWORD&private=yes", "apprise:env:SLACK"),
            "mailto:a@x.test#smtp=127.0.0.1:9&from=b@x.test&user=bot&password=env:SMTP_PASSWORD",
        )
    happen(path)
    sent = send(path, now=NOW)
    assert sent.waiting == 3
    found = b"".join(file.read_bytes() for file in path.parent.glob("register.db*")) + str(sent).encode()
    assert b"token-of-mine" not in found
    assert b"open-sesame" not in found


@pytest.fixture(scope="module")
def bench(root: Path) -> ModuleType:
    return script(root / "benchmarks" / "alerting.py")


def test_killed_at_each_step_nobody_is_told_twice_or_not_at_all(bench: ModuleType) -> None:
    with bench.Senders() as senders:
        outcome = bench.measure(senders, bench.named, len(bench.STEPS), 1)
        assert outcome.kills == len(bench.STEPS)
        assert outcome.good, outcome
        outcome = bench.measure(senders, bench.by_chance, 2, 1)
        assert outcome.kills
        assert outcome.good, outcome
        outcome = bench.measure(senders, bench.at_once, 2, 1)
        assert outcome.good, outcome
        assert not outcome.repeated.total()


def test_the_counting_sees_what_is_lost_and_doubled(bench: ModuleType, tmp_path: Path) -> None:
    """The crash test can fail: a message taken away, and one under another id, are counted."""
    with bench.Senders() as senders:
        made = bench.Bench(tmp_path, senders, 1)
        try:
            made.round(number=1)
            made.finish()
            line = json.loads((tmp_path / "told.jsonl").read_text())
            with (tmp_path / "told.jsonl").open("a") as file:
                file.write(json.dumps(line | {"delivery": "another"}) + "\n")
            made.web.taken.clear()
            who, message = made.mail.box.taken[0]
            made.mail.box.taken.append((who, message))
            outcome = made.count()
        finally:
            made.close()
    assert outcome.doubled["jsonl"] == 1
    assert outcome.lost["webhook"] == 1
    assert outcome.repeated.total() == 1
    assert not outcome.good


def test_a_collect_that_is_killed_has_done_all_or_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it breaks off within its transaction, the next one notices everything once."""
    from dutybook.store.alerts import events, outbox, triggers

    with open_register(path) as register:
        alert(register)
        register.write(flats()[1])
    for module, name in (
        (events, "record_event"),
        (triggers, "notice"),
        (outbox, "put_events"),
        (kept, "note_collected"),
    ):
        with monkeypatch.context() as broken, open_register(path) as register:

            def die(*_: object, **__: object) -> None:
                raise KeyboardInterrupt

            broken.setattr(module, name, die)
            with pytest.raises(KeyboardInterrupt):
                collect(register, now=NOW)
            assert register._connection.execute("SELECT count(*) FROM alert_events").fetchone() == (0,)
    with open_register(path) as register:
        assert collect(register, now=NOW).waiting == {"quays": 3}
        assert collect(register, now=NOW).waiting == {}


def test_two_that_collect_at_once_notice_once(path: Path) -> None:
    with open_register(path) as register:
        alert(register)
        register.write(flats()[1])
    found: list[int] = []

    def run() -> None:
        with open_register(path) as register:
            found.append(sum(collect(register, now=NOW).waiting.values()))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(found) == 3


def test_a_delivery_says_the_same_each_time(path: Path, tmp_path: Path) -> None:
    from dutybook.alerts.messages import message_of

    with open_register(path) as register:
        alert(register, f"file:{tmp_path / 'a.jsonl'}")
        register.write(flats()[1])
        collect(register, now=NOW)
        outbox.gather(register, NOW)
        (one,) = outbox.deliveries(register)
        assert message_of(register, one) == message_of(register, replace(one, attempts=7, doubtful=True))


def test_a_register_that_is_being_written_is_waited_for(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dutybook.errors import RegisterBusy

    real, failures = outbox.mark_sent, [RegisterBusy("busy"), RegisterBusy("busy")]

    def busy(register: Register, *given: object) -> bool:
        if failures:
            raise failures.pop()
        return real(register, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "mark_sent", busy)
    with open_register(path) as register:
        alert(register, f"file:{tmp_path / 'a.jsonl'}")
    happen(path)
    assert send(path, now=NOW).sent == 1
    assert states(path) == ["sent"]
