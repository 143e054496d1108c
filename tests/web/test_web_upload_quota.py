"""What one person may upload within a day: counted over all batches, told clearly, free again a day later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dutybook.web.access import COOKIE, Access
from dutybook.web.app import create_app
from dutybook.web.settings import Quota, Settings
from dutybook.web.uploads import queue, storage
from dutybook.web.uploads.multipart import Arrived
from dutybook.web.uploads.queue import QuotaExceeded, UploadQueue
from dutybook.web.uploads.storage import Sent

NOW = datetime(2032, 4, 1, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue.UploadQueue, "_queue", lambda self, batch: self.shelf.write(batch))
    monkeypatch.setattr(storage, "KEPT_FREE", 0)


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


def take(uploads: UploadQueue, by: str, *sizes: int) -> None:
    files = []
    with uploads.shelf.incoming() as folder:
        for number, size in enumerate(sizes):
            path = folder / f"{number}.part"
            path.write_bytes(b"x" * size)
            files.append((Sent("a.txt", size, sha256=f"{size:064}"), path))
        uploads.take(Arrived({}, list(files)), by)


def test_size_is_counted_over_a_day_and_by_person(tmp_path: Path) -> None:
    clock = Clock()
    uploads = UploadQueue(tmp_path / "r.db", clock, quota=Quota(size=1000))
    take(uploads, "anna", 400, 200)
    clock.now += 5 * HOUR
    take(uploads, "anna", 300)
    with pytest.raises(QuotaExceeded, match="More than 1") as error:
        take(uploads, "anna", 200)
    # The first batch is free after 19 hours.
    assert error.value.after == 19 * 3600
    assert "19 h" in str(error.value)
    take(uploads, "ben", 1000)
    clock.now += 20 * HOUR
    take(uploads, "anna", 600)
    with pytest.raises(QuotaExceeded) as error:
        take(uploads, "anna", 1001)
    assert "limit" in str(error.value)


def test_files_are_counted(tmp_path: Path) -> None:
    uploads = UploadQueue(tmp_path / "r.db", Clock(), quota=Quota(files=3))
    take(uploads, "anna", 1, 2)
    with pytest.raises(QuotaExceeded, match="3 files"):
        take(uploads, "anna", 3, 4)
    take(uploads, "anna", 3)
    assert len(uploads.shelf.batches()) == 2


def test_without_a_quota_nothing_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage.UploadStorage, "batches_since", lambda *_: pytest.fail("counted"))
    take(UploadQueue(tmp_path / "r.db", Clock()), "anna", 5)


def test_batches_of_the_day_are_not_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "KEPT", 2)
    now = datetime.now(UTC)
    uploads = UploadQueue(tmp_path / "r.db", lambda: now, quota=Quota(files=5))
    for _ in range(5):
        take(uploads, "anna", 1)
        assert uploads.shelf.batches(2)
    with pytest.raises(QuotaExceeded):
        take(uploads, "anna", 1)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "within 24 hours"), ("de", "in 24 Stunden"), ("fr", "en 24 heures")]
)
def test_the_page_says_it(database: Path, access: Access, language: str, words: str) -> None:
    app = create_app(Settings(database, "anna", Path.cwd(), upload_quota=Quota(size=100_000)), access)
    with TestClient(
        app, base_url="http://127.0.0.1", headers={"accept-language": language}, follow_redirects=False
    ) as client:
        client.get(f"/enter?key={access.key}")
        token = access.token(client.cookies[COOKIE])

        def send(size: int) -> tuple[int, str]:
            files = [("files", ("a.txt", b"x" * size, "text/plain"))]
            answer = client.post("/upload", data={"token": token}, files=files)
            return answer.status_code, answer.text

        assert send(60_000)[0] == 303
        status, text = send(60_000)
        assert status == 429
        assert words in text
        # What is declared to be too much is not received at all.
        status, text = send(190_000)
        assert (status, words in text) == (429, True)
        answer = client.post("/upload/text", data={"token": token, "text": "y" * 60_000})
        assert (answer.status_code, words in answer.text) == (429, True)
