"""Files that are sent: what is taken, what is refused, how they are read, and what a page says meanwhile."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import signal
import stat
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from dutybook.alerts.collection import collect
from dutybook.reasons import Reason
from dutybook.store import open_register
from dutybook.web.access import COOKIE, Access, Person, Role
from dutybook.web.app import create_app
from dutybook.web.settings import Settings
from dutybook.web.uploads import multipart, storage
from dutybook.web.uploads.queue import UploadQueue
from dutybook.web.uploads.storage import Batch

BASE = "http://127.0.0.1:8765"
FAKES = {"analyse": "batch_fakes:analyse", "version": "fake"}


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that we start find the analysers of tests."""
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[1] / "pipeline"))
    monkeypatch.setattr(storage, "KEPT_FREE", 0)


@pytest.fixture
def desk(client: TestClient) -> UploadQueue:
    made: UploadQueue = client.app.state.uploads  # type: ignore[attr-defined]
    made.more.update(FAKES)
    return made


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a gated document waits for."""
    path = tmp_path / "gate"
    monkeypatch.setenv("DUTYBOOK_TEST_GATE", str(path))
    return path


def token(client: TestClient) -> str:
    access: Access = client.app.state.access  # type: ignore[attr-defined]
    return access.token(client.cookies[COOKIE])


def send(client: TestClient, *files: tuple[str, bytes], **fields: str) -> Any:
    parts = [("files", (name, data, "application/octet-stream")) for name, data in files]
    return client.post("/upload", data={"token": token(client), **fields}, files=parts)


def sent(client: TestClient, *files: tuple[str, bytes], **fields: str) -> str:
    """The id of a batch that was taken."""
    answer = send(client, *files, **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].rpartition("/")[2])


def settled(desk: UploadQueue, identity: str, seconds: float = 300) -> Batch:
    """A batch when nothing more is to be expected of it."""
    end = time.monotonic() + seconds
    while desk.state(batch := desk.shelf.read(identity)) in ("waiting", "reading"):
        assert time.monotonic() < end, batch
        time.sleep(0.02)
    return desk.shelf.read(identity)


def until(desk: UploadQueue, identity: str, done: int) -> Batch:
    end = time.monotonic() + 300
    while (batch := desk.shelf.read(identity)).done < done or batch.state != "reading":
        assert time.monotonic() < end, batch
        time.sleep(0.02)
    return batch


def raw(boundary: str, *parts: tuple[str, bytes]) -> bytes:
    """A form as somebody may write it who is no browser."""
    made = b"".join(f"--{boundary}\r\n{head}\r\n\r\n".encode() + data + b"\r\n" for head, data in parts)
    return made + f"--{boundary}--\r\n".encode()


def post_raw(client: TestClient, body: bytes, kind: str = "multipart/form-data; boundary=x") -> Any:
    return client.post("/upload", content=body, headers={"content-type": kind})


def token_part(client: TestClient) -> tuple[str, bytes]:
    return ('Content-Disposition: form-data; name="token"', token(client).encode())


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


LAW = b"Article 1\n\nThe keeper of the lamp shall report every outage to the harbour office within five days.\n"


@pytest.mark.usefixtures("true_workers")
def test_a_document_that_is_sent_is_read(client: TestClient, desk: UploadQueue, database: Path) -> None:
    """By the true pipeline: norms, a member of an archive, what is broken, what is bare."""
    desk.more.clear()
    archive = zipped(note__txt=LAW.replace(b"lamp", b"bell"), bare__txt=b"")
    identity = sent(
        client, ("lamp.txt", LAW), ("all.zip", archive), ("x.pdf", b"%PDF-1.4 torn"), published="2031-02-03"
    )
    batch = settled(desk, identity)
    assert batch.state == "done"
    lamp, every, torn = batch.files
    assert (lamp.state, lamp.norms) == ("read", 1)
    assert {part.name: part.state for part in every.parts} == {"note.txt": "read", "bare.txt": "unreadable"}
    assert torn.state == "unreadable"
    page = client.get(f"/upload/{identity}").text
    assert "hx-get" not in page
    assert "http-equiv" not in page
    documents = re.findall(r'href="/documents/(\w+)">([^<]*)<', page)
    assert {"lamp.txt", "note.txt", "x.pdf"} <= {name for _, name in documents}
    assert "harbour office" in client.get(f"/documents/{documents[0][0]}").text
    with open_register(database, read_only=True) as register:
        rows = {row.source.rpartition("/")[2]: row for row in register.documents()}
    # What could not be read stands in the database too.
    assert rows["x.pdf"].status == "unreadable"
    assert rows["lamp.txt"].published == "2031-02-03"
    assert str(desk.shelf.root) not in page
    # The file is kept by its bytes, for nobody else.
    kept = desk.shelf.path(lamp.file)
    assert kept.parent.name == lamp.sha256
    assert stat.S_IMODE(desk.shelf.root.stat().st_mode) == 0o700


HOSTILE = {
    "../../x.txt": ("x.txt", "x.txt"),
    "C:\\x.txt": ("x.txt", "x.txt"),
    "C:x.txt": ("x.txt", "x.txt"),
    "con.txt": ("con.txt", "file-con.txt"),
    "COM1": ("COM1", "file-COM1"),
    "in\u202efdp.txt": ("infdp.txt", "infdp.txt"),
    "a" * 500 + ".txt": ("a" * 80 + "…" + "a" * 75 + ".txt", "a" * 80 + "-" + "a" * 15 + ".txt"),
    "nul\0l.txt": ("null.txt", "null.txt"),
    "<script>alert(1)</script>.txt": ("script>.txt", "script.txt"),
    "a\r\nX-Evil: 1.txt": ("a X-Evil: 1.txt", "a-X-Evil-1.txt"),
    "..": ("?", "file"),
    ".bashrc": ("bashrc", "bashrc"),
    "Gesetz über Häfen.PDF": ("Gesetz über Häfen.PDF", "Gesetz-über-Häfen.pdf"),
    "all.zip!/inner.txt": ("inner.txt", "inner.txt"),
    "": ("?", "file"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_leads_nowhere(name: str) -> None:
    shown, stored = HOSTILE[name]
    assert storage.display_name(name) == shown
    assert storage.stored_name(name) == stored
    assert len(storage.stored_name(name).encode()) <= storage.LONGEST_STORED + 5


def test_hostile_names_are_taken_as_names(client: TestClient, desk: UploadQueue) -> None:
    hostile = ["../../x", "C:\\y", "con.pdf", "\u202efdp.exe", "<img src=x onerror=alert(1)>", "n" * 500]
    parts = [
        (f'Content-Disposition: form-data; name="files"; filename="{name}"', f"ok n{n}".encode())
        for n, name in enumerate(hostile)
    ]
    answer = post_raw(client, raw("x", token_part(client), *parts))
    assert answer.status_code == 303
    batch = settled(desk, answer.headers["location"].rpartition("/")[2])
    assert [one.state for one in batch.files] == ["read"] * len(hostile)
    inside = desk.shelf.root.resolve()
    for one in batch.files:
        assert desk.shelf.path(one.file).resolve().is_relative_to(inside)
    for path in ("/upload", f"/upload/{batch.id}", "/documents"):
        page = client.get(path).text
        assert "<img src=x" not in page
        assert "\u202e" not in page
    # Nothing else was left lying there.
    assert sorted(path.name for path in inside.iterdir()) == ["batches", "files"]


def test_the_token_comes_before_any_file(client: TestClient, desk: UploadQueue) -> None:
    file = ('Content-Disposition: form-data; name="files"; filename="a.txt"', b"ok one")
    good = token_part(client)
    wrong = (good[0], b"0" * 64)
    named = ('Content-Disposition: form-data; name="token"; filename="token"', good[1])
    for parts in ((file,), (file, good), (wrong, file), (named, file)):
        assert post_raw(client, raw("x", *parts)).status_code == 403
    assert not list(desk.shelf.root.glob("**/*.txt"))
    assert desk.shelf.batches() == []
    assert client.post("/upload", content=raw("x", good, file), headers={"content-type": "multipart/form-data; boundary=x", "origin": "https://evil.example"}).status_code == 403  # fmt: skip


def test_a_form_that_is_none_is_refused(client: TestClient, desk: UploadQueue) -> None:
    good = raw("x", token_part(client), ('Content-Disposition: form-data; name="files"; filename="a.txt"', b"ok one"))
    assert post_raw(client, good, "text/plain").status_code == 415
    assert post_raw(client, good, "multipart/form-data").status_code == 415
    assert post_raw(client, good, "multipart/form-data; boundary=y").status_code == 400
    assert post_raw(client, good, f"multipart/form-data; boundary={'y' * 300}").status_code == 400
    # Broken off in the middle of the file.
    cut = post_raw(client, good[:-20])
    assert cut.status_code == 400
    assert "was interrupted" in cut.text
    assert post_raw(client, raw("x", token_part(client))).status_code == 400
    elsewhere = ('Content-Disposition: form-data; name="other"; filename="a.txt"', b"ok")
    assert post_raw(client, raw("x", token_part(client), elsewhere)).status_code == 400
    long = ('Content-Disposition: form-data; name="language"', b"x" * 5000)
    assert post_raw(client, raw("x", token_part(client), long)).status_code == 400
    assert send(client, ("a.txt", b"ok"), language="../../x").status_code == 400
    assert send(client, ("a.txt", b"ok"), published="tomorrow").status_code == 400
    assert desk.shelf.batches() == []
    assert [path for path in desk.shelf.root.iterdir() if path.name.startswith(".")] == []


def test_too_much_is_refused(client: TestClient, desk: UploadQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multipart, "MAX_FILES", 2)
    assert send(client, *((f"{n}.txt", b"ok") for n in range(3))).status_code == 413
    monkeypatch.setattr(multipart, "MAX_FILES", 10)
    monkeypatch.setitem(multipart.Receiver.__init__.__kwdefaults__, "max_bytes", 1000)
    batch = settled(desk, sent(client, ("big.txt", b"ok " + b"x" * 1000), ("small.txt", b"ok one"), ("none.txt", b"")))
    assert [(one.state, [said["kind"] for said in one.reasons]) for one in batch.files] == [
        ("refused", ["too large"]),
        ("read", []),
        ("refused", ["empty"]),
    ]
    assert "The file is too large" in client.get(f"/upload/{batch.id}").text
    # Said before a byte of it is read.
    huge = client.post("/upload", content=b"", headers={"content-type": "multipart/form-data; boundary=x", "content-length": "2000000000"})  # fmt: skip
    assert huge.status_code == 413


def test_only_files_may_be_large(client: TestClient, desk: UploadQueue) -> None:
    identity = sent(client, ("a.txt", b"ok " + b"x " * 150_000))
    assert client.post(f"/upload/{identity}/cancel", data={"token": "x" * 300_000}).status_code == 413


def test_a_full_disk_is_said(client: TestClient, desk: UploadQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "KEPT_FREE", 10**18)
    answer = send(client, ("a.txt", b"ok one"))
    assert answer.status_code == 507
    assert "not enough disk space" in answer.text
    monkeypatch.setattr(storage, "KEPT_FREE", 0)
    monkeypatch.setattr(multipart.Path, "open", lambda *_, **__: FullDisk())
    answer = send(client, ("a.txt", b"ok one"))
    assert answer.status_code == 507
    assert "No space left" in answer.text
    assert desk.shelf.batches() == []


class FullDisk(io.BytesIO):
    def write(self, _: Any) -> int:
        raise OSError(28, "No space left on device")


def test_archives_that_mean_harm_stop_nothing(client: TestClient, desk: UploadQueue, database: Path) -> None:
    desk.more.clear()
    bomb = zipped(zeros__txt=b"0" * 40_000_000, good__txt=LAW)
    locked = bytearray(zipped(a__txt=b"ok"))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + at] |= 1
    batch = settled(
        desk,
        sent(
            client,
            ("bomb.zip", bomb),
            ("locked.zip", bytes(locked)),
            ("torn.zip", bomb[:2000]),
            ("b.gz", gzip.compress(b"0" * 40_000_000)),
        ),
    )
    assert {part.name: part.state for part in batch.files[0].parts} == {"zeros.txt": "unreadable", "good.txt": "read"}
    assert [one.state for one in batch.files[1:]] == ["unreadable"] * 3
    page = client.get(f"/upload/{batch.id}").text
    assert "send it again with its password" in page
    with open_register(database, read_only=True) as register:
        reasons = [row.reason for row in register.documents() if "uploads" in row.source and row.reason]
    assert sum("expands more than" in reason for reason in reasons) == 2
    assert any(reason.startswith("encrypted") for reason in reasons)


def test_a_password_is_used_and_written_nowhere(client: TestClient, desk: UploadQueue) -> None:
    batch = settled(desk, sent(client, ("a.txt", b"locked one"), password="sesame"))
    assert batch.files[0].state == "read"
    assert batch.locked
    for path in desk.shelf.root.glob("**/*.json"):
        assert b"sesame" not in path.read_bytes()


def test_the_same_file_twice_is_kept_once(client: TestClient, desk: UploadQueue) -> None:
    first = settled(desk, sent(client, ("a.txt", b"ok one"), ("copy.txt", b"ok one")))
    assert [one.state for one in first.files] == ["read", "duplicate"]
    again = settled(desk, sent(client, ("b.txt", b"ok one")))
    assert [one.state for one in again.files] == ["unchanged"]
    assert again.files[0].file == first.files[0].file
    assert len([path for path in (desk.shelf.root / "files").glob("*/*") if path.is_file()]) == 1
    # Another language is another reading.
    other = settled(desk, sent(client, ("b.txt", b"ok one"), language="de"))
    assert other.files[0].state in ("read", "unchanged")


def test_others_work_while_a_batch_is_read(client: TestClient, desk: UploadQueue, database: Path, gate: Path) -> None:
    first = sent(client, ("a.txt", b"ok one"), ("b.txt", b"gated two"))
    second = sent(client, ("c.txt", b"ok three"))
    batch = until(desk, first, 1)
    page = client.get(f"/upload/{first}").text
    # What is done is said, and the page asks again, with and without JavaScript.
    assert 'hx-trigger="every 1s"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert re.search(r"1 of 2 done", page)
    assert [one.state for one in batch.files] == ["read", "waiting"]
    assert "One other upload is read first" in client.get(f"/upload/{second}").text
    with open_register(database, read_only=True) as register:
        norm = register._connection.execute("SELECT id FROM norms LIMIT 1").fetchone()[0]
    said = client.post(f"/norms/{norm}/review", data={"token": token(client), "owner": "Berta"})
    assert said.status_code == 303
    assert client.get("/search?words=logs").status_code == 200
    assert desk.state(desk.shelf.read(first)) == "reading"
    gate.touch()
    assert settled(desk, first).norms == 2
    assert settled(desk, second).norms == 1


def test_two_may_send_at_once(client: TestClient, desk: UploadQueue) -> None:
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(sent(client, (f"{n}.txt", f"ok n{n}".encode()))))  # type: ignore[misc]
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 4
    assert [settled(desk, identity).norms for identity in answers] == [1] * 4


def test_what_is_read_can_be_stopped_and_gone_on_with(client: TestClient, desk: UploadQueue, gate: Path) -> None:
    identity = sent(client, ("a.txt", b"ok one"), ("b.txt", b"gated two"))
    waiting = sent(client, ("c.txt", b"ok three"))
    until(desk, identity, 1)
    for each in (identity, waiting):
        assert client.post(f"/upload/{each}/cancel", data={"token": "x"}).status_code == 403
        assert client.post(f"/upload/{each}/cancel", data={"token": token(client)}).status_code == 303
    batch = desk.shelf.read(identity)
    assert batch.state == "cancelled"
    assert [one.state for one in batch.files] == ["read", "cancelled"]
    assert desk.shelf.read(waiting).state == "cancelled"
    gate.touch()
    assert client.post(f"/upload/{identity}/resume", data={"token": token(client)}).status_code == 303
    batch = settled(desk, identity)
    assert [one.state for one in batch.files] == ["unchanged", "read"]
    again = client.post(f"/upload/{identity}/resume", data={"token": token(client)})
    assert again.status_code == 409


@pytest.mark.usefixtures("true_workers")
def test_a_restart_in_the_middle_is_said_and_gone_on_with(
    client: TestClient, desk: UploadQueue, database: Path, gate: Path
) -> None:
    identity = sent(client, ("a.txt", b"ok one"), ("b.txt", b"gated two"))
    until(desk, identity, 1)
    desk.close()
    access = Access()
    with TestClient(create_app(Settings(database, "anna", Path.cwd()), access), base_url=BASE, follow_redirects=False) as other:  # fmt: skip
        other.get(f"/enter?key={access.key}")
        page = other.get(f"/upload/{identity}").text
        assert "The server was stopped while reading" in page
        assert "hx-get" not in page
        assert "interrupted" in other.get("/upload").text
        new: UploadQueue = other.app.state.uploads  # type: ignore[attr-defined]
        new.more.update(FAKES)
        gate.touch()
        other.post(f"/upload/{identity}/resume", data={"token": access.token(other.cookies[COOKIE])})
        assert [one.state for one in settled(new, identity).files] == ["unchanged", "read"]


@pytest.mark.usefixtures("true_workers")
def test_a_worker_that_dies_is_told_of(client: TestClient, desk: UploadQueue) -> None:
    desk.more.update({"analyse": "no_such_module:analyse"})
    batch = settled(desk, sent(client, ("a.txt", b"ok one")))
    assert batch.state == "failed"
    assert "cannot be started" in batch.problem
    desk.more.update(FAKES)
    client.post(f"/upload/{batch.id}/resume", data={"token": token(client)})
    assert settled(desk, batch.id).state == "done"


@pytest.fixture
def reader(client: TestClient) -> Iterator[TestClient]:
    """Somebody who may only read."""
    access = Reading()
    app = create_app(client.app.state.settings, access)  # type: ignore[attr-defined]
    with TestClient(app, base_url=BASE, follow_redirects=False) as made:
        assert made.get(f"/enter?key={access.key}").status_code == 303
        yield made


class Reading(Access):
    """Whoever comes in may only read."""

    def inside(self, session: str) -> Person | None:
        return Person("rita", Role.READER) if super().inside(session) else None


def test_who_may_only_read_may_not_send(client: TestClient, desk: UploadQueue, reader: TestClient) -> None:
    identity = sent(client, ("a.txt", b"ok one"))
    assert send(reader, ("a.txt", b"ok one")).status_code == 403
    for path in ("/upload", f"/upload/{identity}"):
        assert reader.get(path).status_code == 403
    for verb in ("cancel", "resume"):
        assert reader.post(f"/upload/{identity}/{verb}", data={"token": token(reader)}).status_code == 403


@pytest.mark.parametrize("identity", ["..%2f..%2fetc", "20310101T000000-00000000", "x", "%00"])
def test_a_batch_that_is_none_is_not_found(client: TestClient, identity: str) -> None:
    assert client.get(f"/upload/{identity}").status_code == 404
    assert client.post(f"/upload/{identity}/cancel", data={"token": token(client)}).status_code in (404, 409)


def test_a_stranger_sends_nothing(stranger: TestClient) -> None:
    assert stranger.get("/upload").status_code == 401
    assert stranger.post("/upload", files={"files": ("a.txt", b"x")}).status_code == 401


def test_a_note_that_is_damaged_hides_no_other(client: TestClient, desk: UploadQueue) -> None:
    identity = sent(client, ("a.txt", b"ok one"))
    settled(desk, identity)
    folder = desk.shelf.root / "batches"
    (folder / "20310101T000000-00000000.json").write_text("{")
    (folder / "20310101T000000-00000001.json").write_text(json.dumps({"files": [{"name": "x"}]}))
    assert [batch.id for batch in desk.shelf.batches()] == [identity]
    assert client.get("/upload").status_code == 200


def test_the_worker_ends_with_whoever_asked(tmp_path: Path) -> None:
    import subprocess

    from dutybook.web.job_worker import COMMAND

    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND.format(path=list(sys.path))], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin
    (tmp_path / "a.txt").write_text("hang one")
    order = {"verb": "ingest", "database": str(tmp_path / "r.db"), "files": [str(tmp_path / "a.txt")], "more": FAKES}
    process.stdin.write(json.dumps(order).encode() + b"\n")
    process.stdin.flush()
    time.sleep(0.3)
    process.stdin.close()
    assert process.wait(timeout=20) != 0
    if process.stdout:
        process.stdout.close()
    assert os.path.exists(tmp_path / "a.txt")


ARTICLE = """KI-Verordnung: Hafenbetriebe bekommen Hilfe
Morgenröte - 17.01.2031 - 20:30:12

