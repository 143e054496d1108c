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
from dutybook.records import Part, Provision, ProvisionKind, Span, Zone
from dutybook.store import Register, open_register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from quay import FIRST, GERMAN, SECOND, read

URN = r"^urn:dutybook:risk:(library|framework|req_node):[a-z0-9._:-]+$"
NAME, TEXT = {"type": "string", "minLength": 1, "maxLength": 200}, {"type": "string"}
REF = {"type": "string", "minLength": 1, "maxLength": 100}
TRANSLATIONS = {
    "type": "object",
    "propertyNames": {"pattern": "^[a-z]{2,3}$"},
    "additionalProperties": {
        "type": "object",
        "additionalProperties": False,
        "required": ["name"],
        "properties": {"name": NAME, "description": TEXT, "annotation": TEXT, "typical_evidence": TEXT},
    },
}
HEADER = {"urn": {"type": "string", "pattern": URN, "maxLength": 255}, "ref_id": REF, "name": NAME, "description": TEXT}


def closed(required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required.split(),
        "properties": {**HEADER, **properties},
    }


NODE = closed(
    "urn assessable depth ref_id name description translations",
    assessable={"type": "boolean"},
    depth={"type": "integer", "minimum": 1},
    parent_urn=HEADER["urn"],
    annotation=TEXT,
    typical_evidence=TEXT,
    implementation_groups={"type": "array", "minItems": 1, "uniqueItems": True, "items": REF},
    translations=TRANSLATIONS,
)
# What a norm has. A field that is left out keeps its former value in an update, so none may be.
NODE["dependentRequired"] = {"annotation": ["parent_urn", "typical_evidence", "implementation_groups"]}
NODE["if"] = {"properties": {"assessable": {"const": True}}}
NODE["then"] = {"required": ["annotation"]}
FRAMEWORK = closed(
    "urn ref_id name description implementation_groups_definition requirement_nodes",
    implementation_groups_definition={
        "type": "array",
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": ["ref_id", "name"],
            "properties": {"ref_id": REF, "name": NAME, "translations": TRANSLATIONS},
        },
    },
    requirement_nodes={"type": "array", "minItems": 1, "items": NODE},
)
# The form as CISO Assistant's importer takes it (backend/core/models.py and backend/library/utils.py of its repository).
FORM = closed(
    "urn locale ref_id name description copyright version provider packager objects",
    locale={"type": "string", "pattern": "^[a-z]{2,3}$"},
    copyright={"type": "string", "maxLength": 4096},
    version={"type": "integer", "minimum": 1},
    publication_date={},
    provider=NAME,
    packager=REF,
    annotation=TEXT,
    objects={
        "type": "object",
        "additionalProperties": False,
        "required": ["frameworks"],
        "properties": {"frameworks": {"type": "array", "minItems": 1, "maxItems": 1, "items": FRAMEWORK}},
    },
)


class Assistant:
    """A CISO Assistant in memory: what its importer refuses, takes, updates, keeps and deletes.

    The rules: a library is known by name and language, and a stored one is replaced by a higher version alone; the names of
    frameworks and nodes are unique; an update finds nodes by name, deletes those that are gone, and of fields that are left
    out clears only ``CLEARED``.
    """

    CLEARED = ("ref_id", "name", "description", "annotation", "typical_evidence", "implementation_groups")

    def __init__(self) -> None:
        self.stored: dict[tuple[str, str], dict[str, Any]] = {}
        self.loaded: dict[tuple[str, str], int] = {}
        self.frameworks: dict[str, tuple[str, str]] = {}
        self.nodes: dict[str, dict[str, Any]] = {}

    def upload(self, data: str) -> str:
        """What its import answers: loaded, updated, or the code of its refusal."""
        given = yaml.safe_load(data)
        key = (given["urn"].lower(), given["locale"])
        before = self.stored.get(key)
        if before is not None and given["version"] == before["version"]:
            return "libraryAlreadyLoadedError"
        if before is not None and given["version"] < before["version"]:
            return "libraryOutdatedError"
        self.stored[key] = given
        (framework,) = given["objects"]["frameworks"]
        if self.frameworks.setdefault(framework["urn"], key) != key:
            raise AssertionError("the framework belongs to another library")
        there = {urn for urn, node in self.nodes.items() if node["framework"] == framework["urn"]}
        for gone in there - {node["urn"] for node in framework["requirement_nodes"]}:
            del self.nodes[gone]
        groups = {group["ref_id"] for group in framework["implementation_groups_definition"]}
        for order, node in enumerate(framework["requirement_nodes"]):
            known = self.nodes.setdefault(node["urn"], {"framework": framework["urn"]})
            assert known["framework"] == framework["urn"], "a node of another framework has this name"
            known |= dict.fromkeys(self.CLEARED) | node | {"order_id": order}
            assert not node["assessable"] or groups.issuperset(node["implementation_groups"])
        answer = "updated" if key in self.loaded else "loaded"
        self.loaded[key] = given["version"]
        return answer

    def texts(self) -> dict[str, str]:
        """The words of its norms by their names."""
        return {urn: node["description"] for urn, node in self.nodes.items() if node.get("annotation")}


