"""API operations on evidence: list and read it, keep links, change them, and say of which norms and controls they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from dutybook.errors import NotFound
from dutybook.store import Register
from dutybook.store.controls import controls, evidence
from dutybook.store.controls.evidence import EvidenceChange
from dutybook.web.api.controls import Control
from dutybook.web.api.models import Answer, Body, of_row, page_of
from dutybook.web.api.parameters import Day, OneOf, Paging, TargetText, Text, make_page, slice_rows
from dutybook.web.api.problems import Refusal
from dutybook.web.api.routing import changing_as_editor, operation, reading, writing
from dutybook.web.error_responses import text_of
from dutybook.web.uploads.multipart import Arrived, Unacceptable
from dutybook.web.uploads.receiving import receive_files, status_of
from dutybook.web.uploads.storage import NoSpace

#: The most norms, and the most controls, that one request names.
_MANY = 1_000


@of_row(evidence.EvidenceItem)
class Evidence(Answer):
    """A link or a file that shows that duties are met."""

    kind: Annotated[str, OneOf((evidence.LINK, evidence.FILE))]
    target: str = Field(description="Address, or path of the file from the folder of the database.")
    sha256: str = Field(description="Digest of a file's bytes; empty for a link.")
    bytes: int = Field(description="Size of a file; 0 for a link.")
    valid_until: str = Field(description="The last day on which it counts, ISO 8601; empty: it does not end.")
    remind_days: int = Field(description="So many days before that alerts remind of it.")
    revision: int = Field(description="Number of its last change.")


class EvidenceNorm(Answer):
    """A norm that evidence is of."""

    norm: str
    place: str
    title: str = Field(description="Of its act.")


class EvidenceDetail(Answer):
    """Evidence with the norms and controls that it is of."""

    evidence: Evidence
    norms: list[EvidenceNorm]
    controls: list[Control]


EvidencePage = page_of("EvidencePage", Evidence, "A page of evidence, what ends first coming first.")


class EvidenceFields(Body):
    """The fields of evidence. Those that are left out stay as they are; an empty text takes a value away."""

    title: Text | None = None
    target: TargetText | None = Field(None, description="An address or path; never opened.")
    valid_until: Day | Annotated[str, OneOf(("",))] | None = None
    remind_days: int | None = Field(None, ge=0, le=3650)
    owner: Text | None = None
    description: Text | None = None


class NewEvidence(EvidenceFields):
    """A link to keep as evidence."""

    title: Text = Field(examples=["Recovery test 2031"])
    target: TargetText = Field(examples=["https://intranet.example/tests/2031"])
    norms: list[Text] = Field([], max_length=_MANY, description="Ids of norms that it is of.")
    controls: list[Text] = Field([], max_length=_MANY, description="Controls that it is of.")


class EvidenceForm(BaseModel):
    """The fields of a form with a file that becomes evidence."""

    files: bytes = Field(description="The file, one.", json_schema_extra={"format": "binary"})
    title: str = Field("", description="The file's name where none is given.")
    valid_until: str = Field("", description="The last day on which it counts, ISO 8601; empty: it does not end.")
    remind_days: int = Field(evidence.REMIND_DAYS, ge=0, le=3650)
    owner: str = ""
    description: str = Field("", description="More about it, up to 2,000 characters.")
    norms: str = Field("", description="Ids of norms that it is of, parted by blanks or commas.")
    controls: str = Field("", description="Ids or references of controls that it is of, parted by commas.")


class EvidenceUpdate(EvidenceFields):
    """A change of evidence; `revision` refuses it where somebody changed it after this one."""

    revision: int | None = None
    norms: list[Text] = Field([], max_length=_MANY, description="Ids of further norms that it is of.")
    controls: list[Text] = Field([], max_length=_MANY, description="Further controls that it is of.")


class EvidenceListing(Paging):
    """The parameters of the list of evidence."""

    words: Text = Field("", description="Part of title, description or address.")
    until: Day | None = Field(None, description="Only what ends by this day.")


EvidenceId = Annotated[str, Path(description="Id of evidence or its beginning, or its title.")]


@operation("GET /evidence", "listEvidence", "controls", "List evidence", EvidencePage)
def list_all(request: Request, asked: Annotated[EvidenceListing, Query()]) -> dict[str, Any]:
    """Evidence, what ends first coming first."""
    until: date | None = asked.until
    with reading(request) as register:
        found = evidence.list_evidence(register, words=asked.words, until=until)
    return make_page(request, asked, slice_rows(found, asked), len(found))


@operation(
    "POST /evidence", "addEvidence", "controls", "Keep a link as evidence", EvidenceDetail, 403, 404, status_code=201
)
def add(request: Request, body: NewEvidence) -> dict[str, Any]:
    """Keep a link as evidence, of norms and controls where they are named. Needs the role editor."""
    person = changing_as_editor(request)
    with writing(request) as register:
        targets = evidence.find_targets(register, body.norms, body.controls)
        made = evidence.add_link(register, _change_of(body), by=person.name, now=datetime.now(UTC))
        evidence.link(register, made.id, *targets, by=person.name, now=datetime.now(UTC))
        return _detail(register, made.id)


_FORM = {
    "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": EvidenceForm.model_json_schema()}}}
}


@operation(
    "POST /evidence/files",
    "addEvidenceFile",
    "controls",
    "Keep a file as evidence",
    EvidenceDetail,
    403,
    404,
    413,
    415,
    status_code=201,
    openapi_extra=_FORM,
)
async def add_file(request: Request) -> Any:
    """Keep a file that is sent as multipart/form-data, of norms and controls where they are named. Needs the role editor."""
    person = changing_as_editor(request)

    def keep(arrived: Arrived) -> dict[str, Any]:
        sent, part = arrived.files[0] if len(arrived.files) == 1 else (None, None)
        if sent is None or part is None:
            raise Refusal(422, f"send one file in the field files, of {evidence.MAX_BYTES // 1_000_000} MB at most")
        wanted, norms, named = _read_form(arrived.fields)
        with writing(request) as register:
            targets = evidence.find_targets(register, norms, named)
            made = evidence.add_file(
                register,
                part,
                wanted,
                by=person.name,
                now=datetime.now(UTC),
                name=sent.name if sent.name != "?" else "file",
            )
            evidence.link(register, made.id, *targets, by=person.name, now=datetime.now(UTC))
            return _detail(register, made.id)

    try:
        return await receive_files(request, keep, allowed=None)
    except (Unacceptable, NoSpace) as error:
        status = status_of(error)
        raise Refusal(422 if status == 400 else status, text_of(error, "en")) from error
    except ClientDisconnect:
        return Response(status_code=400)


def _read_form(given: Mapping[str, str]) -> tuple[EvidenceChange, list[str], list[str]]:
    """What a form says of evidence, and the norms and controls that it names.

    Raises:
        Refusal: there is no such field, or a value cannot be meant.
    """
    known = set(EvidenceForm.model_fields) - {"files"}
    if unknown := sorted(set(given) - known):
        raise Refusal(422, f"there is no such field: {unknown[0]!r}; there are: files, {', '.join(sorted(known))}")
    texts: dict[str, Any] = {
        name: given[name] for name in ("title", "valid_until", "owner", "description") if given.get(name, "").strip()
    }
    if days := given.get("remind_days", "").strip():
        if not (days.isascii() and days.isdigit() and len(days) <= 4):
            raise Refusal(422, "remind_days is a number of days, 0 to 3650")
        texts["remind_days"] = int(days)
    norms = given.get("norms", "").replace(",", " ").split()
    named = [name.strip() for name in given.get("controls", "").split(",") if name.strip()]
    return EvidenceChange(**texts), norms[:_MANY], named[:_MANY]


@operation("GET /evidence/{id}", "getEvidence", "controls", "Read evidence", EvidenceDetail, 404)
def show(request: Request, id: EvidenceId) -> dict[str, Any]:
    """Evidence with the norms and controls that it is of."""
    with reading(request) as register:
        return _detail(register, evidence.find_evidence(register, id).id)


@operation("PATCH /evidence/{id}", "changeEvidence", "controls", "Change evidence", EvidenceDetail, 403, 404, 409)
def change(request: Request, id: EvidenceId, body: EvidenceUpdate) -> dict[str, Any]:
    """Change evidence, and say of which further norms and controls it is. Needs the role editor."""
    person = changing_as_editor(request)
    wanted = _change_of(body)
    if not wanted.values and not body.norms and not body.controls:
        raise Refusal(422, "say what to change: title, valid_until, norms, controls …")
    with writing(request) as register:
        item = evidence.find_evidence(register, id)
        targets = evidence.find_targets(register, body.norms, body.controls)
        evidence.change_evidence(
            register, item.id, wanted, by=person.name, now=datetime.now(UTC), revision=body.revision
        )
        evidence.link(register, item.id, *targets, by=person.name, now=datetime.now(UTC))
        return _detail(register, item.id)


@operation("DELETE /evidence/{id}", "removeEvidence", "controls", "Remove evidence", None, 403, 404)
def remove(request: Request, id: EvidenceId) -> None:
    """Remove evidence, its links, and its file unless other evidence has the same one. Its history stays. Needs the role editor."""
    person = changing_as_editor(request)
    with writing(request) as register:
        item = evidence.find_evidence(register, id)
        evidence.remove_evidence(register, item.id, by=person.name, now=datetime.now(UTC))


@operation(
    "DELETE /evidence/{id}/norms/{norm}", "unlinkEvidenceNorm", "controls", "Take evidence off a norm", None, 403, 404
)
def unlink_norm(request: Request, id: EvidenceId, norm: Annotated[str, Path(description="Id of a norm.")]) -> None:
    """Say that evidence is not of a norm any more. Needs the role editor."""
    person = changing_as_editor(request)
    with writing(request) as register:
        item = evidence.find_evidence(register, id)
        full = register.norm(norm).norm.id
        if not evidence.unlink_norms(register, item.id, [full], by=person.name, now=datetime.now(UTC)):
            raise NotFound("it is no evidence of this norm")


@operation(
    "DELETE /evidence/{id}/controls/{control}",
    "unlinkEvidenceControl",
    "controls",
    "Take evidence off a control",
    None,
    403,
    404,
)
def unlink_control(
    request: Request, id: EvidenceId, control: Annotated[str, Path(description="Id, reference or title of a control.")]
) -> None:
    """Say that evidence is not of a control any more. Needs the role editor."""
    person = changing_as_editor(request)
    with writing(request) as register:
        item = evidence.find_evidence(register, id)
        full = controls.find_control(register, control).id
        if not evidence.set_control(register, item.id, full, there=False, by=person.name, now=datetime.now(UTC)):
            raise NotFound("it is no evidence of this control")


def _detail(register: Register, identity: str) -> dict[str, Any]:
    (item,) = evidence.evidence_by_id(register, [identity])
    norms = [
        {"norm": norm, "place": place, "title": title}
        for norm, place, title in evidence.linked_norms(register, identity)
    ]
    return {
        "evidence": item,
        "norms": norms,
        "controls": controls.controls_by_id(register, evidence.linked_controls(register, identity)),
    }


def _change_of(body: EvidenceFields) -> EvidenceChange:
    given = body.model_dump(exclude_unset=True, include=set(EvidenceFields.model_fields))
    if given.get("valid_until") is not None:
        given["valid_until"] = str(given["valid_until"])
    return EvidenceChange(**given)
