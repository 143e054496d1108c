"""What is proposed for profiles: read with its reasons, and confirmed by people."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dutybook.errors import BadRequest
from dutybook.records.profiles import Basis, Ground, Profile, Proposal, Verdict
from dutybook.store.database.connection import translated
from dutybook.store.database.protocols import Connection
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.reviews import Done
from dutybook.store.profiles.for_us import state_of
from dutybook.store.sql import compose

if TYPE_CHECKING:
    from dutybook.store.register import Register


@dataclass(frozen=True, slots=True)
class NormProposal:
    """A proposal with the profile that it is for: its id and name."""

    profile: str
    name: str
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class ActProposal:
    """What is proposed of a text of an act as a whole, and how many of its norms that stand today apply, do not, and are asked.

    ``confirmed`` counts those of which somebody said whether they apply.
    """

    profile: str
    name: str
    document: str
    work: str
    language: str
    title: str
    proposal: Proposal
    applies: int = 0
    no: int = 0
    ask: int = 0
    confirmed: int = 0


_OF_NORMS = """SELECT p.profile, r.name, p.norm, p.verdict, p.code, p.reason_values, p.document, p.place, p.quote, p.span_start, p.span_end
    FROM proposals p JOIN profiles r ON r.id = p.profile WHERE p.norm IN (SELECT value FROM json_each(?))
    ORDER BY fold(r.name), p.profile"""


def proposals_of(register: Register, norms: Sequence[str]) -> dict[str, list[NormProposal]]:
    """What is proposed of norms (full ids), by norm; profiles in the order of their names."""
    found: dict[str, list[NormProposal]] = defaultdict(list)
    with translated(register.path):
        for profile, name, norm, *values in register._connection.execute(_OF_NORMS, (json.dumps(list(norms)),)):
            found[norm].append(NormProposal(profile, name, _proposal(norm, values)))
    return dict(found)


def proposals_for(register: Register, profile: Profile, norms: Sequence[str]) -> dict[str, Proposal]:
    """What is proposed of norms (full ids) for one profile, by norm."""
    found = proposals_of(register, norms)
    return {norm: own.proposal for norm, made in found.items() for own in made if own.profile == profile.id}


_STATES = """SELECT w.value, (SELECT r.applicability FROM norm_reviews v JOIN reviews r ON r.id = v.review WHERE v.norm = w.value
    ORDER BY r.changed DESC LIMIT 1), (SELECT group_concat(DISTINCT p.verdict) FROM proposals p WHERE p.norm = w.value)
    FROM json_each(?) w"""


def for_us_states(register: Register, norms: Sequence[str]) -> dict[str, str]:
    """Whether norms (full ids) are for us: confirmed, proposed, ask or no. Empty where there are no profiles."""
    with translated(register.path):
        connection = register._connection
        if connection.execute("SELECT 1 FROM profiles LIMIT 1").fetchone() is None:
            return {}
        return {
            str(norm): state_of(applicability, (verdicts or "").split(","))
            for norm, applicability, verdicts in connection.execute(_STATES, (json.dumps(list(norms)),))
        }


def _proposal(norm: str, values: Sequence[object]) -> Proposal:
    verdict, code, reason_values, document, place, quote, start, end = values
    basis = Basis(str(document), str(place), str(quote), int(str(start)), int(str(end))) if quote else None
    return Proposal(
        norm, Verdict(str(verdict)), Ground(str(code), tuple(json.loads(str(reason_values)).items()), basis)
    )


_ACTS = """SELECT p.profile, r.name, p.document, p.work, d.language, coalesce(nullif(d.title, ''), d.source), p.verdict, p.code, p.reason_values, p.document,
    p.place, p.quote, p.span_start, p.span_end,
    sum(n.verdict = 'applies'), sum(n.verdict = 'no'), sum(n.verdict = 'ask'),
    sum(EXISTS (SELECT 1 FROM norm_reviews v JOIN reviews w ON w.id = v.review WHERE v.norm = n.norm AND w.applicability <> 'unassessed'))
    FROM act_proposals p JOIN profiles r ON r.id = p.profile JOIN documents d ON d.id = p.document
    LEFT JOIN versions s ON s.document = p.document
    LEFT JOIN proposals n ON n.profile = p.profile AND n.document = p.document
    WHERE {chosen} AND coalesce(s.preferred AND s.current, 1) GROUP BY p.profile, p.document, r.id, d.id
    ORDER BY fold(r.name), p.profile, p.work, d.language <> ?, d.language, p.document"""


def acts_for(
    register: Register, *, profile: str | None = None, work: str | None = None, language: str = "en"
) -> list[ActProposal]:
    """What is proposed of acts as a whole, for a profile (id) or all; one text an act, in ``language`` where there is one."""
    chosen, given = compose("1"), []
    if profile is not None:
        chosen, given = compose("p.profile = ?"), [profile]
    if work is not None:
        chosen, given = compose("{chosen} AND p.work = ?", chosen=chosen), [*given, work]
    found: dict[tuple[str, str], ActProposal] = {}
    with translated(register.path):
        rows = register._connection.execute(compose(_ACTS, chosen=chosen), (*given, language)).fetchall()
    for owner, name, document, act, spoken, title, *values in rows:
        counts = [int(number or 0) for number in values[-4:]]
        made = ActProposal(owner, name, document, act, spoken, title, _proposal("", values[:-4]), *counts)
        found.setdefault((owner, act), made)
    return list(found.values())


#: What a person makes of a proposal: the field of the record by the verdict.
_APPLICABILITY = {Verdict.APPLIES: "yes", Verdict.NO: "no"}


def confirm(
    register: Register,
    profile: Profile,
    reasons: Mapping[str, str],
    *,
    by: str,
    verdict: Verdict | None = None,
    now: datetime | None = None,
) -> list[Done]:
    """Record of norms (full ids, each with the reason in words) that they apply or do not, as proposed for a profile.

    Args:
        verdict: what the person says instead, of all of them.

    A norm that is said not to apply to one profile and is proposed for another, or is to be asked there, is recorded as "partly".

    Raises:
        BadRequest: there is no proposal for one of them, it is one to be asked, or nobody is named.
    """
    with reviews.writing(register, by=by, now=now) as book:
        everything = _proposals_in(book.connection, list(reasons))
        wanted: dict[str, list[Change]] = {}
        for norm, reason in reasons.items():
            own = everything.get(norm, {})
            decision = verdict or own.get(profile.id)
            if decision is None:
                raise BadRequest(f"nothing is proposed for {profile.name} of the norm {norm[:12]}")
            if decision is Verdict.ASK:
                raise BadRequest(
                    f"whether the norm {norm[:12]} applies to {profile.name} is to be asked: say yes or no, and why"
                )
            others = {other for owner, other in own.items() if owner != profile.id}
            applies = _APPLICABILITY[decision]
            if decision is Verdict.NO and others - {Verdict.NO}:
                applies = "partly"
            wanted[norm] = [Change(applicability=applies, reason=f"{profile.name}: {reason}"[:2000])]
        return reviews.say(book, wanted)


def _proposals_in(connection: Connection, norms: Sequence[str]) -> dict[str, dict[str, Verdict]]:
    """The verdicts for norms, by norm and profile."""
    found: dict[str, dict[str, Verdict]] = defaultdict(dict)
    sql = "SELECT norm, profile, verdict FROM proposals WHERE norm IN (SELECT value FROM json_each(?))"
    for norm, profile, verdict in connection.execute(sql, (json.dumps(list(norms)),)):
        found[norm][profile] = Verdict(verdict)
    return found


def proposed_norms(
    register: Register,
    profile: str,
    *,
    work: str | None = None,
    verdict: Verdict | None = None,
    with_assessed: bool = False,
) -> Iterator[str]:
    """The norms (ids) that stand today with a proposal for a profile (id), act by act in the order of the text.

    Args:
        with_assessed: also those of which somebody recorded whether they apply.
    """
    sql = compose(
        """SELECT p.norm FROM proposals p JOIN norm_facets f ON f.norm = p.norm JOIN norms n ON n.id = p.norm
        WHERE p.profile = ?1 AND f.standing = 1 AND (f.identity = f.norm OR NOT EXISTS (SELECT 1 FROM norm_facets g
        WHERE g.norm = f.identity AND g.standing = 1)) AND (?2 = '' OR f.work = ?2) AND (?3 = '' OR p.verdict = ?3)
        AND (?4 OR p.norm NOT IN (SELECT v.norm FROM norm_reviews v JOIN reviews r ON r.id = v.review
        WHERE r.applicability <> 'unassessed')) ORDER BY f.work, p.document, n.position"""
    )
    with translated(register.path):
        rows = register._connection.execute(
            sql, (profile, work or "", verdict.value if verdict else "", with_assessed)
        ).fetchall()
    yield from (str(row[0]) for row in rows)
