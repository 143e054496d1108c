"""API operations on profiles: describe organisations, read what is proposed for them, and confirm it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import Field
from starlette.requests import Request

from dutybook.errors import NotFound
from dutybook.languages.proposal_words import describe_reason, justify
from dutybook.records import profiles as records
from dutybook.records.profiles import Verdict
from dutybook.store.profiles import profiles as kept
from dutybook.store.profiles import proposals as proposed
from dutybook.store.profiles.interviews import question_fields, questions_for
from dutybook.web.api.models import Answer, Body, of_row, page_of
from dutybook.web.api.parameters import Name, OneOf, Paged, Paging, Reader, Text, make_page, slice_page
from dutybook.web.api.problems import Refusal
from dutybook.web.api.routing import changing_as_editor, operation, reading, writing

VerdictWord = Annotated[str, OneOf(tuple(verdict.value for verdict in Verdict))]
ProfileName = Annotated[str, Path(description="Name or id of a profile.", max_length=200)]
ActName = Annotated[str, Path(description="Id of an act.", max_length=200)]


@of_row(records.Answer)
class TermAnswer(Answer):
    """Whether a profile has a role, activity or sector (`term`); for one act alone where `work` is not empty."""


@of_row(records.Profile)
class Profile(Answer):
    """An organisation that norms may bind."""

    turnover: float | None = Field(description="Million euro a year.")
    balance: float | None = Field(description="Balance sheet total, million euro.")
    complete: bool = Field(description="Whether it has no role, activity or sector that `answers` does not name.")


Profiles = page_of("Profiles", Profile, "A page of profiles, by name.")


@of_row(records.Basis)
class Basis(Answer):
    """The words of an act that a proposal rests on: their place and their half-open range in the text of `document`."""


class Proposed(Answer):
    """What is proposed, in words and as a code, and the words of the act behind it."""

    verdict: VerdictWord
    reason: str
    code: str
    basis: Basis | None


class ProposedAct(Proposed):
    """What is proposed of an act as a whole, and how many of its norms apply, do not, are to be asked, and were confirmed."""

    work: str
    title: str
    document: str
    language: str
    applies: int
    no: int
    ask: int
    confirmed: int


class ProposedNorm(Proposed):
    """What is proposed of a norm."""

    norm: str
    place: str
    quote: str
    bearer: str | None


ProposedActs = page_of("ProposedActs", ProposedAct, "A page of what is proposed of acts.")
ProposedNorms = page_of("ProposedNorms", ProposedNorm, "A page of what is proposed of norms.")


class QuestionChoice(Answer):
    """A role, activity or sector that a question asks for; `work` is set where it is meant in this act alone."""

    term: str
    label: str
    work: str
    place: str
    quote: str


class Question(Answer):
    """A question of an interview. `norms`: how many wait for its answer."""

    topic: str
    question: str
    norms: int
    choices: list[QuestionChoice]


Questions = page_of("Questions", Question, "The questions of an interview.")


class ProfileFields(Body):
    """What is said of a profile. Fields that are left out stay as they are; null means not known."""

    countries: list[Name] | None = Field(None, max_length=250, description="ISO 3166 codes.")
    sites: list[Text] | None = Field(None, max_length=200)
    employees: int | None = Field(None, ge=0)
    turnover: float | None = Field(None, ge=0, description="Million euro a year.")
    balance: float | None = Field(None, ge=0, description="Balance sheet total, million euro.")
    complete: bool | None = None
    yes: list[Text] = Field([], max_length=300, description="Roles, activities and sectors that it has.")
    no: list[Text] = Field([], max_length=300, description="Those that it has not.")
    forget: list[Text] = Field([], max_length=300, description="Those of which nothing is said any more.")
    work: Text | None = Field(None, description="An act (id): the terms are said for it alone.")


class NewProfile(ProfileFields):
    """A profile to enter."""

    name: Name


class ChangedProfile(ProfileFields):
    """A change of a profile."""

    name: Name | None = None
    revision: int | None = Field(None, description="As it was read: nothing is changed if somebody else was faster.")


class Confirmation(Body):
    """Norms of which it is recorded whether they apply: as proposed, or as `verdict` says, with a `reason`."""

    norms: list[Name] = Field(min_length=1, max_length=2_000, description="Full ids.")
    verdict: Annotated[str, OneOf(("applies", "no"))] | None = None
    reason: Text | None = None


class Confirmed(Answer):
    """How many records of norms were changed."""

    norms: int


class Proposing(Paging, Reader):
    """Which proposals."""

    work: Text | None = Field(None, description="Of this act (id).")
    verdict: VerdictWord | None = None
    assessed: bool = Field(False, description="Also norms of which somebody said whether they apply.")


class Reading(Paging, Reader):
    """A page, in a reader's language."""


@operation("GET /profiles", "listProfiles", "profiles", "List profiles", Profiles)
def profiles(request: Request, asked: Paged) -> dict[str, Any]:
    """Organisations that norms may bind."""
    with reading(request) as register:
        return slice_page(request, asked, kept.list_profiles(register))


@operation("GET /profiles/{profile}", "getProfile", "profiles", "Read a profile", Profile, 404)
def profile(request: Request, profile: ProfileName) -> records.Profile:
    """A profile with all that is said of it."""
    with reading(request) as register:
        return kept.find_profile(register, profile)