def library(
    register: Register, tmp_path: Path, filters: dict[str, object] | None = None, **more: Any
) -> dict[str, Any]:
    """The library, after a check of its form and of its tree."""
    count = export(register, tmp_path / "a.yaml", filters, **more)
    made: dict[str, Any] = yaml.safe_load((tmp_path / "a.yaml").read_text(encoding="utf-8"))
    Draft202012Validator(FORM).validate(made)
    nodes = nodes_of(made)
    depths: dict[str, int] = {}
    for node in nodes:
        assert node["urn"] not in depths, "a name is a node's own"
        parent = node.get("parent_urn")
        assert node["depth"] == (depths[parent] + 1 if parent else 1), "a node stands below its parent"
        depths[node["urn"]] = node["depth"]
    assert len([node for node in nodes if "annotation" in node]) == count
    return made


def nodes_of(made: dict[str, Any]) -> list[dict[str, Any]]:
    return list(made["objects"]["frameworks"][0]["requirement_nodes"])


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
    made = library(chaptered(), tmp_path, {"work": "32031R0777"})
    act, chapter, article, norm, *_ = nodes_of(made)
    assert act["urn"] == "urn:dutybook:risk:req_node:32031r0777-en:32031r0777"
    assert chapter["urn"] == f"{act['urn']}:chapter-ii"
    assert (chapter["ref_id"], chapter["name"]) == ("Chapter II", "DUTIES")
    assert article["urn"] == f"{chapter['urn']}:article-1"
    assert norm["description"] == "Pilots must keep a log."
    assert re.fullmatch(rf"{act['urn']}:[0-9a-f]{{16}}", norm["urn"])
    assert made["urn"] == "urn:dutybook:risk:library:32031r0777-en"
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
    german_words = log["translations"]["de"]
    assert german_words["description"] == "Die Betreiber führen ein Protokoll über jede Kiste, die den Kai passiert."
    assert german_words["annotation"].splitlines()[0] == "Art: Pflicht"
    assert [node["ref_id"] for node in nodes_of(made) if node["depth"] == 2] == ["Art 1", "Art 2", "Art 3"]
    # The reader's language comes first, and the library is one of its own.
    german = library(quays((FIRST, "en", None), (GERMAN, "de", None)), tmp_path, reader="de")
    assert german["locale"] == "de"
    (same,) = [node for node in nodes_of(german) if node["urn"].rpartition(":")[2] == log["urn"].rpartition(":")[2]]
    assert same["description"] == german_words["description"]
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
    assert made["name"] == made["objects"]["frameworks"][0]["name"] == "Ferries 2027"
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


def uploaded(assistant: Assistant, register: Register, tmp_path: Path, *given: Any, **more: Any) -> str:
    library(register, tmp_path, *given, **more)
    return assistant.upload((tmp_path / "a.yaml").read_text(encoding="utf-8"))


def test_a_second_changed_export_updates_the_first(tmp_path: Path) -> None:
    assistant, register, act = Assistant(), quays((FIRST, "en", None), (GERMAN, "de", None)), {"work": "32031R0888"}
    assert uploaded(assistant, register, tmp_path, act) == "loaded"
    first = assistant.texts()
    assert uploaded(assistant, register, tmp_path, act) == "libraryAlreadyLoadedError", "nothing has changed"
    register.add(read(SECOND, "en", "2032-01-01"))
    assert uploaded(assistant, register, tmp_path, act) == "updated"
    assert list(assistant.loaded.values()) == [2]
    later = assistant.texts()
    (before,) = [urn for urn, words in first.items() if "within five days" in words]
    assert "within two days" in later[before], "what was changed is the same requirement"
    assert [words for urn, words in later.items() if urn not in first] == [
        "Operators shall lock the gate at night whenever no vessel is expected."
    ]
    # The German text of the changed norm is not that of the new version: no former translation may remain.
    assert "de" not in assistant.nodes[before]["translations"]


