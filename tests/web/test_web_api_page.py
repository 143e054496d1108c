"""The page that lists the verbs of the API."""

from __future__ import annotations

import re
import shlex
from html import unescape
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from dutybook.languages.reader import reader_words
from dutybook.web.access import COOKIE, Access
from dutybook.web.api.openapi import document


def test_every_verb_stands_on_the_page_with_its_parameters(client: TestClient) -> None:
    text = client.get("/api").text
    for path, verbs in document()["paths"].items():
        for verb in verbs.values():
            assert f'id="{verb["operationId"]}"' in text
            assert f"<code>{path}</code>" in text
    for name in ("deadline_before", "If-Match", "applicability", "X-Dutybook-Token"):
        assert name in text
    assert "<script>" not in text


def test_its_examples_can_be_asked(client: TestClient, access: Access) -> None:
    """What the page shows as curl is asked as it stands: reads that need nothing made before are answered."""
    client.headers["x-dutybook-token"] = access.token(client.cookies[COOKIE])
    commands = [
        unescape(c) for c in re.findall(r'<pre class="shell"[^>]*>(.*?)</pre>', client.get("/api").text, re.DOTALL)
    ]
    assert len(commands) > 50
    asked = 0
    for command in commands:
        words = shlex.split(command.replace("\\\n", " "))
        assert words[0] == "curl"
        address = words[-1]
        assert address.startswith("http://127.0.0.1:8765/api/v1/")
        if "-X" in words or re.search(
            r"/(searches|alerts|watches|deliveries|events|assessments|controls|evidence|incidents|profiles)/",
            unquote(address),
        ):
            continue
        assert client.get(address).status_code == 200, address
        asked += 1
    assert asked > 25


@pytest.mark.parametrize("language", ["de", "fr"])
def test_the_page_speaks_the_reader_s_language(client: TestClient, language: str) -> None:
    text = client.get("/api", headers={"accept-language": language}).text
    words = reader_words("api_page", language)
    assert set(words.own) == set(reader_words("api_page", "en").own)
    assert words("lead") in unescape(text)


def test_the_page_is_behind_the_door(stranger: TestClient) -> None:
    assert stranger.get("/api").status_code == 401