Die Bundesstelle für Hafendaten will Hafenbetrieben den Umgang mit der KI-Verordnung erleichtern. Das sagte ein
Sprecher der Behörde am Freitag.

Noch im Januar will die Bundesstelle einen Leitfaden zur KI-Verordnung veröffentlichen. Er soll erklären, welche Kräne
als Hochrisiko-Systeme gelten.

Der Verband der Hafenbetriebe begrüßte die Ankündigung. Viele Betriebe wüssten nicht, was auf sie zukomme, sagte seine
Vorsitzende.
"""


def paste(client: TestClient, text: str, **fields: str) -> Any:
    parts = {"token": (None, token(client)), "text": (None, text)} | {k: (None, v) for k, v in fields.items()}
    return client.post("/upload/text", files=parts)


@pytest.mark.usefixtures("true_workers")
def test_an_article_is_pasted_found_as_news_tied_to_its_act_and_notified_of(
    client: TestClient, desk: UploadQueue, database: Path
) -> None:
    """The sequence of the first user: paste, read, see the act and the announced date, get notified."""
    desk.more.clear()
    assert 'action="/upload/text"' in client.get("/upload").text
    fields = {
        "token": token(client),
        "name": "news",
        "every": "now",
        "zone": "UTC",
        "kind.news": "1",
        "kind.expected": "1",
    }
    assert client.post("/alerts", data=fields).status_code == 303
    answer = paste(client, ARTICLE)
    assert answer.status_code == 303, answer.text
    batch = settled(desk, answer.headers["location"].rpartition("/")[2])
    (file,) = batch.files
    assert (file.name, file.state) == ("KI-Verordnung: Hafenbetriebe bekommen Hilfe.txt", "read")
    news = client.get("/news").text
    assert "KI-Verordnung: Hafenbetriebe bekommen Hilfe" in news
    assert "32024R1689" in news or "AI Act" in news
    claims = client.get("/claims").text
    assert "expected" in claims
    assert "January 2031" in claims
    with open_register(database) as register:
        collect(register, now=datetime.now(UTC))
    assert "KI-Verordnung: Hafenbetriebe bekommen Hilfe" in client.get("/notices").text


def test_nothing_pasted_is_refused_and_a_day_must_be_one(client: TestClient, desk: UploadQueue) -> None:
    answer = paste(client, " \n ")
    assert answer.status_code == 400
    assert "Paste a text first." in answer.text
    assert paste(client, "A line.", published="someday").status_code == 400
    assert desk.shelf.batches() == []


def test_a_pasted_text_needs_the_token(client: TestClient, desk: UploadQueue) -> None:
    parts = {"token": (None, "x"), "text": (None, "A line.")}
    assert client.post("/upload/text", files=parts).status_code == 403
    assert desk.shelf.batches() == []


def english(reasons: list[dict[str, Any]]) -> str:
    return " ".join(str(Reason.of(reason)) for reason in reasons)


def test_every_odd_file_is_named_with_its_reason(client: TestClient, desk: UploadQueue) -> None:
    from odd_files import odd_files

    desk.more["analyse"] = "batch_fakes:analyse_layout"
    files = odd_files()
    identity = sent(client, *((name, data) for name, (data, _) in files.items()))
    batch = settled(desk, identity)
    assert batch.state == "done"
    said = {file.name: (file.state, english(file.reasons)) for file in batch.files}
    said |= {
        f"{file.name}!/{part.name}": (part.state, english(part.reasons)) for file in batch.files for part in file.parts
    }
    wanted = {
        f"{name}!/{inner}" if inner else name: reason
        for name, (_, reasons) in files.items()
        for inner, reason in reasons.items()
        # What is hidden or of another kind in a folder is read, or refused, where it is sent itself.
        if inner or name not in ("letter.doc", "event.ics", "README", ".hidden.msg")
    }
    page = unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(f"/upload/{identity}").text)))
    shown = {name: said.get(name, ("", "")) for name in wanted}
    assert {
        name: shown[name] for name, reason in wanted.items() if reason not in (shown[name][1] or shown[name][0])
    } == {}
    assert [
        name for name in wanted if f" {name.rpartition('!/')[2]} " not in page and name.partition("!/")[2] not in page
    ] == []
    assert said["letter.doc"][0] == "unreadable"
    assert "left out" in page
    assert "internal error" not in page


def kept_process(desk: UploadQueue, seconds: float = 30) -> Any:
    """The worker that waits for the next upload, once the last one is over."""
    end = time.monotonic() + seconds
    while desk._runner._kept is None:
        assert time.monotonic() < end, "no worker stays"
        time.sleep(0.02)
    return desk._runner._kept.process


def test_the_next_upload_is_read_by_the_same_processes(client: TestClient, desk: UploadQueue) -> None:
    settled(desk, sent(client, ("a.txt", b"ok one")))
    first = kept_process(desk)
    second = sent(client, ("b.txt", b"ok two"))
    assert settled(desk, second).state == "done"
    assert kept_process(desk).pid == first.pid


def test_after_one_that_was_cancelled_the_next_upload_is_read_by_others(client: TestClient, desk: UploadQueue) -> None:
    settled(desk, sent(client, ("a.txt", b"ok one")))
    first = kept_process(desk).pid
    hung = sent(client, ("b.txt", b"hang one"))
    until(desk, hung, 0)
    assert client.post(f"/upload/{hung}/cancel", data={"token": token(client)}).status_code == 303
    assert desk._runner._kept is None
    assert settled(desk, sent(client, ("c.txt", b"ok three"))).state == "done"
    assert kept_process(desk).pid != first


@pytest.mark.parametrize(
    ("more", "stays"), [({"stay": True}, True), ({}, False), ({"stay": True, "password": "oak"}, False)]
)
def test_processes_stay_where_they_are_to_and_no_password_was_given(
    more: dict[str, Any], stays: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from types import SimpleNamespace

    from dutybook.pipeline import batch
    from dutybook.pipeline.reading import ReadingOptions
    from dutybook.web import job_worker

    asked: list[ReadingOptions] = []

    def ingest(files: Any, database: Any, options: ReadingOptions, **_: Any) -> Any:
        asked.append(options)
        return SimpleNamespace(norms=0, unread=[], left_out=[], problems=[], seconds=0.0)

    monkeypatch.setattr(batch, "ingest", ingest)
    job_worker.ingest({"files": [], "database": "register.db", **more}, lambda _: None)
    assert (asked[0].kept is not None) is stays
    assert asked[0].password == more.get("password")


def test_what_another_upload_left_does_not_explain_the_end_of_the_next(client: TestClient, desk: UploadQueue) -> None:
    settled(desk, sent(client, ("a.txt", b"ok one")))
    kept_process(desk)
    worker = desk._runner._kept
    assert worker is not None
    worker.errors.write(b"a warning of old\n")
    worker.errors.flush()
    hung = sent(client, ("b.txt", b"hang one"))
    until(desk, hung, 0)
    os.kill(worker.process.pid, signal.SIGKILL)
    batch = settled(desk, hung)
    assert batch.state == "failed"
    assert "a warning of old" not in batch.problem


def test_a_worker_that_died_meanwhile_costs_no_upload(client: TestClient, desk: UploadQueue) -> None:
    settled(desk, sent(client, ("a.txt", b"ok one")))
    process = kept_process(desk)
    os.kill(process.pid, signal.SIGKILL)
    end = time.monotonic() + 30
    while process.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert settled(desk, sent(client, ("b.txt", b"ok two"))).state == "done"
    assert kept_process(desk).pid != process.pid


def test_a_worker_leaves_when_nothing_comes(client: TestClient, desk: UploadQueue) -> None:
    desk._runner._stay = 0.5
    settled(desk, sent(client, ("a.txt", b"ok one")))
    process = kept_process(desk)
    end = time.monotonic() + 30
    while desk._runner._kept is not None:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert process.poll() is not None
    assert settled(desk, sent(client, ("b.txt", b"ok two"))).state == "done"


def test_a_worker_leaves_with_the_program(client: TestClient, desk: UploadQueue) -> None:
    settled(desk, sent(client, ("a.txt", b"ok one")))
    process = kept_process(desk)
    desk.close()
    assert process.poll() is not None
    assert desk._runner._kept is None


def test_who_opens_the_page_finds_the_processes_started(client: TestClient, desk: UploadQueue) -> None:
    """Where a server says so; tests do not."""
    settings = client.app.state.settings  # type: ignore[attr-defined]
    client.get("/upload")
    assert desk._runner.idle
    client.app.state.settings = replace(settings, prepares_uploads=True)  # type: ignore[attr-defined]
    client.get("/upload")
    warm = kept_process(desk).pid
    client.get("/upload")
    identity = sent(client, ("a.txt", b"ok one"))
    batch = settled(desk, identity)
    assert (batch.state, desk.before(batch)) == ("done", 0)
    assert kept_process(desk).pid == warm
    assert [b.id for b in desk.shelf.batches()] == [identity], "the warm-up is no upload"
