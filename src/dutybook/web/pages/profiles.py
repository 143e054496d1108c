"""The pages of profiles: organisations, the interview on an act, and what is proposed for them, to be confirmed or answered."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dutybook.errors import BadRequest, Conflict
from dutybook.languages.actors import TermKind, label_of, term_named, terms_of_kind
from dutybook.languages.proposal_words import describe_question, describe_reason, justify, verdict_words
from dutybook.records.profiles import Profile, Proposal, Verdict
from dutybook.store import NormRow, Register
from dutybook.store.documents.works import titles
from dutybook.store.judgements import reviews
from dutybook.store.profiles.interviews import questions_for
from dutybook.store.profiles.profiles import (
    ProfileChange,
    add_profile,
    change_profile,
    find_profile,
    list_profiles,
    profile_history,
    remove_profile,
)
from dutybook.store.profiles.proposals import acts_for, confirm, proposals_for, proposed_norms
from dutybook.web import render
from dutybook.web.error_responses import Denied, text_of
from dutybook.web.reader import Reader, language_of, reader_of
from dutybook.web.request_values import (
    Given,
    check_form,
    clean,
    editing,
    offset_of,
    page_links,
    reading,
    revision_of,
    writing,
)
from dutybook.web.request_values import text_of as parameter

router = APIRouter()

#: Proposals of a page.
LIMIT = 50
_SECTION = "profile_page"
_APART = re.compile(r"[,;\n]")
#: Fields that a form of a profile has.
_FIELDS = ("name", "countries", "sites", "employees", "turnover", "balance", "complete", "yes", "no")


async def _sent(request: Request) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The fields of a form of this session, and those of them that may be there several times; 403 if it is of another session."""
    form = await request.form(max_files=0, max_fields=LIMIT + 400, max_part_size=20_000)
    given = {name: value for name, value in form.items() if isinstance(value, str)}
    check_form(request, given)
    several = {name: [v for v in form.getlist(name) if isinstance(v, str)] for name in ("norm", "yes", "asked")}
    return given, several


Sent = Annotated[tuple[dict[str, str], dict[str, list[str]]], Depends(_sent)]


@dataclass(frozen=True, slots=True)
class Row:
    """A norm with what is proposed of it, in the reader's language; ``applicability``: what somebody recorded."""

    norm: NormRow
    proposal: Proposal
    verdict: str
    reason: str
    applicability: str


@router.get("/profiles")
def profiles(request: Request) -> HTMLResponse:
    """All profiles, and a form for another one."""
    return _list(request)


def _list(request: Request, problem: str = "", given: dict[str, str] | None = None) -> HTMLResponse:
    with reading(request) as register:
        found = list_profiles(register)
        acts = acts_for(register)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for act in acts:
        counts[act.profile][act.proposal.verdict.value] += 1
    values = {
        "profiles": found,
        "counts": counts,
        "problem": problem,
        "given": given or {},
        "labels": _labels(found, language_of(request)),
        **_offered(request),
    }
    return render.page(request, "profiles.html", values, 400 if problem else 200, section=_SECTION)


@router.post("/profiles")
def add(request: Request, given: Given) -> Response:
    """Enter a profile."""
    by = editing(request).name
    try:
        with writing(request) as register:
            made = add_profile(register, _change(given), by=by, now=datetime.now(UTC))
    except (BadRequest, Conflict) as error:
        return _list(request, text_of(error, language_of(request)), given)
    return RedirectResponse(f"/profiles/{made.id}", 303)


@router.get("/profiles/{identity}")
def show(request: Request, identity: str) -> HTMLResponse:
    """A profile, a form to change it, and what is proposed of each act."""
    return _show(request, identity)


def _show(request: Request, identity: str, problem: str = "", given: dict[str, str] | None = None) -> HTMLResponse:
    language = language_of(request)
    with reading(request) as register:
        profile = find_profile(register, identity)
        acts = acts_for(register, profile=profile.id, language=language)
        names = titles(register, [act.work for act in acts], language)
        history = profile_history(register, profile.id)
    rows = [
        {
            "act": act,
            "title": names.get(act.work) or act.title,
            "verdict": verdict_words(act.proposal.verdict, language),
            "reason": describe_reason(act.proposal.reason, language),
            "query": urlencode({"work": act.work}),
        }
        for act in sorted(acts, key=lambda a: (list(Verdict).index(a.proposal.verdict), a.work))
    ]
    values = {
        "profile": profile,
        "rows": rows,
        "history": history[::-1][:LIMIT],
        "labels": _labels([profile], language),
        "problem": problem,
        "given": given or _filled(profile, language),
        **_offered(request),
    }
    return render.page(request, "profile.html", values, 400 if problem else 200, section=_SECTION)


