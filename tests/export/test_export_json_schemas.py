"""The published schemas and what is written cannot part: every line is valid, and the schema knows no key that none has."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from export_fakes import hostile, mixed
from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from builders import N, make_analysis, make_unreadable
from dutybook.errors import BadRequest
from dutybook.export import export
from dutybook.export.tables import SCHEMAS, schema_of
from dutybook.pipeline.as_json import analysis_to_dict, unreadable_to_dict
from dutybook.reasons import reason_without_code
from dutybook.records import (
    Amendment,
    AmendmentKind,
    Amount,
    Analysis,
    BearerClass,
    CellPlace,
    Coverage,
    DateChange,
    DeadlineKind,
    Definition,
    Direction,
    FactType,
    Gap,
    GapKind,
    Genre,
    LegalStatus,
    Modality,
    Part,
    ProcedureStep,
    Reach,
    Span,
    StarterKind,
    Status,
    Step,
    Strength,
)
from dutybook.records.findings import NAMES
from dutybook.records.norm_fields import ListPoint
from dutybook.store import Register, open_register
from dutybook.store.controls import controls
from dutybook.store.deadlines.events import Counted, event_of, store
from dutybook.store.judgements import reviews
from dutybook.store.judgements.approval_rule import set_second_person
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.record import APPLICABILITIES, FINDINGS, STATUSES

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
REPORT = N(
    "Each harbour operator shall report an incident within 72 hours after noticing it if a crane falls unless it is a toy.",
    place="Art 5(1)",
    bearer="harbour operator",
    action="report an incident",
    condition="if a crane falls",
    exception="unless it is a toy",
    deadline="within 72 hours",
    anchor="after noticing it",
    cites="a toy",
    fields=tuple(zip(NAMES, (0.9, 0.95, 0.97, 0.54, 0.61, 0.85, 0.7), strict=True)),
)
FINE = N("A fine of EUR 1 000.5 or 2 % of turnover is due.", norm=False, penalty=("A fine of EUR 1 000.5", Amount(1000.5, "EUR", 2.0, "turnover")))  # fmt: skip
FORCE = N("It shall apply from 1 May 2030.", norm=False, fact=("application", "1 May 2030", "2030-05-01"))


def whole(salt: str = "") -> Analysis:
    """An analysis in which everything that can be said of a norm is said once."""
    made = make_analysis([REPORT, FINE, FORCE], salt=salt)
    (norm,) = made.norms
    (fact,) = made.facts
    (deadline,) = made.deadlines
    term = Definition(
        "d" * 16, norm.provision, "Art 2(1)", 1, norm.span, Part("toy", norm.span), None, "en", norm.evidence
    )
    told = replace(
        norm,
        cell=CellPlace(1, 2, 3, "Deadline", "Report"),
        definitions=(term.id,),
        penalties=(made.penalties[0].id,),
        applies_from=date(2030, 5, 1),
        applies_why=("it applies with the act",),
        contents=(ListPoint("Art 1(a)", "a toy", 0, 5),),
        stem=norm.span,
        quoted=True,
        amended_act="Toy Act",
        amended_place="Art 3(2)",
        legal_status=LegalStatus.DRAFT,
    )
    return replace(
        made,
        document=replace(
            made.document,
            published="2031-02-01",
            published_by="its head",
            in_force_from="2031-03-01",
            in_force_until="2039-02-28",
            author="Mara Quell",
            place="Montelago",
            publisher="Montelago Bote",
            boilerplate=("Weather",),
        ),
        norms=(told,),
        definitions=(term,),
        coverage=Coverage(
            100, 90, (Gap(GapKind.TABLE, norm.span, 3, "Art 9"), *(Gap(kind, Span(0, 0)) for kind in GapKind))
        ),
        deadlines=(replace(deadline, starter=Part("it", norm.span), starter_kind=StarterKind.BEARER),),
        facts=(
            fact,
            replace(
                fact, id="e" * 16, place="Art 9", scope=("Art 5",), outside=("Art 6",), reach=Reach.SOME, about="cranes"
            ),
        ),
        procedure_steps=(
            ProcedureStep("9" * 16, Step.ADOPTED, norm.span, norm.span, "2031-03-03", True, fact.evidence),
        ),
        amendments=(
            Amendment("a" * 16, AmendmentKind.INSERT, norm.provision, "Art 9", norm.span, "Toy Act", None, "Art 3(2)"),
        ),
        date_changes=(
            DateChange(
                "c" * 16, norm.provision, "Art 9", norm.span, "32031R0001", "Art 3", date(2030, 1, 1), date(2031, 1, 1)
            ),
        ),
    )


def reviewed() -> Register:
    """The same as a register, with an event that was entered and all that people can say."""
    register = open_register()
    register.add(whole())
    (norm,) = register.norms()
    (deadline,) = norm.deadlines
    store(
        register,
        [event_of(norm, deadline, Counted(occurred_at="2031-03-01T10:00+01:00", dates=["2031-03-04T10:00+01:00"], steps=["three days"], note="crane 3"), now=NOW)],
    )  # fmt: skip
    wanted = Change(
        status="applicable", owner="anna", note="asked", links=(("Policy", "docs/policy.pdf"),), reason="wrong", correct={"bearer_class": "person"}
    )  # fmt: skip
    reviews.change(register, [norm.id], wanted, by="anna", now=NOW)
    set_second_person(register, on=True, by="anna", now=NOW)
    reviews.change(register, [norm.id], Change(status="compliant"), by="ben", now=NOW)
    drill = controls.add_control(register, controls.ControlChange(title="Yearly drill"), by="anna", now=NOW)
    controls.link_norms(register, drill.id, [norm.id], by="anna", now=NOW)
    return register


def lines(register: Register, tmp_path: Path) -> list[dict[str, Any]]:
    export(register, tmp_path / "a.jsonl")
    return [json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]


def validator(kind: str) -> Draft202012Validator:
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def test_every_exported_line_is_valid(tmp_path: Path) -> None:
    check = validator("export")
    for register in (hostile(c="a\x07b \u2028e"), mixed(), reviewed()):
        found = lines(register, tmp_path)
        assert found
        for line in found:
            check.validate(line)


def test_every_extracted_line_is_valid() -> None:
    check = validator("extract")
    for made in (whole(), make_unreadable(), make_analysis([], status=Status.PARTLY_READ, reason="page 3")):
        check.validate(analysis_to_dict(made))
    check.validate(unreadable_to_dict("a.pdf", reason_without_code("broken")))


def described(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object that a schema describes, with where."""
    if schema.get("type") == "object":
        yield path, schema
    for name, inner in schema.get("$defs", {}).items():
        yield from described(inner, f"{path}#{name}")
    for name, inner in schema.get("properties", {}).items():
        yield from described(inner, f"{path}.{name}")
    if isinstance(schema.get("items"), dict):
        yield from described(schema["items"], f"{path}[]")


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_field_is_described_and_no_other_allowed(kind: str) -> None:
    schema = schema_of(kind)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].startswith("urn:dutybook:schema:")
    for path, each in described(schema):
        assert each["additionalProperties"] is False, path
        assert each["description"], path
        for name, field in each["properties"].items():
            assert field.get("description") or "$ref" in field, f"{path}.{name}"
        if kind == "export":
            assert each["required"] == list(each["properties"]), path


