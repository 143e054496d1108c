"""One conformance test over all channels, and what each of them promises beside."""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree
from servers import MailServer, WebServer, certificate, free_port

from dutybook.alerts.channels import Attempt, Message, Target, channel_of, channels, parse_target, web
from dutybook.alerts.channels.web import signature
from dutybook.errors import BadRequest, DeliveryError
from dutybook.ingest import addresses

CREATED = datetime(2032, 4, 1, 8, 0, tzinfo=UTC)


def message(identity: str = "0123456789abcdef", items: int = 2, text: str = "Operators shall weigh.") -> Message:
    notices = tuple(
        {
            "id": f"{identity[-8:]}{n}",
            "headline": f"Art {n}: weigh",
            "text": text,
            "html": f"<p>{n}</p>",
            "link": "https://law.test/a",
        }
        for n in range(items)
    )
    return Message(identity, "quays", "en", "quays: 2 notices", f"{text}\n", "<p>told</p>", text, notices, 0, CREATED)


@dataclass
class Place:
    """A channel that can be told something: its target, and the ids of what arrived there, however often."""

    target: Target
    arrived: Callable[[], list[str]]
    break_it: Callable[[], None]


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[Place]:
    with MailServer() as server:
        target = parse_target(f"mailto:anna@example.org#smtp=127.0.0.1:{server.port}&tls=none&from=bot@example.org")[0]
        box = server.box

        def break_it() -> None:
            box.after = "451 try later"

        yield Place(target, lambda: [str(m["Message-ID"]).split(".")[1].split("@")[0] for _, m in box.taken], break_it)


@pytest.fixture
def webhook() -> Iterator[Place]:
    with WebServer() as server:
        target = parse_target(f"http://127.0.0.1:{server.port}/hook#private=yes")[0]
        yield Place(target, lambda: [key for key, _ in server.taken], lambda: server.answers.__setitem__(0, 503))


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with WebServer(200) as server:
        monkeypatch.setenv("CHAT_ADDRESS", f"json://127.0.0.1:{server.port}/chat")
        target = parse_target("apprise:env:CHAT_ADDRESS")[0]
        yield Place(target, lambda: [message().id for _ in server.taken], lambda: server.answers.__setitem__(0, 503))


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Place]:
    path = tmp_path / "told.jsonl"

    def arrived() -> list[str]:
        return [t["delivery"] for t in map(json.loads, path.read_text().splitlines()) if t["id"].endswith("0")]

    return Place(parse_target(f"file:{path}")[0], arrived, lambda: path.with_name(f".{path.name}.lock").mkdir())


@pytest.fixture
def block(tmp_path: Path) -> Iterator[Place]:
    path = tmp_path / "told.txt"

    def arrived() -> list[str]:
        return [
            line.split()[1]
            for line in path.read_text().splitlines()
            if line.startswith("=====") and line.endswith(" end")
        ]

    return Place(parse_target(f"file:{path}")[0], arrived, lambda: path.with_name(f".{path.name}.lock").mkdir())


@pytest.fixture
def atom(tmp_path: Path) -> Iterator[Place]:
    path = tmp_path / "told.xml"

    def arrived() -> list[str]:
        return ["0123456789abcdef" for e in feedparser.parse(path.read_bytes()).entries if e.id.endswith("0")]

    return Place(parse_target(f"atom:{path}")[0], arrived, lambda: path.with_name(f".{path.name}.lock").mkdir())


PLACES = ["mail", "webhook", "chat", "lines", "block", "atom"]


@pytest.mark.parametrize("name", PLACES)
def test_a_message_arrives_and_steps_are_named(name: str, request: pytest.FixtureRequest) -> None:
    place: Place = request.getfixturevalue(name)
    steps: list[str] = []
    hold_calls: list[bool] = []
    channel = channel_of(place.target.kind)
    channel.deliver(place.target, message(), Attempt(False, lambda: hold_calls.append(True), steps.append))
    assert place.arrived() == [message().id]
    assert hold_calls == [True]
    assert {"sending", "accepted"} <= set(steps)


