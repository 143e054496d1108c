"""A register of fictional acts in which everything that a report can say is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from builders import N, make_analysis
from dutybook.reasons import reason_without_code
from dutybook.records import (
    Amount,
    Analysis,
    CellPlace,
    Definition,
    Part,
    Provision,
    ProvisionKind,
    Zone,
)
from dutybook.store import Register, open_register
from dutybook.store.deadlines.events import Counted, event_of, store
from dutybook.store.documents.flatten import unreadable
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from quay import FIRST, SECOND, read

TODAY = date(2031, 7, 20)
NOW = datetime(2031, 3, 2, 14, 0, tzinfo=UTC)
REPORT = N(
    "Each harbour operator shall report an incident within 72 hours after noticing it if a crane falls unless it is a toy.",
    place="Art 5(1)",
    bearer="harbour operator",
    action="report an incident",
    condition="if a crane falls",
    exception="unless it is a toy",
    deadline="within 72 hours",
    anchor="after noticing it",
)
PERMIT = N("A permit should follow by 2 August 2031.", place="Art 6", strength="should", deadline="by 2 August 2031", kind="fixed", value="2031-08-02", direction=None, due=date(2031, 8, 2))  # fmt: skip
BAN = N("An operator must not sell logs.", place="Art 7", modality="prohibition", bearer="operator")
FINE = N("A fine of EUR 1 000 is due.", norm=False, penalty=("A fine of EUR 1 000", Amount(1000.0, "EUR")))
FORCE = N("It enters into force on 1 May 2031.", norm=False, fact=("entry_into_force", "1 May 2031", "2031-05-01"))
DEEMED = N("A berth shall be considered safe.", place="Art 8", rejected="deeming")


def harbour() -> Analysis:
    """An act with a chapter, a defined term, a penalty of two norms, a table, a fact and a rejected sentence."""
    made = make_analysis([REPORT, PERMIT, BAN, FINE, FORCE, DEEMED], pages=2)
    report, permit, ban = made.norms
    (penalty,) = made.penalties
    chapter = Provision("c" * 16, None, ProvisionKind.CHAPTER, "II", "DUTIES", report.span, "Chapter II", Zone.ENACTING)
    term = Definition("d" * 16, report.provision, "Art 2(1)", 1, report.span, Part("toy", report.span), None, "en", report.evidence)  # fmt: skip
    return replace(
        made,
        document=replace(made.document, published="2031-02-01"),
        provisions=(chapter, *(replace(p, parent=chapter.id) for p in made.provisions)),
        norms=(
            replace(report, definitions=(term.id,), penalties=(penalty.id,), applies_from=date(2031, 5, 1)),
            replace(permit, cell=CellPlace(1, 2, 3, "Deadline", "Permit")),
            replace(ban, penalties=(penalty.id,)),
        ),
        definitions=(term,),
        facts=tuple(replace(fact, due=date(2031, 5, 1)) for fact in made.facts),
    )


def rich() -> Register:
    """The harbour act with people's work and a stored event, an act in two versions, a file that could not be read."""
    register = open_register()
    register.add(harbour())
    for text, version in ((FIRST, None), (SECOND, "2032-01-01")):
        register.add(read(text, "en", version))
    register.write(unreadable("/acts/broken.pdf", "f" * 64, reason_without_code("no page tree").of_kind("broken")))
    norm = next(n for n in register.norms() if n.place == "Art 5(1)")
    event = event_of(norm, norm.deadlines[0], Counted(occurred_at="2031-07-18T10:00+01:00", dates=["2031-07-21T10:00+01:00"], steps=["three days"], note="crane 3"), now=NOW)  # fmt: skip
    store(register, [event])
    said = Change(
        status="requires review", owner="anna", due="2031-07-31", note="asked <b>the</b> supplier", applicability="partly", reason="only the quay", links=(("Policy", "https://example.org/p"),)
    )  # fmt: skip
    reviews.change(register, [norm.id], said, by="anna", now=NOW)
    return register
