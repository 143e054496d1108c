"""Exports of the web application are made in child processes: with progress, limits, and an end that is visible."""

from __future__ import annotations

import re
import time

import pytest
from starlette.testclient import TestClient

from dutybook.errors import BadFilter, BadRequest, MissingExtra
from dutybook.web import export_jobs
from dutybook.web.export_jobs import ExportJobs
from dutybook.web.pages import exports as pages

# How a process ends is what these are about.
pytestmark = pytest.mark.usefixtures("true_workers")

BROWSER = {"sec-fetch-mode": "navigate", "accept": "text/html"}


def jobs_of(client: TestClient) -> ExportJobs:
    made: ExportJobs = client.app.state.exports  # type: ignore[attr-defined]
    return made


def test_a_browser_sees_progress_and_gets_its_file(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_PROMPT", 0.0)
    answer = client.get("/export/register.csv?modality=permission", headers=BROWSER)
    assert answer.status_code == 303
    address = answer.headers["location"]
    page = client.get(address).text
    assert "Preparing the file" in page
    assert f'hx-get="{address}"' in page
    key = address.rpartition("/")[2]
    job = jobs_of(client).job(key)
    assert job
    assert job.over.wait(60)
    assert f'href="{address}/file"' in client.get(address).text
    answer = client.get(f"{address}/file")
    assert answer.text.count("\r\n") > 1
    assert client.get("/export/making/nothing").status_code == 404


def test_an_export_is_cancelled(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_PROMPT", 0.0)
    address = client.get("/export/register.jsonl", headers=BROWSER).headers["location"]
    token = re.search(r'name="token" value="([^"]+)"', client.get(address).text)
    assert token
    assert client.post(f"{address}/cancel", data={"token": "wrong"}).status_code == 403
    assert client.post(f"{address}/cancel", data={"token": token[1]}).status_code == 303
    assert "The export was cancelled." in client.get(address).text
    assert client.get(f"{address}/file").status_code == 404


def test_errors_are_those_of_the_format(client: TestClient) -> None:
    made = jobs_of(client)
    job = made.start("a.csv", {"work": "nosuchact"}, "en", {})
    assert job.over.wait(60)
    assert isinstance(job.error, BadFilter)
    assert isinstance(export_jobs._error_of("MissingExtra", ["a PDF report", "pdf"]), MissingExtra)


def test_the_same_is_made_once_and_files_go(client: TestClient) -> None:
    made = jobs_of(client)
    one, two = made.start("a.csv", {}, "en", {}), made.start("a.csv", {}, "en", {"now": "later"})
    assert one is two
    assert made.start("a.csv", {}, "de", {}) is not one
    assert one.over.wait(60)
    assert one.path.exists()
    made.release(one)
    assert one.path.exists()
    made.release(one)
    assert not one.path.exists()
    assert made.job(one.key) is None


def test_what_takes_too_long_ends(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_jobs, "SECONDS", 0.001)
    made = jobs_of(client)
    job = made.start("a.xlsx", {}, "en", {})
    assert job.over.wait(60)
    assert "took longer than it may" in str(job.error)
    assert job.state == "failed"
    monkeypatch.setattr(export_jobs, "_MOST_WAITING", 0)
    with pytest.raises(BadRequest, match="try again"):
        made.start("a.csv", {}, "en", {})
    begun = time.monotonic()
    made.close()
    assert time.monotonic() - begun < 30


def test_formats_are_offered_by_use_with_excel_first() -> None:
    from dutybook.languages.reader import reader_languages, reader_words
    from dutybook.web.pages.exports import formats_by_use

    uses = dict(formats_by_use())
    assert next(iter(uses.values()))[0] == ".xlsx"
    assert ".soa.xlsx" in uses["report"]
    for language in reader_languages("frame"):
        names = reader_words("frame", language)
        assert [each for theirs in uses.values() for each in theirs if not names.get(f"format{each}", "")] == []
