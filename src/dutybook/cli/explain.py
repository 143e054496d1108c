"""``dutybook explain``: why something was found or rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State
    from dutybook.records.doubts import Doubt
    from dutybook.store import EvidenceRow, NormDetail, RejectedRow

NAME = "explain"


def command(
    context: typer.Context,
    identity: Annotated[
        str, typer.Argument(metavar="ID", help="Id of a norm or of a rejected candidate, or its beginning.")
    ],
    as_json: options.Json = False,
) -> None:
    """Say which rule or model spoke, on which words, how surely, and how each date was computed.

    \b
    Example: dutybook explain 3fa9
    """
    from dutybook.cli.output import print_json
    from dutybook.cli.show import plain
    from dutybook.store import open_register

    state: State = context.obj
    with open_register(state.database, read_only=True, create=False) as register:
        kind, full = register.kind_of(identity)
        found: NormDetail | RejectedRow = register.norm(full) if kind == "norms" else register.rejection(full)
    if as_json:
        print_json(plain(found))
    elif kind == "norms":
        _norm(found)
    else:
        _rejected(found)


def _norm(detail: Any) -> None:
    from dutybook.cli.output import console, text
    from dutybook.cli.search import describe_deadline, describe_times
    from dutybook.cli.show import print_fields

    norm = detail.norm
    out = console()
    out.print(text((f"{norm.place} ", "bold"), f"is a norm ({norm.modality}, {norm.strength}):"))
    out.print(text("  ", norm.quote))
    out.print()
    print_fields([*_evidence(detail.evidence, detail.doubts), ("words at", f"characters {norm.span[0]}–{norm.span[1]} of the text"),
                  ("boxes", _boxes(norm.boxes))])  # fmt: skip
    if norm.applies_why:
        out.print()
        out.print(text(("applies ", "bold"), describe_times(norm) or "no day is known"))
        print_fields([("why", why) for why in norm.applies_why])
        for fact in detail.dates:
            out.print()
            out.print(text((f"{fact.type.replace('_', ' ')} ", "bold"), f"“{fact.quote}”, {fact.place or 'no place'}"))
            fields = [(f"step {number}", step) for number, step in enumerate(fact.steps, 1)]
            print_fields([*fields, ("day", str(fact.due) if fact.due else None), *_evidence(fact.evidence)])
    for deadline in norm.deadlines:
        out.print()
        out.print(text(("deadline ", "bold"), describe_deadline(deadline)))
        steps = [(f"step {number}", step) for number, step in enumerate(deadline.steps, 1)]
        result = str(deadline.due) if deadline.due else f"no date: {deadline.reason or 'the text does not fix one'}"
        print_fields(
            [
                ("id", deadline.id),
                ("started by", deadline.starter or None),
                *steps,
                ("due", result),
                *_evidence(deadline.evidence),
            ]
        )
        for event in deadline.events:
            counted = [(f"step {number}", step) for number, step in enumerate(event.steps, 1)]
            print_fields([("event", event.said), *counted, ("due", event.dates[0].replace("T", " "))])


def _rejected(found: Any) -> None:
    from dutybook.cli.show import print_fields, print_rejected

    print_rejected(found)
    print_fields([*_evidence(found.evidence), ("boxes", _boxes(found.boxes))])


def _evidence(evidence: EvidenceRow | None, doubts: tuple[Doubt, ...] = ()) -> list[tuple[str, str | None]]:
    from dutybook.languages.reader import describe_chain, describe_doubts

    if evidence is None:
        return [("rule", "none is recorded")]
    page = f" (page {evidence.page})" if evidence.page else ""
    return [
        ("rule", f"{evidence.name} {evidence.version}".strip()),
        ("cue", f"{evidence.cue}{page}" if evidence.cue else None),
        ("confidence", f"{evidence.confidence:.2f}"),
        ("doubtful", describe_doubts(doubts)),
        ("why", describe_chain(evidence.why)),
    ]


def _boxes(boxes: tuple[dict[str, float], ...]) -> str | None:
    """Boxes as text: page, then left, top, right, bottom in points."""
    return (
        "; ".join(
            f"page {box['page']}: {box['x0']:.0f},{box['top']:.0f}–{box['x1']:.0f},{box['bottom']:.0f} pt"
            for box in boxes
        )
        or None
    )