@pytest.mark.parametrize("name", PLACES)
def test_a_claim_that_is_lost_sends_nothing(name: str, request: pytest.FixtureRequest) -> None:
    place: Place = request.getfixturevalue(name)

    def lost() -> None:
        raise DeliveryError("lost")

    with pytest.raises(DeliveryError, match="lost"):
        channel_of(place.target.kind).deliver(place.target, message(), Attempt(hold=lost))
    with pytest.raises(FileNotFoundError) if name == "atom" else _nothing():
        assert place.arrived() == []


@pytest.mark.parametrize("name", PLACES)
def test_a_repetition_is_known_as_one(name: str, request: pytest.FixtureRequest) -> None:
    place: Place = request.getfixturevalue(name)
    channel = channel_of(place.target.kind)
    for again in (False, True):
        channel.deliver(place.target, message(), Attempt(again))
    assert set(place.arrived()) == {message().id}
    if name in {"lines", "block", "atom"}:
        assert len(place.arrived()) == 1


@pytest.mark.parametrize("name", PLACES)
def test_what_does_not_arrive_is_an_error_without_secrets(name: str, request: pytest.FixtureRequest) -> None:
    place: Place = request.getfixturevalue(name)
    place.break_it()
    with pytest.raises(DeliveryError) as error:
        channel_of(place.target.kind).deliver(place.target, message(), Attempt())
    assert not error.value.lasting
    assert "/hook" not in str(error.value)
    assert "json://" not in str(error.value)


@pytest.mark.parametrize("name", PLACES)
def test_what_is_shown_and_stored_is_plain(name: str, request: pytest.FixtureRequest) -> None:
    target = request.getfixturevalue(name).target
    assert all(isinstance(value, str) for value in target.options.values())
    description = channel_of(target.kind).describe_target(target)
    assert description.isprintable()
    assert "/hook" not in description
    assert "json://" not in description + repr(target)


def test_every_channel_is_in_the_conformance_test(request: pytest.FixtureRequest) -> None:
    tried = {type(channel_of(request.getfixturevalue(name).target.kind)) for name in PLACES}
    assert tried == {type(channel) for channel in channels().values()}


def test_a_channel_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import metadata

    class Pager:
        kinds = ("pager", "file")
        help = "pager:NUMBER"

    class Point:
        def load(self) -> type[Pager]:
            return Pager

    monkeypatch.setattr(metadata, "entry_points", lambda **_: [Point()])
    channels.cache_clear()
    try:
        assert isinstance(channel_of("pager"), Pager)
        assert not isinstance(channel_of("file"), Pager)
    finally:
        channels.cache_clear()


class _nothing:  # noqa: N801 - reads as a word
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


# mail


def deliver(text: str, made: Message | None = None, attempt: Attempt | None = None) -> None:
    for target in parse_target(text):
        channel_of(target.kind).deliver(target, made or message(), attempt or Attempt())


def test_mail_is_well_formed_and_the_same_each_time() -> None:
    with MailServer() as server:
        to = f"mailto:anna@example.org#smtp=127.0.0.1:{server.port}&tls=none&from=bot@example.org"
        text = "…\n.\n..two dots\nBetreiber müssen wiegen " + "x" * 1200 + "\nFrom here"
        for _ in range(2):
            deliver(to, message(text=text))
        one, two = server.box.raw
        assert one == two
        who, mail = server.box.taken[0]
        assert (who, mail["To"], mail["From"]) == ("anna@example.org", "anna@example.org", "bot@example.org")
        assert mail["Message-ID"] == "<dutybook.0123456789abcdef@example.org>"
        assert mail.get_body(("plain",)).get_content().rstrip("\n").splitlines() == text.splitlines()  # type: ignore[union-attr]
        assert mail.get_body(("html",)).get_content().strip() == "<p>told</p>"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "subject", ["a\r\nBcc: evil@example.org", "a\nX: y", "a\x00b", "Prüfung\u202egnp.exe", "x" * 5000]
)
def test_no_header_can_be_put_into_mail(subject: str) -> None:
    with MailServer() as server:
        to = f"mailto:anna@example.org#smtp=127.0.0.1:{server.port}&tls=none&from=bot@example.org"
        deliver(to, replace(message(), subject=subject))
        ((_, mail),) = server.box.taken
        assert mail["Bcc"] is None
        assert mail["X"] is None
        assert len(mail["Subject"]) <= 200
        assert str(mail["Subject"]).isprintable()


