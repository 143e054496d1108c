"""What the page of results and the API say about misspelt words, about words that no norm has all of, and about a missing index."""

from __future__ import annotations

from html import unescape

import pytest
from starlette.testclient import TestClient


def test_a_misspelt_word_has_a_link_to_what_was_meant(client: TestClient) -> None:
    page = unescape(client.get("/search?words=operatr&language=en").text)
    assert '<a href="/search?language=en&words=operator">operator</a>?' in page
    assert "Did you mean" in page


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "Only the words themselves are searched."),
        ("de", "Gesucht werden nur die Wörter selbst."),
        ("fr", "Seuls les mots"),
    ],
)
def test_the_page_says_that_the_index_is_missing(client: TestClient, language: str, says: str) -> None:
    page = client.get("/search?words=operator", headers={"accept-language": language}).text
    assert says in page
    assert "<code>dutybook index</code>" in page
    assert says not in client.get("/search", headers={"accept-language": language}).text


def test_all_but_one_word_is_said(client: TestClient) -> None:
    page = client.get("/search?words=operator+shall+zeppelin+report").text
    assert "No norm has all the words: these have all but one." in page


def test_the_api_says_the_same(client: TestClient) -> None:
    found = client.get("/api/v1/norms?words=operatr").json()
    assert (found["total"], found["did_you_mean"], found["loosened"]) == (0, "operator", False)
    assert found["without_meaning"] == "not_indexed"
    assert client.get("/api/v1/norms?words=operatr&semantic=off").json()["without_meaning"] == ""


def test_a_norm_has_its_recitals_definitions_and_guidance(client: TestClient) -> None:
    norm = client.get("/api/v1/norms?words=operator").json()["items"][0]["id"]
    whole = client.get(f"/api/v1/norms/{norm}").json()
    why = client.get(f"/api/v1/norms/{norm}/explain").json()
    for name in ("recitals", "guidance", "definitions"):
        assert whole[name] == why[name]
    assert client.get(f"/norms/{norm}").status_code == 200
