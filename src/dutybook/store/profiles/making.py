"""Makes what is proposed for profiles, whenever a document is stored or a profile changes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from dutybook.records.profiles import Basis, Profile, Proposal
from dutybook.store.database.connection import translated
from dutybook.store.database.protocols import Connection
from dutybook.store.profiles.rows import read_profiles
from dutybook.store.sql import Sql, compose, upsert_into

if TYPE_CHECKING:
    from dutybook.resolve.applicability.addressees import AddressedNorm
    from dutybook.resolve.applicability.scope import ActText
    from dutybook.store.register import Register

_DOCUMENTS = """SELECT d.id, d.work, d.language, w.jurisdiction FROM documents d JOIN works w ON w.id = d.work
    WHERE d.norms > 0 AND d.family <> 'news' AND {chosen} ORDER BY d.id"""
_PASSAGES = """SELECT id, parent, kind, heading, place, zone, span_start, span_end FROM provisions
    WHERE document = ? ORDER BY position"""
_DEFINITIONS = """SELECT term, coalesce(actor, ''), quote, place, span_start, span_end FROM definitions
    WHERE document = ? ORDER BY position"""
_NORMS = """SELECT id, place, coalesce(bearer, ''), bearer_class, coalesce(role, ''), quote,
    coalesce(stem, ''), span_start, span_end FROM norms WHERE document = ? ORDER BY position, id"""
_PROPOSAL_COLUMNS = ("verdict", "code", "reason_values", "place", "quote", "span_start", "span_end")
_PUT = upsert_into("proposals", ("profile", "norm", "document", *_PROPOSAL_COLUMNS), ("profile", "norm"))
_PUT_ACT = upsert_into("act_proposals", ("profile", "document", "work", *_PROPOSAL_COLUMNS), ("profile", "document"))


def follow(connection: Connection, works: Iterable[str]) -> None:
    """Make the proposals for these works anew, for all profiles; a step of storing a document."""
    everyone = read_profiles(connection)
    if everyone:
        propose(connection, list(works), everyone)


def propose(connection: Connection, works: Sequence[str] | None, profiles: Sequence[Profile]) -> None:
    """Make the proposals for profiles anew, of some works or (None) of all; in the caller's transaction."""
    # Imported here, so that who only searches does not load the words of roles.
    from dutybook.resolve.applicability.addressees import AddressedNorm
    from dutybook.resolve.applicability.proposing import ActProposer

    for profile in profiles:
        for table in (compose("proposals"), compose("act_proposals")):
            _delete(connection, table, profile.id, works)
    chosen = compose("1") if works is None else compose("d.work IN (SELECT value FROM json_each(?))")
    given = () if works is None else (json.dumps(list(works)),)
    for document, work, language, jurisdiction in connection.execute(
        compose(_DOCUMENTS, chosen=chosen), given
    ).fetchall():
        act = _read_act(connection, document, work, language, jurisdiction)
        norms = [AddressedNorm(*row) for row in connection.execute(_NORMS, (document,))]
        proposer = ActProposer(act)
        for profile in profiles:
            own = proposer.propose_act(profile)
            connection.execute(_PUT_ACT, (profile.id, document, work, *_values(own)))
            made = ((profile.id, p.norm, document, *_values(p)) for p in proposer.propose(profile, norms))
            connection.executemany(_PUT, made)


def _delete(connection: Connection, table: Sql, profile: str, works: Sequence[str] | None) -> None:
    if works is None:
        connection.execute(compose("DELETE FROM {table} WHERE profile = ?", table=table), (profile,))
        return
    connection.execute(
        compose(
            """DELETE FROM {table} WHERE profile = ? AND document IN
            (SELECT id FROM documents WHERE work IN (SELECT value FROM json_each(?)))""",
            table=table,
        ),
        (profile, json.dumps(list(works))),
    )


def _read_act(connection: Connection, document: str, work: str, language: str, jurisdiction: str) -> ActText:
    from dutybook.resolve.applicability.scope import ActText, DefinedTerm, Passage

    row = connection.execute("SELECT text FROM texts WHERE document = ?", (document,)).fetchone()
    return ActText(
        document,
        work,
        language,
        jurisdiction,
        str(row[0]) if row else "",
        [Passage(*each) for each in connection.execute(_PASSAGES, (document,))],
        [DefinedTerm(*each) for each in connection.execute(_DEFINITIONS, (document,))],
    )


def read_act(register: Register, document: str) -> ActText:
    """The text of a document (full id) as proposals read it."""
    with translated(register.path):
        work, language, jurisdiction = register._connection.execute(
            "SELECT d.work, d.language, w.jurisdiction FROM documents d JOIN works w ON w.id = d.work WHERE d.id = ?",
            (document,),
        ).fetchone()
        return _read_act(register._connection, document, work, language, jurisdiction)


def read_norms(register: Register, document: str) -> list[AddressedNorm]:
    """The norms of a document (full id) as proposals read them."""
    from dutybook.resolve.applicability.addressees import AddressedNorm

    with translated(register.path):
        return [AddressedNorm(*row) for row in register._connection.execute(_NORMS, (document,))]


def _values(proposal: Proposal) -> tuple[object, ...]:
    reason, basis = proposal.reason, proposal.reason.basis or Basis("", "", "")
    reason_values = json.dumps(dict(reason.values), ensure_ascii=False)
    return (proposal.verdict.value, reason.code, reason_values, basis.place, basis.quote, basis.start, basis.end)
