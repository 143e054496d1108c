"""What every kind of source must do, ours and those that other packages bring: a new one is tested by being there."""

from __future__ import annotations

import json
from importlib import metadata
from types import SimpleNamespace
from typing import Any

import pytest

from dutybook.errors import BadRequest
from dutybook.ingest import sources

kinds = pytest.mark.parametrize("kind", sources.kinds())


@kinds
def test_a_source_says_what_it_is(kind: str) -> None:
    source = sources.source_of(kind)
    assert source.kind == kind
    assert 10 < len(source.help) < 120
    assert "\n" not in source.help
    assert 5 <= sources.default_interval(source) <= 7 * 86400


@kinds
@pytest.mark.parametrize("target", ["", "   ", "\0", "file:///etc/passwd", "https://", "x" * 10_000])
def test_what_cannot_be_meant_is_refused_or_taken_as_words(kind: str, target: str) -> None:
    try:
        options = sources.source_of(kind).check(target, {})
    except BadRequest:
        return
    assert json.loads(json.dumps(options)) == options


@kinds
def test_options_that_it_does_not_have(kind: str, tmp_path: Any) -> None:
    targets = {"folder": str(tmp_path), "eurlex": "32016R0679", "oj": "L", "federal-register": "bank", "boe": "diario"}
    target = {
        **targets,
        "legislation-uk": "uksi/2026",
        "bwb": "all",
        "e-sbirka": "89/2012",
        "finlex": "statutes",
        "fedlex": "235.1",
        "gesetze": "bgb",
        "normattiva": "new",
        "riigi-teataja": "all",
        "ris": "bgbl",
        "legilux": "journal",
        "imap": "imaps://env:BOX@harbour.example",
    }.get(kind, "https://harbour.example/")
    with pytest.raises(BadRequest):
        sources.source_of(kind).check(target, {"no such option": "1"})


def test_a_kind_that_is_not_there() -> None:
    with pytest.raises(BadRequest, match=r"There are: .*folder"):
        sources.source_of("pigeon")


def test_sources_of_other_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = SimpleNamespace(kind="pigeon", help="brings letters", check=1, list=2, fetch=3)
    points = [
        SimpleNamespace(name="pigeon", value="coop:PIGEON", load=lambda: whole),
        SimpleNamespace(name="folder", value="evil:FOLDER", load=lambda: whole),
        SimpleNamespace(name="half", value="coop:HALF", load=lambda: SimpleNamespace(kind="half")),
        SimpleNamespace(name="broken", value="coop:BROKEN", load=lambda: 1 // 0),
    ]
    monkeypatch.setattr(metadata, "entry_points", lambda group: points if group == sources.GROUP else [])
    assert {"pigeon", "half", "broken", "folder", "feed"} <= set(sources.kinds())
    assert sources.source_of("pigeon") is whole
    assert sources.default_interval(sources.source_of("pigeon")) == sources.EVERY
    assert sources.source_of("folder") is not whole
    with pytest.raises(BadRequest, match="lacks help, check, list, fetch"):
        sources.source_of("half")
    with pytest.raises(BadRequest, match="cannot be loaded"):
        sources.source_of("broken")