@pytest.mark.parametrize(
    "bad",
    [
        *(
            "anna",
            "anna@example.org\nBcc:x@y.z",
            "<anna@example.org>",
            "a b@example.org",
            "",
            "@",
            "anna@example.org>evil",
        ),
        *("anna@-x", '"a"@example.org'),
    ],
)
def test_only_plain_addresses(bad: str) -> None:
    with pytest.raises(BadRequest):
        parse_target(f"mailto:{bad}#smtp=mail.test&from=bot@example.org")


def test_tls_and_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, trusted = certificate(tmp_path)
    secret = tmp_path / "password"
    secret.write_text("open sesame\n")
    secret.chmod(0o600)
    with MailServer(tls=context, user=("bot", "open sesame")) as server:
        base = (
            f"mailto:anna@example.org#smtp=localhost:{server.port}&from=bot@example.org&user=bot&password=file:{secret}"
        )
        deliver(f"{base}&ca={trusted}")
        assert len(server.box.taken) == 1
        # Nobody vouches for the certificate.
        with pytest.raises(DeliveryError, match="not who it should be"):
            deliver(base)
        _other, _ = certificate(tmp_path, "elsewhere")
        with pytest.raises(DeliveryError):
            deliver(f"{base}&ca={tmp_path / 'elsewhere.pem'}")
        secret.write_text("wrong\n")
        with pytest.raises(DeliveryError, match="user and password") as error:
            deliver(f"{base}&ca={trusted}")
        assert "wrong" not in str(error.value)
        assert not error.value.lasting
        secret.chmod(0o644)
        with pytest.raises(DeliveryError, match="chmod 600"):
            deliver(f"{base}&ca={trusted}")
    with MailServer() as server:
        with pytest.raises(DeliveryError, match="offers no TLS"):
            deliver(f"mailto:anna@example.org#smtp=localhost:{server.port}&from=bot@example.org")
        assert server.box.taken == []


@pytest.mark.parametrize(
    "options",
    [
        "user=bot&password=opensesame",
        "user=bot",
        "password=env:X",
        "user=bot&password=env:X&tls=none",
        "tls=perhaps",
        "bcc=x@y.z",
    ],
)
def test_mail_that_would_not_be_safe_is_refused(options: str) -> None:
    with pytest.raises(BadRequest) as error:
        parse_target(f"mailto:anna@example.org#smtp=mail.test&from=bot@example.org&{options}")
    assert "opensesame" not in str(error.value)


def test_the_environment_names_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUTYBOOK_SMTP", "mail.test:465")
    monkeypatch.setenv("DUTYBOOK_SMTP_USER", "bot")
    monkeypatch.setenv("DUTYBOOK_SMTP_PASSWORD", "opensesame")
    monkeypatch.setenv("DUTYBOOK_MAIL_FROM", "bot@example.org")
    one, two = parse_target("mailto:anna@example.org,ben@example.org")
    assert (one.address, two.address) == ("anna@example.org", "ben@example.org")
    assert one.options["tls"] == "tls"
    assert "opensesame" not in repr(one)
    # What is said of that server is for no other.
    assert "user" not in parse_target("mailto:anna@example.org#smtp=other.test")[0].options


def test_mail_answers() -> None:
    with MailServer() as server:
        to = f"mailto:anna@example.org#smtp=127.0.0.1:{server.port}&tls=none&from=bot@example.org"
        for answer, lasting in (("550 no such user", True), ("450 later", False)):
            server.box.refuse = {"anna@example.org": answer}
            with pytest.raises(DeliveryError, match=answer[:3]) as error:
                deliver(to)
            assert error.value.lasting is lasting
        server.box.refuse = {}
        server.box.after = "554 no\x1b[31m spam"
        with pytest.raises(DeliveryError) as error:
            deliver(to)
        assert error.value.lasting
        assert str(error.value).isprintable()
    with pytest.raises(DeliveryError, match="cannot be reached") as error:
        deliver(f"mailto:anna@example.org#smtp=127.0.0.1:{free_port()}&tls=none&from=bot@example.org")
    assert not error.value.doubtful


