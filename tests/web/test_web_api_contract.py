"""The contract: real answers are what the description says, the description is the released one, and no field of a row is forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from api_requests import EXAMPLES, FILES, GOLDEN, Asked, client_of, examples, golden, play
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from dutybook import searching
from dutybook.export import timeline
from dutybook.store import rows
from dutybook.store.alerts import outbox
from dutybook.store.controls import controls as control_rows
from dutybook.store.controls import evidence as evidence_rows
from dutybook.store.deadlines import agenda
from dutybook.store.documents import works
from dutybook.store.documents.norm_context import TextRow
from dutybook.store.documents.view import ProvisionRow
from dutybook.store.judgements import history, record
from dutybook.store.news import claims, entries, procedures
from dutybook.store.versions import differences
from dutybook.store.watches import watches
from dutybook.web.api import acts, alerts, controls, dates, documents, evidence, models, norms, searches
from dutybook.web.api import watches as watch_models
from dutybook.web.api.openapi import document
from dutybook.web.api.routing import verbs


@pytest.fixture(scope="module")
def asked(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Asked]]:
    path = tmp_path_factory.mktemp("api") / "register.db"
    path.write_bytes(filled.read_bytes())
    with client_of(path) as client:
        yield play(client)


def verbs_of(made: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {verb["operationId"]: verb for path in made["paths"].values() for verb in path.values()}


def test_every_verb_is_asked(asked: list[Asked]) -> None:
    assert {one.operation for one in asked} == set(verbs_of(document()))


def test_answers_are_what_the_description_says(asked: list[Asked]) -> None:
    made = document()
    told = verbs_of(made)
    for one in asked:
        answer = told[one.operation]["responses"][str(one.status)]
        if one.answer is None:
            assert one.status == 204 or one.operation in FILES
            continue
        schema = answer["content"]["application/json"]["schema"]
        checker = jsonschema.Draft202012Validator(
            schema | {"components": made["components"]}, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        )
        wrong = [error.message for error in checker.iter_errors(one.answer)]
        assert not wrong, (one.operation, wrong[:3])


def test_bodies_that_were_sent_are_what_the_description_says(asked: list[Asked]) -> None:
    made = document()
    for one in asked:
        if one.body is not None:
            schema = verbs_of(made)[one.operation]["requestBody"]["content"]["application/json"]["schema"]
            jsonschema.Draft202012Validator(schema | {"components": made["components"]}).validate(one.body)


def test_the_description_is_the_released_one() -> None:
    released = GOLDEN.read_text("utf-8")
    assert golden() == released, "a change of the contract is a decision: python tests/web/api_requests.py, and say why"


def test_examples_are_of_all_verbs_and_still_true(asked: list[Asked]) -> None:
    told = json.loads(EXAMPLES.read_text("utf-8"))
    fresh = examples(asked)
    assert set(told) == set(fresh)
    for operation, example in told.items():
        # Ids, times and what is looked at on this machine are others each time.
        assert shape(example) == shape(fresh[operation]), f"{operation}: python tests/web/api_requests.py"


def shape(value: Any) -> Any:
    """Names without values; what may be null or empty is left open."""
    if isinstance(value, dict):
        return sorted(value)
    return type(value).__name__


def test_the_description_is_one_that_programs_read() -> None:
    made = document()
    assert made["openapi"].startswith("3.1")
    assert made["servers"] == [{"url": "/api/v1"}]
    told = verbs_of(made)
    assert len(told) == sum(len(path) for path in made["paths"].values())
    assert {"token", "session", "sessionToken"} == set(made["components"]["securitySchemes"])
    for operation, verb in told.items():
        assert verb["summary"], operation
        assert verb["description"], operation
        assert verb["tags"][0] in {tag["name"] for tag in made["tags"]}, operation
        for status, answer in verb["responses"].items():
            assert status.startswith(("2", "3")) or answer == {"$ref": answer["$ref"]}, operation
        assert "401" in verb["responses"]
    for name, answer in made["components"]["responses"].items():
        assert list(answer["content"]) == ["application/problem+json"], name
        example = answer["content"]["application/problem+json"]["example"]
        jsonschema.validate(example, {"$ref": "#/components/schemas/Problem", "components": made["components"]})
    assert "HTTPValidationError" not in json.dumps(made)


def test_every_verb_says_what_it_answers() -> None:
    for route in verbs.routes:
        assert isinstance(route, APIRoute)
        answers = route.response_model is not None or route.status_code == 204 or 200 in route.responses
        assert answers or route.operation_id in FILES, route.path


#: Rows of the register, the models that tell them, and what of a row is not told.
TOLD: list[tuple[type, type, set[str]]] = [
    (rows.NormRow, models.NormRow, set()),
    (searching.Hit, norms.Hit, set()),
    (rows.DeadlineRow, models.Deadline, set()),
    (rows.EventRow, models.Event, set()),
    (rows.EvidenceRow, models.Evidence, set()),
    (rows.PenaltyRow, models.Penalty, set()),
    (rows.AmountRow, models.Amount, set()),
    (rows.CitationRow, norms.Cited, set()),
    (rows.DefinitionRow, models.Definition, set()),
    (rows.FactRow, models.Fact, set()),
    (rows.RejectedRow, models.Rejected, set()),
    (rows.DocumentRow, documents.DocumentRow, set()),
    (rows.NormDetail, norms.Norm, set()),
    (TextRow, norms.NormText, set()),
    (ProvisionRow, documents.Provision, set()),
    # The bookkeeping by which a record follows its norm.
    (record.Record, models.Record, {"ties", "seen", "stands"}),
    (record.Note, models.Note, set()),
    (record.Link, models.Link, set()),
    (record.Correction, models.Correction, set()),
    (record.ControlLink, models.ControlLink, set()),
    (control_rows.Control, controls.Control, set()),
    (control_rows.ServedNorm, controls.ServedNorm, set()),
    (evidence_rows.EvidenceItem, evidence.Evidence, set()),
    (history.HistoryRow, models.HistoryRow, set()),
    (works.ActRow, acts.ActRow, set()),
    (works.WorkRow, acts.Act, set()),
    (works.VersionRow, acts.Version, set()),
    (works.RelationRow, acts.Relation, set()),
    (differences.VersionRow, acts.Compared, set()),
    (differences.ChangeRow, acts.Change, set()),
    (differences.CorrectionRow, acts.Corrected, set()),
    (differences.DeviationRow, models.Deviation, set()),
    (timeline.Timeline, acts.Timeline, set()),
    (timeline.Item, acts.TimelineItem, set()),
    (agenda.AgendaRow, dates.AgendaRow, set()),
    (entries.Entry, searches.NewsEntry, set()),
    (entries.Item, searches.NewsItem, set()),
    (entries.Mention, searches.Mention, set()),
    (claims.ClaimRow, searches.Claim, set()),
    (procedures.ProcedureRow, searches.Procedure, set()),
    (procedures.StepRow, searches.ProcedureStep, set()),
    # How far a source has come, and who is at it, is its own business.
    (watches.Watch, watch_models.Watch, {"id", "cursor", "holder", "claimed_until", "fetch_options", "reading"}),
    (watches.WatchRun, watch_models.WatchRun, set()),
    # A place and its options may hold what leads to a secret: `to` says it without.
    (
        outbox.Delivery,
        alerts.Delivery,
        {"alert", "reader", "zone", "kind", "target", "options", "period", "number"},
    ),
]


@pytest.mark.parametrize(("row", "model", "kept"), TOLD, ids=lambda v: v.__name__ if isinstance(v, type) else "")
def test_no_field_of_a_row_is_forgotten(row: Any, model: Any, kept: set[str]) -> None:
    assert {field.name for field in fields(row)} - set(model.model_fields) == kept


def test_the_description_is_behind_the_door(stranger: TestClient, client: TestClient) -> None:
    told = client.get("/api/v1/openapi.json")
    assert told.status_code == 200
    assert told.json() == document()
    client.cookies.clear()
    assert client.get("/api/v1/openapi.json").status_code == 401
    assert client.get("/openapi.json").status_code == 401


def test_an_export_is_described_as_what_is_read_of_it() -> None:
    """What fuzzing found: a catalogue in JSON is no text."""
    from dutybook.web.api.about import _FILE

    content = _FILE[200]["content"]
    assert content["application/json"]["schema"] == {"type": "object"}
    assert content["text/csv"]["schema"]["format"] == "binary"