@operation("POST /profiles", "addProfile", "profiles", "Enter a profile", Profile, 403, 409, status_code=201)
def add(request: Request, body: NewProfile) -> records.Profile:
    """Enter a profile; what applies to it is proposed at once. Needs the role editor."""
    person = changing_as_editor(request)
    with writing(request) as register:
        return kept.add_profile(register, _change_of(body), by=person.name, now=datetime.now(UTC))


@operation("PATCH /profiles/{profile}", "changeProfile", "profiles", "Change a profile", Profile, 403, 404, 409, 412)
def change(request: Request, profile: ProfileName, body: ChangedProfile) -> records.Profile:
    """Change a profile; what applies to it is proposed anew. Needs the role editor."""
    person = changing_as_editor(request)
    with writing(request) as register:
        return kept.change_profile(
            register, profile, _change_of(body), by=person.name, now=datetime.now(UTC), revision=body.revision
        )


@operation("DELETE /profiles/{profile}", "removeProfile", "profiles", "Remove a profile", None, 403, 404)
def remove(request: Request, profile: ProfileName) -> None:
    """Remove a profile and its proposals; its history and what was confirmed stay. Needs the role editor."""
    person = changing_as_editor(request)
    with writing(request) as register:
        kept.remove_profile(register, profile, by=person.name, now=datetime.now(UTC))


@operation(
    "GET /profiles/{profile}/acts", "listProposedActs", "profiles", "What is proposed of acts", ProposedActs, 404
)
def acts(request: Request, profile: ProfileName, asked: Annotated[Reading, Query()]) -> dict[str, Any]:
    """Whether each act as a whole applies to a profile, as proposed from its scope."""
    with reading(request) as register:
        found = proposed.acts_for(register, profile=kept.find_profile(register, profile).id, language=asked.reader)
    counted = ("work", "title", "document", "language", "applies", "no", "ask", "confirmed")
    rows = [
        {**_proposed(act.proposal, asked.reader), **{name: getattr(act, name) for name in counted}} for act in found
    ]
    return slice_page(request, asked, rows)


@operation(
    "GET /profiles/{profile}/proposals", "listProposals", "profiles", "What is proposed of norms", ProposedNorms, 404
)
def norms(request: Request, profile: ProfileName, asked: Annotated[Proposing, Query()]) -> dict[str, Any]:
    """Whether norms apply to a profile, as proposed; nobody has confirmed it."""
    with reading(request) as register:
        whom = kept.find_profile(register, profile)
        verdict = Verdict(asked.verdict) if asked.verdict else None
        found = list(
            proposed.proposed_norms(register, whom.id, work=asked.work, verdict=verdict, with_assessed=asked.assessed)
        )
        page = found[asked.offset : asked.offset + asked.limit]
        own = proposed.proposals_for(register, whom, page)
        rows = {row.id: row for row in register.norms_by_id(page, places=False)}
        items = [
            {
                **_proposed(own[norm], asked.reader),
                "norm": norm,
                "place": rows[norm].place,
                "quote": rows[norm].quote,
                "bearer": rows[norm].bearer,
            }
            for norm in page
            if norm in own
        ]
    return make_page(request, asked, items, len(found))


@operation(
    "GET /profiles/{profile}/interviews/{work}", "getInterview", "profiles", "The questions of an act", Questions, 404
)
def interview(
    request: Request, profile: ProfileName, work: ActName, asked: Annotated[Reading, Query()]
) -> dict[str, Any]:
    """The few questions, seven at most, whose answers decide most of what of an act applies. Answer them by changing the profile."""
    with reading(request) as register:
        found = questions_for(register, kept.find_profile(register, profile), work, asked.reader)
    return slice_page(request, asked, [question_fields(question, asked.reader) for question in found])


@operation("POST /profiles/{profile}/confirm", "confirmProposals", "profiles", "Confirm proposals", Confirmed, 403, 404)
def confirm(request: Request, profile: ProfileName, body: Confirmation) -> dict[str, Any]:
    """Record whether norms apply, as proposed or as the body says, in their records. Needs the role editor."""
    person = changing_as_editor(request)
    if body.verdict and not (body.reason or "").strip():
        raise Refusal(422, "a verdict of one's own needs a reason")
    with writing(request) as register:
        whom = kept.find_profile(register, profile)
        own = proposed.proposals_for(register, whom, body.norms)
        if missing := [norm for norm in body.norms if norm not in own]:
            raise NotFound(f"nothing is proposed for {whom.name} of the norm {missing[0][:16]!r}")
        reasons = {norm: body.reason or justify(own[norm].reason, "en") for norm in body.norms}
        verdict = Verdict(body.verdict) if body.verdict else None
        done = proposed.confirm(register, whom, reasons, by=person.name, verdict=verdict, now=datetime.now(UTC))
    return {"norms": len(done)}


def _proposed(proposal: records.Proposal, language: str) -> dict[str, Any]:
    return {
        "verdict": proposal.verdict.value,
        "reason": describe_reason(proposal.reason, language),
        "code": proposal.reason.code,
        "basis": proposal.reason.basis,
    }


def _change_of(body: ProfileFields) -> kept.ProfileChange:
    given = body.model_dump(exclude_unset=True)
    given.pop("revision", None)
    # What is given as null is not known any more; what is left out stays.
    for name in ("employees", "turnover", "balance"):
        if name in given and given[name] is None:
            given[name] = ""
    return kept.ProfileChange(**{**given, "work": given.get("work") or ""})
