"""Queries of triple stores: what is written into them, and how lists are read in pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from portal_fakes import FakeResponse, Site, rows
from replay import Answer, Replay

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.fetcher import PoliteFetcher
from dutybook.ingest.sources import listing, sparql
from dutybook.ingest.sources.interface import Item

NOW = datetime(2031, 3, 5, tzinfo=UTC)
ENDPOINT = sparql.Endpoint(
    "https://store.example/sparql", "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n", pause=3.0
)


@for_all(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_no_text_leaves_its_string(text: str) -> None:
    """A string of ours is one token of SPARQL, whatever it holds; an engine of others reads it back."""
    from rdflib import Graph

    found = list(Graph().query(f"{ENDPOINT.prefixes} SELECT (STR({sparql.string(text)}) AS ?x) WHERE {{}}"))
    kept = "".join(c for c in text if c.isprintable() or c in "\n\r\t")
    assert str(found[0][0]) == kept


@pytest.mark.parametrize(
    "address",
    ["http://x/> } DELETE {", "javascript:1", "http://x/a b", "http://x/\\u003e", "file:///etc/passwd", 'http://x/"'],
)
def test_no_address_leaves_its_brackets(address: str) -> None:
    with pytest.raises(BadRequest):
        sparql.iri(address)


def test_a_query_waits_as_long_as_the_publisher_asks(
    make: Callable[..., PoliteFetcher], server: Replay, slept: list[float]
) -> None:
    server.route("/sparql", Answer(rows({"key": "a"}), type="application/sparql-results+json"))
    endpoint = sparql.Endpoint(server.url("/sparql"), "", pause=3.0)
    fetcher = make(pause=1.0)
    for _ in range(2):
        assert endpoint.ask(fetcher, "SELECT ?key {}", "acts") == ([{"key": "a"}], ())
    assert len(slept) == 1
    assert 2.5 < slept[0] <= 3.0


def test_a_list_that_breaks_off_goes_on_behind_what_it_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    keys = ["a", "b", "c", "d"]

    def ask(after: str, size: int) -> tuple[list[listing.Row], tuple[str, ...]]:
        if after == "a" and broken:
            raise SourceError("the store is away")
        return [{"key": key} for key in keys if key > after][:size], ()

    def find(found: list[listing.Row]) -> listing.Found:
        items = [Item(row["key"], f"https://store.example/{row['key']}") for row in found]
        return listing.Found(items, waiting=["2031-03-01"] if any(row["key"] == "a" for row in found) else [])

    broken = True
    first = listing.list_rows(ask, find, {"since": "2031-02-01"}, NOW, 500)
    assert [item.key for item in first.items] == ["a"]
    assert "the store is away" in first.problems[0]
    broken = False
    rest = listing.list_rows(ask, find, first.cursor, NOW, 500)
    assert [item.key for item in rest.items] == ["b", "c", "d"]
    # The text of "a" is still awaited.
    assert rest.cursor == {"since": "2031-03-01"}


def test_answers_that_were_cut_are_no_answers() -> None:
    cut = FakeResponse(rows({"key": "a"}), headers={"x-sparql-maxrows": "1"})
    with pytest.raises(SourceError, match="not complete"):
        ENDPOINT.ask(Site({ENDPOINT.address: cut}), "SELECT ?key {}", "acts")
