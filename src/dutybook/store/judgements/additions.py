"""Adding a norm that the program rejected: who says so, and why; taken back again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dutybook.errors import BadRequest
from dutybook.records import BearerClass, Modality
from dutybook.store.database.connection import immediate, translated
from dutybook.store.documents.additions import id_of
from dutybook.store.ids import ids_named, only_id
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change, check_author
from dutybook.store.judgements.record_rows import moment
from dutybook.suggestions import check_one_of

if TYPE_CHECKING:
    from dutybook.store.register import Register


@dataclass(frozen=True, slots=True)
class Addition:
    """What somebody says of a rejected sentence: which kind of norm it is, whom it binds, and why."""

    modality: str = Modality.OBLIGATION
    bearer: str | None = None
    bearer_class: str = BearerClass.ANY
    why: str = ""


def add_norm(register: Register, rejected: str, addition: Addition, *, by: str, now: datetime | None = None) -> str:
    """Make a norm of a rejected sentence and confirm it in the name of a person. Returns the id of the norm.

    It stays a norm when the document is read again, as long as the sentence would be rejected. It has no deadline of its own until the
    norm is corrected.

    Args:
        rejected: the id of the sentence, or its beginning.
        addition: what it is.
        by: who says so.

    Raises:
        NotFound: there is no such sentence.
        BadRequest: nobody is named, or the modality or the class is none; or it was added before.
    """
    check_author(by)
    check_one_of("modality", addition.modality, tuple(Modality))
    check_one_of("bearer class", addition.bearer_class, tuple(BearerClass))
    sentence = register.rejection(rejected)
    norm = id_of(sentence.document, sentence.id)
    with translated(register.path), immediate(register._connection):
        connection = register._connection
        if connection.execute("SELECT 1 FROM added_norms WHERE rejected = ?", (sentence.id,)).fetchone():
            raise BadRequest(f"it was added before: dutybook show {norm[:12]}")
        connection.execute(
            "INSERT INTO added_norms (rejected, norm, document, quote, modality, bearer, bearer_class, why, by, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(sentence.id, norm, sentence.document, sentence.quote, addition.modality, addition.bearer or None),
                *(addition.bearer_class, addition.why, by.strip(), moment(now)),
            ),
        )
        register._writer.rewrite(sentence.document)
    reviews.change(register, [norm], Change(finding="confirmed", reason=addition.why or None), by=by, now=now)
    return norm


def take_back(register: Register, identity: str) -> str:
    """Reject a sentence again that somebody had made a norm; returns the id of the sentence.

    Args:
        identity: the id of the norm or of the sentence, or its beginning.

    Raises:
        NotFound: nobody added such a norm, or several begin so.
    """
    with translated(register.path), immediate(register._connection):
        connection = register._connection
        found = [
            each for column in ("norm", "rejected") for each in ids_named(connection, "added_norms", identity, column)
        ]
        where = "`dutybook rejected` lists sentences that can be added."
        full = only_id(found, identity, "norm that somebody added", where)
        added = "SELECT rejected, document FROM added_norms WHERE ? IN (norm, rejected)"
        rejected, document = connection.execute(added, (full,)).fetchone()
        connection.execute("DELETE FROM added_norms WHERE rejected = ?", (rejected,))
        register._writer.rewrite(document)
    return str(rejected)