def test_an_answer_that_does_not_come_is_doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    from dutybook.alerts.channels import mail

    monkeypatch.setattr(mail, "TIMEOUT", 0.3)
    monkeypatch.setattr(web, "TIMEOUT", 0.3)
    with MailServer() as server:
        server.box.slow = 1.0
        with pytest.raises(DeliveryError, match=r"timed out|too long") as error:
            deliver(f"mailto:anna@example.org#smtp=127.0.0.1:{server.port}&tls=none&from=bot@example.org")
        assert error.value.doubtful
    for server in (WebServer(slow=1.0), WebServer(hang_up=True)):
        with server, pytest.raises(DeliveryError, match="no answer") as error:
            deliver(f"http://127.0.0.1:{server.port}/#private=yes")
        assert error.value.doubtful


# webhook


def test_a_webhook_is_signed_and_keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", "sesame")
    with WebServer() as server:
        monkeypatch.setenv("HOOK", f"http://127.0.0.1:{server.port}/hook?token=1")
        deliver("webhook:env:HOOK#private=yes&secret=env:HOOK_SECRET")
        headers = server.asked[0]
        assert headers["idempotency-key"] == message().id
        assert headers["dutybook-signature"] == signature("sesame", server.raw[0])
        assert headers["host"] == f"127.0.0.1:{server.port}"
        body = server.taken[0][1]
        assert [item["headline"] for item in body["items"]] == ["Art 0: weigh", "Art 1: weigh"]
        assert "html" not in body["items"][0]


@pytest.mark.parametrize(
    ("code", "lasting"), [(500, False), (503, False), (429, False), (401, False), (400, True), (404, True), (302, True)]
)
def test_answers_of_a_webhook(code: int, lasting: bool) -> None:
    with WebServer(code) as server:
        server.headers = {"Retry-After": "120", "Location": f"http://127.0.0.1:{server.port}/other"}
        with pytest.raises(DeliveryError, match=str(code)) as error:
            deliver(f"http://127.0.0.1:{server.port}/secret-path#private=yes")
        assert error.value.lasting is lasting
        assert error.value.retry_after == 120
        assert "secret-path" not in str(error.value)
        # A redirect is not followed.
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433"],
)
def test_private_addresses_are_refused(host: str) -> None:
    with pytest.raises(DeliveryError) as error:
        deliver(f"http://{host}:{free_port()}/")
    assert error.value.lasting or "not known" in str(error.value)


def test_a_name_that_leads_home_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(*_: object, **__: object) -> list[Any]:
        return [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("10.1.2.3", 80))]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", found)
    with pytest.raises(DeliveryError, match="private network"):
        deliver("http://law.test/")


def test_certificates_of_a_webhook_are_checked_for_its_name(tmp_path: Path) -> None:
    context, trusted = certificate(tmp_path)
    with WebServer(tls=context) as server:
        deliver(f"https://localhost:{server.port}/#private=yes&ca={trusted}")
        assert server.keys == {message().id: 1}
        with pytest.raises(DeliveryError, match="cannot be reached") as error:
            deliver(f"https://localhost:{server.port}/#private=yes")
        assert not error.value.doubtful
        assert len(server.taken) == 1
    _other, _ = certificate(tmp_path, "elsewhere")
    with WebServer(tls=ssl_of(tmp_path, "elsewhere")) as server, pytest.raises(DeliveryError):
        deliver(f"https://localhost:{server.port}/#private=yes&ca={tmp_path / 'elsewhere.pem'}")