@router.post("/profiles/{identity}")
def change(request: Request, identity: str, given: Given) -> Response:
    """Change or remove a profile."""
    by = editing(request).name
    try:
        with writing(request) as register:
            if given.get("do") == "remove":
                remove_profile(register, identity, by=by, now=datetime.now(UTC))
                return RedirectResponse("/profiles", 303)
            before = find_profile(register, identity)
            change_profile(
                register,
                before.id,
                _change(given, before),
                by=by,
                now=datetime.now(UTC),
                revision=revision_of(given),
            )
    except (BadRequest, Conflict) as error:
        return _show(request, identity, text_of(error, language_of(request)), given)
    return RedirectResponse(f"/profiles/{before.id}", 303)


def _change(given: dict[str, str], before: Profile | None = None) -> ProfileChange:
    """What a form says of a profile; terms that it does not have any more are forgotten."""
    several = {name: tuple(p.strip() for p in _APART.split(given.get(name, "")) if p.strip()) for name in _FIELDS}
    old = [a.term for a in before.answers if not a.work] if before else []
    kept = {term_named(term) for term in (*several["yes"], *several["no"])}
    return ProfileChange(
        name=clean(given.get("name", "")),
        countries=several["countries"],
        sites=tuple(line.strip() for line in given.get("sites", "").splitlines() if line.strip()),
        employees=given.get("employees", "").strip(),
        turnover=_decimal(given.get("turnover", "")),
        balance=_decimal(given.get("balance", "")),
        complete=given.get("complete") == "1",
        yes=several["yes"],
        no=several["no"],
        forget=tuple(term for term in old if term not in kept),
    )


def _decimal(text: str) -> str:
    """A number as people write it, with a comma too."""
    return text.strip().replace(",", ".")


def _filled(profile: Profile, language: str) -> dict[str, str]:
    """The fields of the form as the profile has them."""
    own = [answer for answer in profile.answers if not answer.work]
    return {
        "name": profile.name,
        "countries": ", ".join(profile.countries),
        "sites": "\n".join(profile.sites),
        "complete": "1" if profile.complete else "",
        **{
            name: ""
            if (value := getattr(profile, name)) is None
            else f"{value:g}"
            if isinstance(value, float)
            else str(value)
            for name in ("employees", "turnover", "balance")
        },
        "yes": "\n".join(label_of(a.term, language) for a in own if a.yes),
        "no": "\n".join(label_of(a.term, language) for a in own if not a.yes),
    }


def _labels(profiles: list[Profile], language: str) -> dict[str, str]:
    return {a.term: label_of(a.term, language) for profile in profiles for a in profile.answers}


def _offered(request: Request) -> dict[str, Any]:
    """The terms that forms offer, by kind, in the reader's language."""
    language = language_of(request)
    return {
        "offered": {
            kind.value: sorted(label_of(term.name, language) for term in terms_of_kind(kind)) for kind in TermKind
        }
    }


@router.get("/profiles/{identity}/interview")
def interview(request: Request, identity: str) -> HTMLResponse:
    """The few questions that decide an act."""
    return _interview(request, identity, parameter(request, "work"))


def _interview(request: Request, identity: str, work: str, problem: str = "") -> HTMLResponse:
    language = language_of(request)
    with reading(request) as register:
        profile = find_profile(register, identity)
        found = questions_for(register, profile, work, language)
        title = titles(register, [work], language).get(work) or work
    asked = []
    for question in found:
        choices = [
            {"value": f"{choice.term}|{choice.work}", "label": label_of(choice.term, language), "basis": choice.basis}
            for choice in question.choices
        ]
        words = describe_question(question.topic.value, [str(c["label"]) for c in choices], language)
        asked.append({"topic": question.topic.value, "words": words, "choices": choices, "norms": question.norms})
    values = {
        "profile": profile,
        "work": work,
        "title": title,
        "asked": asked,
        "problem": problem,
        "given": _filled(profile, language),
    }
    return render.page(request, "interview.html", values, 400 if problem else 200, section=_SECTION)


@router.post("/profiles/{identity}/interview")
def answer(request: Request, identity: str, sent: Sent) -> Response:
    """Take the answers of an interview into the profile."""
    by = editing(request).name
    given, several = sent
    work = clean(given.get("work", ""))
    try:
        with writing(request) as register:
            profile = find_profile(register, identity)
            for change in _answers(given, several):
                profile = change_profile(register, profile.id, change, by=by, now=datetime.now(UTC))
    except (BadRequest, Conflict) as error:
        return _interview(request, identity, work, text_of(error, language_of(request)))
    return RedirectResponse(f"/profiles/{profile.id}/proposals?{urlencode({'work': work})}", 303)


def _answers(given: dict[str, str], several: dict[str, list[str]]) -> list[ProfileChange]:
    """The changes that the answers are: facts and terms for all acts, then terms for one act."""
    roles = [value.partition("|") for name, value in given.items() if name.startswith("role.")]
    yes = [*several["yes"], *(term for answer, _, term in roles if answer == "yes")]
    no = [term for answer, _, term in roles if answer == "no"]
    if given.get("rest") == "no":
        # What was offered and not chosen is not so.
        no += [value for value in several["asked"] if value not in yes and value not in no]
    facts = _read_facts(given)
    works = sorted({value.partition("|")[2] for value in (*yes, *no)})
    chosen = [ProfileChange(yes=_pick_terms(yes, work), no=_pick_terms(no, work), work=work) for work in works]
    return [*([ProfileChange(**facts)] if facts else []), *chosen]


