"""Folders of a mailbox: listing, going on, fetching, and servers that misbehave. The server is ours and on this machine."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from imap_server import Folder, ImapServer, certificate, dripping

from dutybook.errors import BadRequest, DutybookError, Refused, SourceError
from dutybook.ingest.fetcher import PoliteFetcher
from dutybook.ingest.sources import source_of
from dutybook.ingest.sources.imap import encode_folder
from dutybook.ingest.sources.interface import Known, Listing

NOW = datetime(2031, 3, 5, tzinfo=UTC)
IMAP = source_of("imap")
ENVIRONMENT = {"MAILBOX": "anna@harbour.example:open sesame", "WRONG": "anna:secret word", "HALF": "anna"}


def mail(subject: str, sender: str = "notices@authority.example") -> bytes:
    head = f"From: {sender}\r\nSubject: {subject}\r\nDate: Mon, 03 Mar 2031 10:00:00 +0100\r\nMIME-Version: 1.0\r\n\r\n"
    return f"{head}Operators shall keep the quay free.\r\n".encode()


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def box(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> Iterator[ImapServer]:
    messages = {
        3: ("03-Mar-2031 10:00:05 +0100", mail("Circular 1/2031")),
        5: (" 4-Mar-2031 09:00:00 +0000", mail("=?utf-8?q?Geb=C3=BChren?=")),
        9: ("04-Mar-2031 10:00:00 +0000", mail("Lunch", "boris@harbour.example")),
    }
    folders = {"INBOX": Folder(messages), "Law/Entw&APw-rfe": Folder({1: messages[3]}, 70), "unnumbered": Folder({}, 0)}
    with ImapServer(folders, contexts[0]) as server:
        yield server


@pytest.fixture
def reader(make: Callable[..., PoliteFetcher], contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> PoliteFetcher:
    return make(tls=contexts[1], environment=ENVIRONMENT, whole=1.0)


def listed(fetcher: PoliteFetcher, url: str, cursor: Any = None, **options: str) -> Listing:
    return IMAP.list(IMAP.check(url, options), cursor or {}, fetcher, NOW)


def test_messages_are_listed_and_fetched_and_nothing_is_changed(box: ImapServer, reader: PoliteFetcher) -> None:
    found = listed(reader, box.url())
    assert [(item.key, item.title, item.published) for item in found.items] == [
        ("7/3", "Circular 1/2031", "2031-03-03T09:00:05+00:00"),
        ("7/5", "Gebühren", "2031-03-04T09:00:00+00:00"),
        ("7/9", "Lunch", "2031-03-04T10:00:00+00:00"),
    ]
    assert found.cursor == {"validity": 7, "uid": 9}
    assert not found.complete
    options = IMAP.check(box.url(), {})
    fetched = [IMAP.fetch(item, options, Known(), reader) for item in found.items]
    assert (fetched[0].data, fetched[0].extension) == (mail("Circular 1/2031"), ".eml")
    # One session for the whole run, which only reads.
    assert box.log.count("LOGIN") == 1
    assert {command.split()[0] for command in box.log} == {"CAPABILITY", "LOGIN", "EXAMINE", "UID"}
    assert all("PEEK" in command for command in box.log if "FETCH" in command)


def test_the_next_run_asks_for_later_messages_alone(box: ImapServer, reader: PoliteFetcher) -> None:
    first = listed(reader, box.url(), limit="2")
    assert [item.more["uid"] for item in first.items] == [3, 5]
    assert "goes on next time" in first.problems[0]
    second = listed(reader, box.url(), first.cursor)
    assert [item.more["uid"] for item in second.items] == [9]
    third = listed(reader, box.url(), second.cursor)
    assert (third.items, third.cursor) == ((), second.cursor)
    assert "UID SEARCH UID 10:*" in box.log


def test_new_numbers_begin_anew(box: ImapServer, reader: PoliteFetcher) -> None:
    found = listed(reader, box.url(), {"validity": 6, "uid": 400})
    assert len(found.items) == 3
    assert "anew" in found.problems[0]


def test_subject_sender_and_day(box: ImapServer, reader: PoliteFetcher) -> None:
    assert [i.title for i in listed(reader, box.url(), title="circular,gebühren").items] == [
        "Circular 1/2031",
        "Gebühren",
    ]
    found = listed(reader, box.url(), sender="@harbour.example", **{"from": "2031-03-04"})
    assert [item.title for item in found.items] == ["Lunch"]
    assert found.cursor["uid"] == 9
    assert "UID SEARCH UID 1:* SINCE 4-Mar-2031" in box.log


def test_folders_have_letters_of_their_own(box: ImapServer, reader: PoliteFetcher) -> None:
    assert [item.key for item in listed(reader, box.url("Law/Entw%C3%BCrfe")).items] == ["70/1"]
    assert encode_folder("日本 & ß") == "&ZeVnLA- &- &AN8-"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("imaps://env:WRONG@127.0.0.1:{}/INBOX", "does not accept name and password"),
        ("imaps://env:HALF@127.0.0.1:{}/INBOX", "name:password"),
        ("imaps://env:NOWHERE@127.0.0.1:{}/INBOX", "not set"),
        ("imaps://env:MAILBOX@127.0.0.1:{}/Nothing", "no folder"),
        ("imaps://env:MAILBOX@127.0.0.1:{}/unnumbered", "UIDVALIDITY"),
    ],
)
def test_what_is_wrong_is_named_without_the_password(
    box: ImapServer, reader: PoliteFetcher, target: str, words: str
) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        listed(reader, target.format(box.port))
    assert "secret word" not in str(caught.value)
    assert "open sesame" not in str(caught.value)


def test_messages_that_are_large_or_gone(box: ImapServer, make: Any, contexts: Any) -> None:
    small = make(tls=contexts[1], environment=ENVIRONMENT, max_bytes=200)
    box.folders["INBOX"].messages[11] = ("05-Mar-2031 10:00:00 +0000", mail("Long") + b"x" * 500)
    found = listed(small, box.url())
    assert [item.more["uid"] for item in found.items] == [3, 5, 9]
    assert "Long" in found.problems[0]
    del box.folders["INBOX"].messages[3]
    with pytest.raises(SourceError, match="not in the folder any more"):
        IMAP.fetch(found.items[0], IMAP.check(box.url(), {}), Known(), small)


def answer(text: bytes) -> Callable[[str, Callable[[bytes], object]], bool]:
    """Answers each question after EXAMINE with these bytes."""

    def before(command: str, write: Callable[[bytes], object]) -> bool:
        if command.startswith("UID"):
            write(text)
        return command.startswith("UID")

    return before


@pytest.mark.parametrize(
    "text",
    [
        b"* 1 FETCH (UID 3 BODY[] {99999999999}\r\n",
        b"* 1 FETCH (UID 3 BODY[] {5000000}\r\n",
        b"rubbish\r\n",
        b"* SEARCH " + b"9" * 2_000_000 + b"\r\n",
        b"* BYE\r\n",
        b"* SEARCH 1 2 3\r\n" * 400_000,
    ],
)
def test_answers_that_are_none(box: ImapServer, reader: PoliteFetcher, text: bytes) -> None:
    box.before = answer(text)
    with pytest.raises(DutybookError, match=r"does not answer as it should|too long"):
        listed(reader, box.url())


def test_a_server_that_drips_is_cut_off(box: ImapServer, reader: PoliteFetcher) -> None:
    def before(command: str, write: Callable[[bytes], object]) -> bool:
        if command.startswith("UID"):
            dripping(write)
        return command.startswith("UID")

    box.before = before
    with pytest.raises(SourceError, match="too long"):
        listed(reader, box.url())


def test_a_session_that_broke_is_opened_again(box: ImapServer, reader: PoliteFetcher) -> None:
    box.before = answer(b"* BYE\r\n")
    with pytest.raises(SourceError):
        listed(reader, box.url())
    box.before = lambda *_: False
    assert len(listed(reader, box.url()).items) == 3


def test_only_known_machines_and_certificates(box: ImapServer, make: Any, contexts: Any) -> None:
    with pytest.raises(Refused, match="--allow-private"):
        listed(make(tls=contexts[1], environment=ENVIRONMENT, allow_private=False), box.url())
    with pytest.raises(SourceError, match="does not prove who it is"):
        listed(make(environment=ENVIRONMENT), box.url())
    assert box.log == []


def test_what_users_give() -> None:
    assert (
        IMAP.check("IMAPS://env:BOX@Mail.Harbour.example", {})["url"]
        == "imaps://env:BOX@mail.harbour.example:993/INBOX"
    )
    for target in (
        "imaps://mail.harbour.example/INBOX",
        "imaps://anna:word@mail.harbour.example/INBOX",
        "imap://env:BOX@mail.harbour.example/INBOX",
        "https://env:BOX@mail.harbour.example/INBOX",
        "imaps://env:BOX@mail.harbour.example/a%0D%0Ab",
        "imaps://env:BOX@mail.harbour.example/a?b",
        "imaps://env:BOX@mail.harbour.example:99999/a",
        "",
    ):
        with pytest.raises(BadRequest, match=r"Write|variable"):
            IMAP.check(target, {})