def ssl_of(folder: Path, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return context


@pytest.mark.parametrize(
    "bad",
    [
        "https:",
        "https://",
        "https://u:p@law.test/",
        "ftp://law.test/",
        "https://law.test/ x",
        "webhook:law",
        "nothing",
        "https://[::1",
    ],
)
def test_what_is_no_target(bad: str) -> None:
    with pytest.raises(BadRequest):
        parse_target(bad)


# chats


def test_chats_are_told_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with WebServer(200) as server:
        monkeypatch.setenv("CHAT", f"json://127.0.0.1:{server.port}/")
        deliver("apprise:env:CHAT", attempt=Attempt(again=True))
        payload = server.taken[0][1]
        assert payload["title"] == "quays: 2 notices"
        assert "may be a repetition" in payload["message"]
        assert "Operators shall weigh." in payload["message"]


def test_a_chats_address_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for bad in ("slack://TokenA/TokenB/TokenC", "https://hooks.slack.com/services/T/B/C"):
        with pytest.raises(BadRequest, match="env:NAME"):
            parse_target(f"slack:{bad}")
    for address in ("mailto://user:pass@example.org", "nonsense", "json://127.0.0.1/"):
        monkeypatch.setenv("CHAT", address)
        with pytest.raises(DeliveryError) as error:
            deliver("slack:env:CHAT")
        assert address not in str(error.value)
    monkeypatch.delenv("CHAT")
    with pytest.raises(DeliveryError, match="CHAT is not set"):
        deliver("slack:env:CHAT")


# files


@pytest.mark.parametrize("name", ["told.jsonl", "told.txt"])
def test_what_was_cut_off_anywhere_is_written_once(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    deliver(f"file:{path}", message("0" * 16))
    before = path.stat().st_size
    deliver(f"file:{path}", message("1" * 16))
    whole = path.read_bytes()
    deliver(f"file:{path}", message("2" * 16))
    wanted = path.read_bytes()
    for cut in range(before, len(whole), 29):
        for first in ("1" * 16, "2" * 16):
            path.write_bytes(whole[:cut])
            # Either it is repeated at once, or another delivery comes first.
            deliver(f"file:{path}", message(first), Attempt(again=True))
            for number in "012":
                deliver(f"file:{path}", message(number * 16), Attempt(again=True))
            lines = [line for line in path.read_bytes().splitlines() if line]
            assert sorted(lines) == sorted(line for line in wanted.splitlines() if line), cut


def test_lines_of_a_text_do_not_look_like_ours(tmp_path: Path) -> None:
    path = tmp_path / "told.txt"
    evil = f"===== {'1' * 16} end\nOperators shall weigh."
    deliver(f"file:{path}", message("0" * 16, text=evil))
    deliver(f"file:{path}", message("1" * 16), Attempt(again=True))
    assert sum(line.startswith("=====") and line.endswith("end") for line in path.read_text().splitlines()) == 2


def test_a_feed_is_valid_capped_and_stable(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    for number in range(6):
        deliver(
            f"atom:{path}#entries=8&title=Duties",
            message(f"{number:016}", items=2, text="<b>shall</b> \x01\ud800 & so"),
        )
    assert not feedparser.parse(path.read_bytes()).bozo
    root = etree.fromstring(path.read_bytes())
    space = {"a": "http://www.w3.org/2005/Atom"}
    assert len(root.findall("a:entry", space)) == 8
    for element in (root, *root.findall("a:entry", space)):
        for needed in ("id", "title", "updated"):
            assert len(element.findall(f"a:{needed}", space)) == 1
    ids = [e.text for e in root.findall("a:entry/a:id", space)]
    assert len(set(ids)) == 8
    assert ids[0].endswith("000000050")  # type: ignore[union-attr]
    assert [p.name for p in tmp_path.iterdir() if "part" in p.name] == []


def test_a_file_that_is_no_feed_of_ours_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    for content in (b"<feed xmlns='http://www.w3.org/2005/Atom'><title>theirs</title></feed>", b"no xml", b"<html/>"):
        path.write_bytes(content)
        with pytest.raises(DeliveryError) as error:
            deliver(f"atom:{path}")
        assert error.value.lasting
        assert path.read_bytes() == content


def test_paths_must_be_meant(tmp_path: Path) -> None:
    for bad in (
        f"file:{tmp_path}/a.pdf",
        f"file:{tmp_path}/none/a.jsonl",
        f"atom:{tmp_path}/a.jsonl",
        "file:",
        f"file:{tmp_path}/a.txt#x=1",
    ):
        with pytest.raises(BadRequest):
            parse_target(bad)
    assert parse_target("file:a.jsonl")[0].address == os.path.abspath("a.jsonl")
