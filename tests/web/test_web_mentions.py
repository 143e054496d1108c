"""Who is mentioned in a note finds it at the bell, whatever the role."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from web_office import Office, hidden

from builders import N, make_analysis
from dutybook.store import open_register


@pytest.fixture
def quiet(tmp_path: Path) -> Office:
    with open_register(tmp_path / "o.db") as register:
        register.add(make_analysis([N("Pilots must keep a log.", place="Art 1")]))
    office = Office(tmp_path / "o.db")
    office.now = datetime.now(UTC)
    for name, role in (("Anna Berg", "reader"), ("Anna", "editor"), ("Emil", "editor")):
        office.account(name, role)
    return office


def write(browser: Any, text: str) -> None:
    norm = re.search(r'href="(/norms/\w+)"', browser.get("/search").text)
    assert norm
    page = browser.get(norm[1])
    assert "With @ and a name" in page.text
    assert browser.post(f"{norm[1]}/review", data={**hidden(page.text), "note": text}).status_code == 303


def test_whom_a_note_mentions_is_told_and_nobody_else(quiet: Office) -> None:
    emil, anna, berg = (quiet.signed_in(name) for name in ("Emil", "Anna", "Anna Berg"))
    assert "notices-link" not in berg.get("/search").text
    write(emil, "@Anna Berg <b>is this ours?</b>")
    page = berg.get("/search").text
    assert 'href="/mentions"' in page
    mentions = berg.get("/mentions").text
    assert "Emil mentions you" in mentions
    assert "@Anna Berg &lt;b&gt;is this ours?&lt;/b&gt;" in mentions
    assert 'href="/norms/' in mentions
    assert "notices-link" not in berg.get("/search").text, "she has seen it"
    assert "Emil mentions you" in berg.get("/mentions").text, "it stays"
    assert "mentions you" not in anna.get("/notices").text
    assert "Nobody has mentioned you" in anna.get("/mentions").text


def test_an_editor_finds_mentions_among_the_notices(quiet: Office) -> None:
    emil, anna = quiet.signed_in("Emil"), quiet.signed_in("Anna")
    write(emil, "@anna please")
    write(anna, "I am @Anna myself")
    assert 'class="unseen">1<' in anna.get("/search").text
    page = anna.get("/notices").text
    assert page.count("mentions you") == 1
    assert 'class="unseen"' not in anna.get("/search").text


def test_mentions_need_a_session(quiet: Office) -> None:
    assert quiet.browser().get("/mentions").headers["location"] == "/sign-in?next=%2Fmentions"