def _read_facts(given: dict[str, str]) -> dict[str, Any]:
    """The fields of a :class:`ProfileChange` that the answers about facts fill; those that were not asked are left out."""
    facts: dict[str, Any] = {}
    if "countries" in given:
        facts["countries"] = tuple(p.strip() for p in _APART.split(given["countries"]) if p.strip())
    for name in ("employees", "turnover", "balance"):
        if name in given:
            facts[name] = _decimal(given[name])
    if given.get("complete") in ("yes", "no"):
        facts["complete"] = given["complete"] == "yes"
    return facts


def _pick_terms(values: Sequence[str], work: str) -> tuple[str, ...]:
    """The terms that were answered for an act (empty: for all), of values that are written ``term|act``."""
    pairs = (value.partition("|") for value in values)
    return tuple(term for term, _, act in pairs if act == work)


@router.get("/profiles/{identity}/proposals")
def proposals(request: Request, identity: str) -> HTMLResponse:
    """What is proposed of the norms of an act, one verdict at a time."""
    return _proposals(request, identity)


def _proposals(request: Request, identity: str, problem: str = "") -> HTMLResponse:
    language, offset = language_of(request), offset_of(request)
    work, chosen = parameter(request, "work"), parameter(request, "verdict")
    everything = request.query_params.get("all") == "1"
    with reading(request) as register:
        profile = find_profile(register, identity)
        found = {
            verdict: list(proposed_norms(register, profile.id, work=work, verdict=verdict, with_assessed=everything))
            for verdict in Verdict
        }
        selected = (
            Verdict(chosen) if chosen in set(Verdict) else next((v for v, n in found.items() if n), Verdict.APPLIES)
        )
        norms = found[selected][offset : offset + LIMIT]
        rows = _rows(register, profile, norms, reader_of(request))
        acts = acts_for(register, profile=profile.id, work=work, language=language)
        title = titles(register, [work], language).get(work) or work
    about = {"work": work, **({"all": "1"} if everything else {})}

    def page_at(at: int) -> str:
        return f"/profiles/{profile.id}/proposals?" + urlencode({**about, "verdict": selected.value, "offset": at})

    tabs = [
        (verdict.value, verdict_words(verdict, language), len(n), urlencode({**about, "verdict": verdict.value}))
        for verdict, n in found.items()
    ]
    values = {
        "profile": profile,
        "work": work,
        "title": title,
        "act": acts[0] if acts else None,
        "act_reason": describe_reason(acts[0].proposal.reason, language) if acts else "",
        "act_verdict": verdict_words(acts[0].proposal.verdict, language) if acts else "",
        "tabs": tabs,
        "selected": selected.value,
        "rows": rows,
        "everything": everything,
        "about": urlencode({"work": work}),
        "address": page_at(offset),
        "problem": problem,
        "done": parameter(request, "done"),
        **page_links(offset, LIMIT, len(norms), offset + LIMIT < len(found[selected]), page_at),
    }
    return render.page(request, "proposals.html", values, 400 if problem else 200, section=_SECTION)


def _rows(register: Register, profile: Profile, norms: list[str], reader: Reader) -> list[Row]:
    own = proposals_for(register, profile, norms)
    records = reviews.records(register, norms)
    language = reader.language
    return [
        Row(
            row,
            own[row.id],
            verdict_words(own[row.id].verdict, language),
            describe_reason(own[row.id].reason, language),
            records[row.id].applicability if row.id in records else "unassessed",
        )
        for row in register.norms_by_id(norms, places=False)
        if row.id in own
    ]


@router.post("/profiles/{identity}/proposals")
def decide(request: Request, identity: str, sent: Sent) -> Response:
    """Confirm the proposals of the norms that are chosen, or record something else of them."""
    by = editing(request).name
    given, several = sent
    norms, do = several["norm"], given.get("do", "")
    words = reader_of(request).section(_SECTION)
    reason = clean(given.get("reason", ""))
    try:
        if not norms:
            raise BadRequest(words("nothing_chosen"))
        if do not in ("confirm", "yes", "no"):
            raise Denied(404, "page")
        if do != "confirm" and not reason:
            raise BadRequest(words("needs_reason"))
        with writing(request) as register:
            profile = find_profile(register, identity)
            own = proposals_for(register, profile, norms)
            reasons = {n: reason or justify(own[n].reason, language_of(request)) for n in norms if n in own}
            verdict = {"yes": Verdict.APPLIES, "no": Verdict.NO}.get(do)
            done = confirm(register, profile, reasons, by=by, verdict=verdict, now=datetime.now(UTC))
    except BadRequest as error:
        return _proposals(request, identity, text_of(error, language_of(request)))
    query = urlencode({"work": given.get("work", ""), "done": len(done)})
    return RedirectResponse(f"/profiles/{profile.id}/proposals?{query}", 303)