def seen(schema: dict[str, Any], root: dict[str, Any], value: Any, keys: dict[int, set[str]]) -> None:
    """Note for each object of the schema which keys a value has there."""
    for inner in (schema, *schema.get("anyOf", ())):
        if "$ref" in inner:
            seen(root["$defs"][inner["$ref"].rpartition("/")[2]], root, value, keys)
    if isinstance(value, dict) and "properties" in schema:
        keys[id(schema)] |= set(value)
        for name, field in schema["properties"].items():
            if name in value:
                seen(field, root, value[name], keys)
    elif isinstance(value, list) and "items" in schema:
        for item in value:
            seen(schema["items"], root, item, keys)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_schema_has_no_field_that_is_never_written(kind: str, tmp_path: Path) -> None:
    schema = schema_of(kind)
    scan = replace(whole("scan"), layout=None)
    scan = replace(scan, penalties=tuple(replace(penalty, imposed=True) for penalty in scan.penalties))
    written = (
        lines(reviewed(), tmp_path)
        if kind == "export"
        else [
            analysis_to_dict(whole()),
            unreadable_to_dict("a", reason_without_code("broken")),
            {**analysis_to_dict(scan), "version": "1"},
        ]
    )
    keys: dict[int, set[str]] = defaultdict(set)
    for line in written:
        seen(schema, schema, line, keys)
    for path, each in described(schema):
        missing = set(each["properties"]) - keys[id(each)]
        # Recognised pages need an image and a recogniser; their form is tested where they are read.
        assert missing <= (
            {"recognised"} if path == "" else {"page", "confidence"} if "recognised" in path else set()
        ), path


def test_a_line_with_another_field_or_without_one_is_refused(tmp_path: Path) -> None:
    check = validator("export")
    line = lines(reviewed(), tmp_path)[0]
    for wrong in ({**line, "colour": "red"}, {k: v for k, v in line.items() if k != "page"}, {**line, "modality": "wish"}, {**line, "applies_from": "soon"}):  # fmt: skip
        with pytest.raises(ValidationError):
            check.validate(wrong)


def values(enum: type[StrEnum]) -> list[str]:
    return [member.value for member in enum]


def test_lists_of_values_are_those_of_the_records() -> None:
    for kind in SCHEMAS:
        schema = schema_of(kind)
        norm = schema["properties"] if kind == "export" else schema["$defs"]["norm"]["properties"]
        deadline = schema["$defs"]["deadline"]["properties"]
        assert norm["modality"]["enum"] == values(Modality)
        assert norm["strength"]["enum"] == values(Strength)
        assert norm["bearer_class"]["enum"] == values(BearerClass)
        assert deadline["kind"]["enum"] == values(DeadlineKind)
        assert deadline["direction"]["enum"] == [*values(Direction), None]
        assert schema["$defs"]["starter"]["properties"]["kind"]["enum"] == values(StarterKind)
    review = schema_of("export")["$defs"]["review"]["properties"]
    assert [review[name]["enum"] for name in ("status", "applicability", "finding")] == [
        list(STATUSES), list(APPLICABILITIES), list(FINDINGS)
    ]  # fmt: skip
    extract = schema_of("extract")
    assert extract["properties"]["status"]["enum"] == [*values(Status), "left out"]
    assert extract["properties"]["genre"]["enum"] == values(Genre)
    assert sorted(extract["$defs"]["fact"]["properties"]["type"]["enum"]) == sorted(values(FactType))
    assert list(extract["$defs"]["evidence"]["properties"]["fields"]["properties"]) == list(NAMES)
    assert schema_of("export")["$defs"]["evidence"]["properties"]["doubtful"]["items"]["enum"] == list(NAMES)
    assert {"", *extract["$defs"]["fact"]["properties"]["reach"]["enum"]} == {"", *values(Reach)} - {"whole"}


def test_another_kind_has_no_schema() -> None:
    with pytest.raises(BadRequest, match="There are: export, extract"):
        schema_of("xlsx")