def test_other_selections_and_readers_are_other_libraries(tmp_path: Path) -> None:
    assistant, register = Assistant(), quays((FIRST, "en", None), (GERMAN, "de", None))
    for given in ({}, {"work": "32031R0888"}, {"modality": "obligation"}, {"work": "32031R0888", "language": "en"}):
        assert uploaded(assistant, register, tmp_path, given) == "loaded"
        assert uploaded(assistant, register, tmp_path, given, reader="de") == "loaded"
    assert len(assistant.frameworks) == 8
    # Another register means other norms by the same filter, but the same act.
    other = quays((FIRST, "en", None), (GERMAN, "de", None))
    assert uploaded(assistant, other, tmp_path, {"modality": "obligation"}) == "loaded"
    assert uploaded(assistant, other, tmp_path, {"work": "32031R0888"}) == "libraryAlreadyLoadedError"


def test_the_version_can_be_raised_and_the_language_stays(tmp_path: Path) -> None:
    assistant, act = Assistant(), {"work": "32031R0888"}
    assert uploaded(assistant, quays((FIRST, "en", None)), tmp_path, act, options={"library_version": 7}) == "loaded"
    anew = quays((SECOND, "en", None))
    assert uploaded(assistant, anew, tmp_path, act) == "libraryOutdatedError"
    assert uploaded(assistant, anew, tmp_path, act, options={"library_version": 8}) == "updated"
    register = quays((GERMAN, "de", None))
    assert library(register, tmp_path, act)["locale"] == "de"
    register.add(read(FIRST, "en", None))
    made = library(register, tmp_path, act)
    assert (made["locale"], made["version"]) == ("de", 2)


def test_a_register_for_reading_counts_and_keeps_nothing(tmp_path: Path) -> None:
    place = tmp_path / "quay.db"
    with open_register(place) as register:
        register.add(read(FIRST, "en", None))
        assert library(register, tmp_path)["version"] == 1
        register.add(read(SECOND, "en", "2032-01-01"))
    with open_register(place, read_only=True) as register:
        assert [library(register, tmp_path)["version"] for _ in range(2)] == [2, 2]
    with open_register(place) as register:
        assert library(register, tmp_path)["version"] == 2
        assert library(register, tmp_path, options={"title": "Quays"})["version"] == 3


def test_groups_are_the_roles_of_bearers(tmp_path: Path) -> None:
    made = make_analysis(
        [
            N("Pilots must keep a log.", place="Art 1", bearer="Pilots"),
            N("Logs must be kept.", place="Art 2", bearer_class="any"),
        ]
    )
    first, second = made.norms
    register = open_register()
    register.add(replace(made, norms=(replace(first, role="pilot; harbour master"), second)))
    made = library(register, tmp_path, reader="de")
    assert [node["implementation_groups"] for node in nodes_of(made) if node["assessable"]] == [
        ["pilot", "harbour-master"],
        ["class-any"],
    ]
    groups = made["objects"]["frameworks"][0]["implementation_groups_definition"]
    assert [(group["ref_id"], group["name"]) for group in groups] == [
        ("class-any", "jedermann"),
        ("harbour-master", "harbour master"),
        ("pilot", "pilot"),
    ]
    assert groups[0]["translations"]["fr"]["name"]


def test_typical_evidence_is_what_the_words_ask_for_and_people_recorded(tmp_path: Path) -> None:
    register = open_register()
    words = "Pilots must report incidents to the harbour master within 72 hours."
    made = make_analysis([N(words, place="Art 1", bearer="Pilots", deadline="within 72 hours")])
    (norm,) = made.norms
    recipient = Part("the harbour master", Span(norm.span.start + 28, norm.span.start + 46))
    register.add(replace(made, norms=(replace(norm, recipient=recipient),)))
    (row,) = register.norms()
    said = Change(control="Incident procedure", links=(("Minutes", "minutes.pdf"),))
    reviews.change(register, [row.id], said, by="Anna")
    (node,) = [node for node in nodes_of(library(register, tmp_path)) if node["assessable"]]
    assert node["typical_evidence"].splitlines() == [
        "Proof that it went to: the harbour master",
        "A record of when it was done: within 72 hours",
        "Our control: Incident procedure",
        "Our evidence: Minutes: minutes.pdf",
    ]


def test_names_of_deep_nodes_are_not_too_long(tmp_path: Path) -> None:
    made = make_analysis([N("Pilots must keep a log.", place="Art 1")])
    (one,) = made.provisions
    kinds = (ProvisionKind.PART, ProvisionKind.TITLE, ProvisionKind.CHAPTER, ProvisionKind.SECTION)
    above, parent = [], None
    for at, kind in enumerate(kinds):
        words = f"{kind} of " + "a very long name " * 4
        above.append(Provision(str(at) * 16, parent, kind, "", words, one.span, words, Zone.ENACTING))
        parent = above[-1].id
    register = open_register()
    register.add(replace(made, provisions=(*above, replace(one, parent=parent))))
    assert len(nodes_of(library(register, tmp_path))) == 7
