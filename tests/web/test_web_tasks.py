"""Open tasks in the browser, as files and in the API."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from api_requests import client_of
from icalendar import Calendar

from dutybook.languages.reader import reader_words
from dutybook.store import open_register
from dutybook.store.assessments import open_assessments
from quay import flats


def test_tasks_are_listed_and_downloaded(tmp_path: Path) -> None:
    with open_register(tmp_path / "register.db") as register:
        for flat in flats():
            register.write(flat)
        [item] = open_assessments(register, today=date(2033, 6, 1))
    with client_of(tmp_path / "register.db") as client:
        assert f"/assessments/{item.id}" in client.get("/tasks").text
        assert "Nothing is open" in client.get("/tasks?kind=norm").text
        assert b"assessment-" in client.get("/tasks.csv").content
        assert Calendar.from_ical(client.get("/tasks.ics?kind=assessment").content).walk("VTODO")
        [task] = client.get("/api/v1/tasks").json()["items"]
        assert (task["source"], task["links"]) == (item.id, [])
        assert client.get("/api/v1/tasks?kind=chore").status_code == 422


@pytest.mark.parametrize("language", ["de", "fr"])
def test_all_texts_of_tasks_are_in_each_language(language: str) -> None:
    assert set(reader_words("tasks", "en")) == reader_words("tasks", language).own
