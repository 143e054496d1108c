"""A date that depends, and one that a later act changes, on the pages of act and norm: never as a sure day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from cranes import ACT, AMENDMENT, read
from dutybook.store import Filters, open_register
from dutybook.web.access import Access
from dutybook.web.app import create_app
from dutybook.web.settings import Settings

LAMPS = """---
title: "Regulation (EU) 2031/901 of the European Parliament and of the Council of 3 March 2031 on harbour lamps"
publication_date: '2031-05-02'
status: expired
effective_from: 2031-06-01
effective_to: 2035-05-31
---

# Regulation (EU) 2031/901 of the European Parliament and of the Council of 3 March 2031 on harbour lamps

HAVE ADOPTED THIS REGULATION:

Article 1

Dusk

Every keeper shall light the lamp at dusk.
"""


@pytest.fixture(scope="module")
def register_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cranes") / "register.db"
    with open_register(path) as register:
        register.add(read(ACT, "cranes.md"))
        register.add(read(AMENDMENT, "amendment.md"))
        register.add(read(LAMPS, "lamps.md"))
    return path


@pytest.fixture
def reading(register_path: Path) -> Iterator[TestClient]:
    access = Access()
    app = create_app(Settings(register_path, "anna", Path.cwd()), access)
    with TestClient(app, base_url="http://127.0.0.1:8765", headers={"accept-language": "en"}) as client:
        client.get(f"/enter?key={access.key}")
        yield client


def norm_at(path: Path, place: str) -> str:
    with open_register(path, read_only=True) as register:
        [found] = [n.id for n in register.norms(Filters(work="32031R0777")) if n.place == place]
        return found


def test_the_act_has_a_table_of_its_application(reading: TestClient) -> None:
    page = reading.get("/acts/32031R0777").text
    assert "<caption>Application</caption>" in page
    assert "as regards cranes on rails" in page
    assert "changed by a later act; see that act" in page
    assert "before: 1 Jun 2033" in page


def test_a_norm_shows_what_its_day_depends_on(reading: TestClient, register_path: Path) -> None:
    page = reading.get(f"/norms/{norm_at(register_path, 'Art 3')}").text
    assert "Different dates for different cases" in page
    assert "as regards cranes on rails" in page


def test_a_norm_whose_day_a_later_act_changes_shows_none(reading: TestClient, register_path: Path) -> None:
    page = reading.get(f"/norms/{norm_at(register_path, 'Art 2')}").text
    assert "changed by a later act; see that act" in page
    assert "date unknown" in page


def test_days_of_the_file_are_told_from_those_of_the_text(reading: TestClient) -> None:
    page = reading.get("/acts/32031R0901").text
    dates = " ".join(page.partition('id="dates"')[2].partition("</section>")[0].split())
    for day, kind in (("1 Jun 2031", "entry into force"), ("31 May 2035", "expiry")):
        row = dates.partition(day)[2].partition("</li>")[0]
        assert kind in row
        assert "by the file&#39;s metadata" in row
    assert "by the file" not in reading.get("/acts/32031R0777").text
