"""The requirements library: the form that CISO Assistant asks for, the tree, its names, languages side by side."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from export_fakes import hostile, mixed
from jsonschema import Draft202012Validator

from builders import N, make_analysis
from dutybook.export import export
from dutybook.export.ciso import _slug
from dutybook.records import Provision, ProvisionKind, Zone
from dutybook.store import Register, open_register
from quay import FIRST, GERMAN, SECOND, read

URN = r"^urn:[a-z0-9._-]+:risk:(library|framework|req_node):[a-z0-9._:-]+$"
TEXT = {"type": "string", "minLength": 1}
TRANSLATIONS = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"pattern": "^[a-z]{2,3}$"},
    "additionalProperties": {
        "type": "object",
        "additionalProperties": False,
        "required": ["name"],
        "properties": {"name": TEXT, "description": TEXT},
    },
}
HEADER = {"urn": {"type": "string", "pattern": URN}, "ref_id": TEXT, "name": TEXT, "description": TEXT}
# The form as CISO Assistant's importer and its libraries have it.
FORM: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        "urn",
        "locale",
        "ref_id",
        "name",
        "description",
        "copyright",
        "version",
        "provider",
        "packager",
        "objects",
    ],
    "properties": {
        **HEADER,
        "locale": {"type": "string", "pattern": "^[a-z]{2,3}$"},
        "copyright": TEXT,
        "version": {"type": "integer", "minimum": 1},
        "publication_date": {},
        "provider": TEXT,
        "packager": TEXT,
        "objects": {
            "type": "object",
            "additionalProperties": False,
            "required": ["framework"],
            "properties": {
                "framework": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["urn", "ref_id", "name", "description", "requirement_nodes"],
                    "properties": {
                        **HEADER,
                        "requirement_nodes": {
                            "type": "array",
                            "minItems": 1,
                            "items": {
                                "type": "object",
                                "additionalProperties": False,
                                "required": ["urn", "assessable", "depth", "ref_id", "name"],
                                "properties": {
                                    **HEADER,
                                    "assessable": {"type": "boolean"},
                                    "depth": {"type": "integer", "minimum": 1},
                                    "parent_urn": {"type": "string", "pattern": URN},
                                    "annotation": TEXT,
                                    "translations": TRANSLATIONS,
                                },
                                "dependentRequired": {"annotation": ["parent_urn", "description"]},
                            },
                        },
                    },
                }
            },
        },
    },
}


def library(
    register: Register, tmp_path: Path, filters: dict[str, object] | None = None, **more: Any
) -> dict[str, Any]:
    """The library, after a check of its form and of its tree."""
    count = export(register, tmp_path / "a.yaml", filters, **more)
    made: dict[str, Any] = yaml.safe_load((tmp_path / "a.yaml").read_text(encoding="utf-8"))
    Draft202012Validator(FORM).validate(made)
    nodes = made["objects"]["framework"]["requirement_nodes"]
    depths: dict[str, int] = {}
    for node in nodes:
        assert node["urn"] not in depths, "a name is a node's own"
        parent = node.get("parent_urn")
        assert node["depth"] == (depths[parent] + 1 if parent else 1), "a node stands below its parent"
        depths[node["urn"]] = node["depth"]
    assert len([node for node in nodes if "annotation" in node]) == count
    return made


def nodes_of(made: dict[str, Any]) -> list[dict[str, Any]]:
    return list(made["objects"]["framework"]["requirement_nodes"])


def test_acts_are_above_articles_and_articles_above_norms(tmp_path: Path) -> None:
    nodes = nodes_of(library(mixed(), tmp_path))
    assert [(node["depth"], node["ref_id"], node["assessable"]) for node in nodes if node["depth"] > 1] == [
        *((2, "Art 1", False), (3, "Art 1", False), (2, "Art 2", False), (3, "Art 2", False)),
        *((2, "Art 3", False), (3, "Art 3", True)),
        *((2, "§ 1", False), (3, "§ 1", True), (2, "§ 2", False), (3, "§ 2", True)),
    ]  # fmt: skip
    assert [node["name"] for node in nodes if node["depth"] == 1] == ["Fährverordnung A", "FährV"]
    kinds = [node["annotation"].splitlines()[0] for node in nodes if "annotation" in node]
    assert kinds == ["Kind: permission", "Kind: exemption", "Kind: obligation", "Kind: obligation", "Kind: prohibition"]


def chaptered() -> Register:
    made = make_analysis(
        [N("Pilots must keep a log.", place="Art 1"), N("Crews may rest.", place="Art 2", modality="permission")]
    )
    (one, two) = made.provisions
    chapter = Provision("c" * 16, None, ProvisionKind.CHAPTER, "II", "DUTIES", one.span, "Chapter II", Zone.ENACTING)
    register = open_register()
    register.add(replace(made, provisions=(chapter, replace(one, parent=chapter.id), replace(two, parent=chapter.id))))
    return register


def test_chapters_hold_articles(tmp_path: Path) -> None:
    made = library(chaptered(), tmp_path)
    act, chapter, article, norm, *_ = nodes_of(made)
    assert act["urn"] == "urn:dutybook:risk:req_node:32031r0777"
    assert chapter["urn"] == f"{act['urn']}:chapter-ii"
    assert (chapter["ref_id"], chapter["name"]) == ("Chapter II", "DUTIES")
    assert article["urn"] == f"{chapter['urn']}:article-1"
    assert norm["description"] == "Pilots must keep a log."
    assert re.fullmatch(rf"{act['urn']}:[0-9a-f]{{16}}", norm["urn"])
    assert made["urn"] == "urn:dutybook:risk:library:32031r0777"
    assert made["name"] == "Harbour Data Act"


def quays(*texts: tuple[str, str, str | None]) -> Register:
    register = open_register()
    for text, language, version in texts:
        register.add(read(text, language, version))
    return register


def test_languages_of_a_norm_are_one_node(tmp_path: Path) -> None:
    made = library(quays((FIRST, "en", None), (GERMAN, "de", None)), tmp_path)
    norms = [node for node in nodes_of(made) if "annotation" in node]
    assert len(norms) == 4
    assert made["publication_date"] == date(2031, 2, 1)
    (log,) = [node for node in norms if "every crate" in node["description"]]
    assert log["translations"] == {
        "de": {"name": log["translations"]["de"]["name"], "description": "Die Betreiber führen ein Protokoll über jede Kiste, die den Kai passiert."}
    }  # fmt: skip
    assert [node["ref_id"] for node in nodes_of(made) if node["depth"] == 2] == ["Art 1", "Art 2", "Art 3"]
    # The reader's language comes first, and names stay.
    german = library(quays((FIRST, "en", None), (GERMAN, "de", None)), tmp_path, reader="de")
    assert german["locale"] == "de"
    (same,) = [node for node in nodes_of(german) if node["urn"] == log["urn"]]
    assert same["description"] == log["translations"]["de"]["description"]
    assert same["translations"]["en"]["description"] == log["description"]


def test_a_later_version_keeps_the_names_of_what_stayed(tmp_path: Path) -> None:
    register = quays((FIRST, "en", None))
    first = {node["description"]: node["urn"] for node in nodes_of(library(register, tmp_path)) if "annotation" in node}
    register.add(read(SECOND, "en", "2032-01-01"))
    later = {node["description"]: node["urn"] for node in nodes_of(library(register, tmp_path)) if "annotation" in node}
    same = first.keys() & later.keys()
    assert len(same) == 3
    assert all(first[words] == later[words] for words in same)
    (moved,) = [words for words in later if "within two days" in words]
    (before,) = [words for words in first if "within five days" in words]
    assert later[moved] == first[before], "what was changed is the same requirement"
    # Both versions together: each norm has a node of its own.
    assert len([n for n in nodes_of(library(register, tmp_path, {"all_versions": True})) if "annotation" in n]) == 9


def test_nothing_in_it_is_markup_or_another_document(tmp_path: Path) -> None:
    made = library(hostile(tag="!!python/object/apply:os.system [ls]", end="---\n- x: &a *a"), tmp_path)
    said = [node["description"] for node in nodes_of(made) if "annotation" in node]
    assert "!!python/object/apply:os.system [ls]" in said
    events = list(yaml.parse((tmp_path / "a.yaml").read_text(encoding="utf-8")))
    assert not [event for event in events if getattr(event, "tag", None) or getattr(event, "anchor", None)]
    assert sum(isinstance(event, yaml.DocumentStartEvent) for event in events) == 1


def test_an_empty_library_says_so(tmp_path: Path) -> None:
    (node,) = nodes_of(library(open_register(), tmp_path, reader="de"))
    assert (node["assessable"], node["name"]) == (False, "Keine Norm des Registers entspricht diesen Filtern.")


def test_it_has_a_title_where_one_is_given(tmp_path: Path) -> None:
    made = library(mixed(), tmp_path, options={"title": "Ferries 2027"})
    assert made["name"] == made["objects"]["framework"]["name"] == "Ferries 2027"
    assert made["urn"].startswith("urn:dutybook:risk:library:register-")


@pytest.mark.parametrize(
    ("text", "slug"), [("32031R0777", "32031r0777"), ("de:WpHG", "de-wphg"), ("Article 5a", "article-5a")]
)
def test_names_have_plain_letters(text: str, slug: str) -> None:
    assert _slug(text) == slug


def test_names_in_other_letters_do_not_run_together() -> None:
    names = [_slug("Άρθρο α"), _slug("Άρθρο β"), _slug("член"), _slug("…"), _slug("a" * 99), _slug("a" * 98)]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z0-9-]+", name) for name in names)
