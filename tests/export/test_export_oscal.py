"""The OSCAL catalog: compliance-trestle reads it, ids stay through versions, words are no markup."""

from __future__ import annotations

import json
import re
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from export_fakes import hostile, mixed
from markdown_it import MarkdownIt

from builders import N, make_analysis
from dutybook.export import export
from dutybook.store import Register, open_register
from quay import FIRST, SECOND, read

NOW = datetime(2032, 1, 2, 3, 4, 5, tzinfo=UTC)


def catalog(register: Register, tmp_path: Path, **options: Any) -> dict[str, Any]:
    """The catalog, after trestle has read it and found nothing wrong with it."""
    count = export(register, tmp_path / "catalog.json", options=options)
    with warnings.catch_warnings():
        # What trestle brings is older than we are.
        warnings.simplefilter("ignore")
        from trestle.oscal.catalog import Catalog

        taken = Catalog.oscal_read(tmp_path / "catalog.json")
    assert taken is not None
    made: dict[str, Any] = json.loads((tmp_path / "catalog.json").read_text("utf-8"))["catalog"]
    ids = [item["id"] for item in walk(made) if "id" in item]
    assert len(ids) == len(set(ids))
    assert len(controls(made)) == count
    return made


def walk(item: dict[str, Any]) -> list[dict[str, Any]]:
    below = [part for name in ("groups", "controls", "parts") for part in item.get(name, ())]
    return [item, *(found for part in below for found in walk(part))]


def controls(made: dict[str, Any]) -> list[dict[str, Any]]:
    return [control for item in walk(made) for control in item.get("controls", ())]


def props(control: dict[str, Any]) -> dict[str, str]:
    return {prop["name"]: prop["value"] for prop in control["props"]}


def test_norms_are_controls_in_their_articles(tmp_path: Path) -> None:
    made = catalog(mixed(), tmp_path, now=NOW, address="https://law.example/")
    assert made["metadata"]["last-modified"] == "2032-01-02T03:04:05+00:00"
    assert [group["title"] for group in made["groups"]] == ["Fährverordnung A", "FährV"]
    first, *_ = controls(made)
    assert first["class"] == "permission"
    assert props(first)["label"] == "Art 1"
    assert props(first)["bearer"] == "Betreiber"
    (document, page) = first["links"]
    assert document["href"].removeprefix("#") in {resource["uuid"] for resource in made["back-matter"]["resources"]}
    assert page["href"] == f"https://law.example/norms/{props(first)['identifier']}"


def test_what_refers_to_a_control_still_does_after_an_amendment(tmp_path: Path) -> None:
    register = open_register()
    register.add(read(FIRST, "en", None))
    before = catalog(register, tmp_path)
    register.add(read(SECOND, "en", "2032-01-01"))
    after = catalog(register, tmp_path)
    assert (before["uuid"], before["metadata"]["version"]) != (after["uuid"], after["metadata"]["version"])
    first, later = ({c["id"]: c["parts"][0]["prose"] for c in controls(made)} for made in (before, after))
    (moved,) = [name for name, words in first.items() if "within five days" in words]
    assert "within two days" in later[moved]


def test_a_group_has_groups_or_controls(tmp_path: Path) -> None:
    for item in walk(catalog(mixed(), tmp_path)):
        assert not ("groups" in item and "controls" in item)


def test_no_words_are_markup(tmp_path: Path) -> None:
    sentences = {"markup": "*all* of [it](x) {{ insert: param, p }} <b>1 & 2</b>", "lines": "one \\ two _three_ # four"}
    made = catalog(hostile(**sentences), tmp_path)
    proses = [control["parts"][0]["prose"] for control in controls(made)]
    assert not [prose for prose in proses if re.search(r"(?<!\\)\{\{", prose)]
    read_back = []
    for prose in proses:
        (inline,) = [token for token in MarkdownIt("commonmark").parse(prose) if token.type == "inline"]
        assert {child.type for child in inline.children or ()} <= {"text", "text_special"}
        read_back.append("".join(child.content for child in inline.children or ()))
    assert set(sentences.values()) <= set(read_back)


@pytest.mark.parametrize("field", ["deadline", "deadline-value", "confidence", "bearer-class", "strength"])
def test_what_is_known_are_properties(tmp_path: Path, field: str) -> None:
    register = open_register()
    register.add(make_analysis([N("Pilots must report within 72 hours.", bearer="Pilots", deadline="within 72 hours")]))
    (control,) = controls(catalog(register, tmp_path))
    assert field in props(control)


def test_an_empty_catalog_is_one(tmp_path: Path) -> None:
    assert "groups" not in catalog(open_register(), tmp_path)
