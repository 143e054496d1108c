"""``dutybook show``, ``explain`` and ``rejected``: everything about one norm, and why something was found or rejected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options
from dutybook.cli.options import open_database, who
from dutybook.cli.output import MODALITY_STYLE, count, print_fields, print_json, print_text, row_to_dict, shorten
from dutybook.cli.review import fields_of
from dutybook.cli.search import describe_deadline, describe_legal_status, describe_new_text, describe_times
from dutybook.errors import BadRequest, NotFound

if TYPE_CHECKING:
    from dutybook.records.findings import Doubt
    from dutybook.store import (
        DeadlineRow,
        DefinitionRow,
        EventRow,
        EvidenceRow,
        FactRow,
        NormDetail,
        NormRow,
        RejectedRow,
    )
    from dutybook.store.documents.interpretation import GuidanceRow, RecitalRow
    from dutybook.store.news.entries import Item, Mention
    from dutybook.store.profiles.proposals import NormProposal
    from dutybook.store.versions.differences import DeviationRow


def show(
    context: typer.Context,
    identity: Annotated[str, typer.Argument(metavar="ID", help="A norm's id; its first four characters are enough.")],
    as_json: options.Json = False,
) -> None:
    """Show one norm: who, what, when, under which condition, and where it is written.

    \b
    Example: dutybook show 3fa9
    """
    from dutybook.store.documents.interpretation import guidance_on, recitals_of
    from dutybook.store.news.entries import of_norm
    from dutybook.store.profiles.proposals import proposals_of
    from dutybook.store.watches import watch_items

    with open_database(context) as register:
        kind, full = register.kind_of(identity)
        if kind == "rejected":
            rejected = register.rejection(full)
            print_json(rejected) if as_json else _print_rejected(rejected)
            return
        detail = register.norm(full)
        deviations = register.differences.deviations(norm=full)
        news_items = of_norm(register, full)
        recitals, guidance = recitals_of(register, detail.norm), guidance_on(register, detail.norm)
        came_from = watch_items.address(register, detail.norm.document)
        proposed = proposals_of(register, [full]).get(full, [])
    if as_json:
        news = [
            {"document": item.document, "day": item.day, "title": item.title, "quote": m.quote}
            for item, m in news_items
        ]
        found = {
            **row_to_dict(detail),
            "recitals": recitals,
            "guidance": guidance,
            "deviations": deviations,
            "news": news,
            "proposed": proposed,
        }
        print_json({**found, "address": came_from} if came_from else found)
    else:
        _print_norm(detail, [*_recitals(recitals), *_guidance(guidance)], deviations, news_items, came_from)
        _print_proposals(proposed)


def _print_norm(
    detail: NormDetail,
    interpretation: list[tuple[str, str]],
    deviations: list[DeviationRow],
    news: list[tuple[Item, Mention]],
    came_from: str,
) -> None:
    from dutybook.export.columns import cell_words, norm_lines
    from dutybook.languages.reader import describe_doubts

    norm = detail.norm
    print_text((norm.place or "(no place)", "bold"), "  ", (norm.modality, MODALITY_STYLE.get(norm.modality, "")))
    if norm.stem:
        print_text("  ", (norm.stem, "dim"))
    print_text("  ", norm.quote)
    print_text()
    fields = [
        ("id", norm.id),
        ("strength", norm.strength),
        ("bearer", f"{norm.bearer or '(none named)'} ({norm.bearer_class})"),
        ("role", norm.role),
        *norm_lines(norm, lambda _, value: value),
        ("new text for", describe_new_text(norm) if norm.quoted else None),
        ("reported as", describe_legal_status(norm)),
        ("applies", _applies(norm)),
        *(("deadline", describe_deadline(d)) for d in norm.deadlines),
        *(("penalty", p.quote) for p in detail.penalties),
        *(("cites", _citation(c)) for c in detail.citations),
        *(("term", _definition(d)) for d in detail.definitions),
        *interpretation,
        *(("deviates", _deviation(d, norm.id)) for d in deviations),
        *(("in the news", f"{item.day or 'no date'} {item.title}: “{m.quote}”") for item, m in news),
        ("in", cell_words(norm.cell)),
        ("under", " › ".join(detail.headings) or None),
        ("act", f"{norm.work_title} ({norm.work})" if norm.work else None),
        ("document", norm.document_title),
        ("source", f"{norm.source}{f', page {norm.page}' if norm.page else ''}"),
        ("came from", came_from),
        ("language", norm.language),
        ("confidence", f"{norm.confidence:.2f}"),
        ("doubtful", describe_doubts(detail.doubts)),
    ]
    print_fields(fields)
    if detail.review:
        print_text()
        print_fields(fields_of(detail.review, norm.id))


def _print_proposals(proposed: Sequence[NormProposal]) -> None:
    """Print whether a norm applies to each profile, as proposed."""
    from dutybook.languages.proposal_words import justify, verdict_words

    for one in proposed:
        verdict = verdict_words(one.proposal.verdict, "en")
        print_fields([("proposed", f"{verdict} to {one.name}: {justify(one.proposal.reason, 'en')}")])


def _applies(norm: NormRow) -> str | None:
    """When a norm begins and ceases to apply, with the reason for the first day; or why there is no day."""

    times, why = describe_times(norm), norm.applies_why[0] if norm.applies_why else ""
    if times is None:
        return f"no day is known: {why}" if why else None
    return f"{times} ({why})" if why else times


def _print_rejected(rejected: RejectedRow) -> None:
    """Print a rejected candidate."""
    from dutybook.languages.reader import describe_chain

    print_text((rejected.place or "(no place)", "bold"), "  ", ("rejected", "bold red"))
    print_text("  ", rejected.quote)
    print_text()
    page = f", page {rejected.page}" if rejected.page else ""
    print_fields(
        [
            ("id", rejected.id),
            ("reason", describe_chain(rejected.reason)),
            ("document", rejected.document_title),
            ("source", f"{rejected.source}{page}"),
        ]
    )


def _definition(definition: DefinitionRow) -> str:
    quote = definition.quote if len(definition.quote) <= 160 else definition.quote[:157].rsplit(" ", 1)[0] + "…"
    return f"{definition.term} ({definition.place}): {quote}"


def _recitals(recitals: Sequence[RecitalRow]) -> list[tuple[str, str]]:
    """Recitals that speak of the same; they are recognised by their words, so none of them surely does."""
    return [("recital", f"{row.place} (likeness {row.likeness:.2f}): {shorten(row.quote, 160)}") for row in recitals]


def _guidance(guidance: Sequence[GuidanceRow]) -> list[tuple[str, str]]:
    return [
        ("guidance", f"{shorten(row.title, 60)}{f', {row.place}' if row.place else ''}: {row.quote}")
        for row in guidance
    ]


def _deviation(deviation: DeviationRow, norm: str) -> str:
    """What the other language says, and what this one says."""
    here, there = (
        deviation.statement,
        f"{deviation.other_language} says {deviation.other_statement} ({deviation.other[:8]})",
    )
    if norm == deviation.other:
        here, there = (
            deviation.other_statement,
            f"{deviation.language} says {deviation.statement} ({deviation.norm[:8]})",
        )
    return f"{deviation.kind}: {there}, this text {here}"


def _citation(citation: Any) -> str:
    target = " ".join(part for part in (citation.work, citation.place) if part)
    return f"{citation.as_written} → {target}" if target else f"{citation.as_written} (not resolved)"


def explain(
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
    from dutybook.store.documents.interpretation import guidance_on, recitals_of

    with open_database(context) as register:
        kind, full = register.kind_of(identity)
        norm = register.norm(full) if kind == "norms" else None
        rejected = None if norm else register.rejection(full)
        recitals, guidance = (recitals_of(register, norm.norm), guidance_on(register, norm.norm)) if norm else ([], [])
    if as_json:
        print_json({**row_to_dict(norm), "recitals": recitals, "guidance": guidance} if norm else rejected)
    elif norm:
        _explain_norm(norm)
        terms = [("term", _definition(definition)) for definition in norm.definitions]
        if read_with := [*terms, *_recitals(recitals), *_guidance(guidance)]:
            print_text()
            print_text(("read with", "bold"))
            print_fields(read_with)
    elif rejected:
        _print_rejected(rejected)
        print_fields([*_evidence(rejected.evidence), ("boxes", _boxes(rejected.boxes))])


def _explain_norm(detail: NormDetail) -> None:

    norm = detail.norm
    print_text((f"{norm.place} ", "bold"), f"is a norm ({norm.modality}, {norm.strength}):")
    print_text("  ", norm.quote)
    print_text()
    where = f"characters {norm.span[0]}–{norm.span[1]} of the text"
    print_fields([*_evidence(detail.evidence, detail.doubts), ("words at", where), ("boxes", _boxes(norm.boxes))])
    if norm.applies_why:
        print_text()
        print_text(("applies ", "bold"), describe_times(norm) or "no day is known")
        print_fields([("why", why) for why in norm.applies_why])
        for time in detail.times:
            day = str(
                time.applies_from or (time.status == "changed" and "changed by a later act, see there") or time.quote
            )
            print_fields([("may be", f"{day}: {time.about or 'all other cases'} ({time.place}, {time.status})")])
        for fact in detail.dates:
            print_text()
            print_text((f"{fact.type.replace('_', ' ')} ", "bold"), f"“{fact.quote}”, {fact.place or 'no place'}")
            print_fields([*_steps(fact), ("day", str(fact.due) if fact.due else None), *_evidence(fact.evidence)])
    for deadline in norm.deadlines:
        print_text()
        print_text(("deadline ", "bold"), describe_deadline(deadline))
        result = str(deadline.due) if deadline.due else f"no date: {deadline.reason or 'the text does not fix one'}"
        print_fields(
            [
                ("id", deadline.id),
                ("started by", deadline.starter or None),
                *_steps(deadline),
                ("due", result),
                *_evidence(deadline.evidence),
            ]
        )
        for event in deadline.events:
            print_fields([("event", event.origin), *_steps(event), ("due", event.dates[0].replace("T", " "))])


def _steps(found: DeadlineRow | EventRow | FactRow) -> list[tuple[str, str]]:
    return [(f"step {number}", step) for number, step in enumerate(found.steps, 1)]


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


def _boxes(boxes: tuple[dict[str, float], ...]) -> str:
    """Boxes as text: page, then left, top, right, bottom in points."""
    return "; ".join(
        f"page {box['page']}: {box['x0']:.0f},{box['top']:.0f}–{box['x1']:.0f},{box['bottom']:.0f} pt" for box in boxes
    )


def list_rejected(
    context: typer.Context,
    document: options.Document = None,
    limit: options.Limit = 50,
    take_in: Annotated[
        str | None, typer.Option("--take-in", help="Make a norm of this rejected sentence.", metavar="ID")
    ] = None,
    take_back: Annotated[
        str | None, typer.Option("--take-back", help="Reject a sentence again that was taken in.", metavar="ID")
    ] = None,
    modality: Annotated[
        str, typer.Option("--modality", help="With --take-in: obligation, prohibition, permission or exemption.")
    ] = "obligation",
    bearer: Annotated[str | None, typer.Option("--bearer", help="With --take-in: who must act.")] = None,
    reason: Annotated[str, typer.Option("--reason", help="With --take-in: why.")] = "",
    by: Annotated[str | None, typer.Option("--by", help="Who says so.", metavar="NAME")] = None,
    as_json: options.Json = False,
) -> None:
    """List what looked like a norm and was judged to be none, by reason; or take such a sentence in as a norm.

    \b
    Example: dutybook rejected --document circular
    """
    if take_in is not None or take_back is not None:
        _change_rejection(context, take_in, take_back, (modality, bearer, reason), by)
        return
    with open_database(context) as register:
        if document is not None and not register.documents(document):
            raise NotFound(f"no document in the register matches {document!r}. `dutybook documents` lists them.")
        rows = register.rejected(document, limit + 1)
    more = len(rows) > limit
    rows = rows[:limit]
    if as_json:
        print_json(rows)
        return
    _print_rejected_rows(rows)
    print_text((count(len(rows), "candidate") + (" and more: raise --limit" if more else ""), "dim"))


def _change_rejection(
    context: typer.Context,
    take_in: str | None,
    take_back: str | None,
    norm_fields: tuple[str, str | None, str],
    by: str | None,
) -> None:
    """Take a rejected sentence in as a norm, or reject it again."""
    from dutybook.store.judgements import additions

    if take_in is not None and take_back is not None:
        raise BadRequest("--take-in and --take-back do not go together. Give one of them.")
    with open_database(context, writes=True) as register:
        if take_back is not None:
            print_text(f"rejected again: {additions.take_back(register, take_back)[:12]}")
            return
        modality, bearer, reason = norm_fields
        addition = additions.Addition(modality, bearer, why=reason)
        norm = additions.add_norm(register, take_in or "", addition, by=who(by))
        print_text("a norm now: ", (norm[:12], "bold"), "  undo: ", f"dutybook rejected --take-back {norm[:12]}")


def _print_rejected_rows(rows: Sequence[RejectedRow]) -> None:
    """Rejected sentences under the reason for which each was, the most frequent reason first."""
    from dutybook.languages.reader import describe_chain

    groups: dict[str, list[RejectedRow]] = {}
    for row in rows:
        groups.setdefault(describe_chain(row.reason), []).append(row)
    for reason, group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        print_text((reason, "bold red"), (f"  {len(group):,}", "dim"))
        for row in group:
            page = f", page {row.page}" if row.page else ""
            print_text("  ", (row.place or "(no place)", "bold"), "  ", (row.id[:12], "dim"))
            print_text("    ", row.quote)
            print_text("    ", (f"{shorten(row.document_title or row.source)}{page}", "dim"))
