"""``dutybook show``: everything about one norm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State
    from dutybook.store import DefinitionRow, NormDetail, NormRow, RejectedRow
    from dutybook.store.news.entries import Item, Mention
    from dutybook.store.versions.differences import DeviationRow

NAME = "show"


def command(
    context: typer.Context,
    identity: Annotated[str, typer.Argument(metavar="ID", help="A norm's id; its first four characters are enough.")],
    as_json: options.Json = False,
) -> None:
    """Show one norm: who, what, when, under which condition, and where it is written.

    \b
    Example: dutybook show 3fa9
    """
    from dutybook.cli.output import print_json
    from dutybook.store import open_register
    from dutybook.store.news.entries import of_norm
    from dutybook.store.watches import watch_files

    state: State = context.obj
    with open_register(state.database, read_only=True, create=False) as register:
        kind, full = register.kind_of(identity)
        if kind == "rejected":
            rejected = register.rejection(full)
            print_json(plain(rejected)) if as_json else print_rejected(rejected)
            return
        detail = register.norm(full)
        deviations = register.differences.deviations(norm=full)
        news_items = of_norm(register, full)
        came_from = watch_files.address(register, detail.norm.document)
    if as_json:
        news = [
            {"document": item.document, "day": item.day, "title": item.title, "quote": m.quote}
            for item, m in news_items
        ]
        found = {**plain(detail), "deviations": plain(deviations), "news": news}
        print_json({**found, "address": came_from} if came_from else found)
    else:
        _print(detail, deviations, news_items, came_from)


def plain(value: Any) -> Any:
    """Rows as JSON values."""
    from dataclasses import fields, is_dataclass
    from datetime import date

    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _print(
    detail: NormDetail, deviations: list[DeviationRow], news: list[tuple[Item, Mention]], came_from: str
) -> None:
    from dutybook.cli.output import MODALITY_STYLE, console, text
    from dutybook.cli.review_output import fields_of
    from dutybook.cli.search import describe_deadline
    from dutybook.export.columns import cell_words, norm_lines
    from dutybook.languages.reader import describe_doubts

    norm = detail.norm
    out = console()
    title = text((norm.place or "(no place)", "bold"), "  ", (norm.modality, MODALITY_STYLE.get(norm.modality, "")))
    out.print(title)
    if norm.stem:
        out.print(text("  ", (norm.stem, "dim")))
    out.print(text("  ", norm.quote))
    out.print()
    fields = [
        ("id", norm.id),
        ("strength", norm.strength),
        ("bearer", f"{norm.bearer or '(none named)'} ({norm.bearer_class})"),
        ("role", norm.role),
        *norm_lines(norm, lambda _, value: value),
        ("applies", _applies(norm)),
        *(("deadline", describe_deadline(d)) for d in norm.deadlines),
        *(("penalty", p.quote) for p in detail.penalties),
        *(("cites", _citation(c)) for c in detail.citations),
        *(("term", _definition(d)) for d in detail.definitions),
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
        out.print()
        print_fields(fields_of(detail.review, norm.id))


def _applies(norm: NormRow) -> str | None:
    """When a norm begins and ceases to apply, with the reason for the first day; or why there is no day."""
    from dutybook.cli.search import describe_times

    times, why = describe_times(norm), norm.applies_why[0] if norm.applies_why else ""
    if times is None:
        return f"no day is known: {why}" if why else None
    return f"{times} ({why})" if why else times


def print_fields(fields: list[tuple[str, str | None]]) -> None:
    """Print names and values below each other, without unknown values."""
    from dutybook.cli.output import console, text

    out = console()
    for name, value in fields:
        if value:
            out.print(text((f"{name:>11}  ", "dim"), value))


def print_rejected(rejected: RejectedRow) -> None:
    """Print a rejected candidate."""
    from dutybook.cli.output import console, text
    from dutybook.languages.reader import describe_chain

    out = console()
    out.print(text((rejected.place or "(no place)", "bold"), "  ", ("rejected", "bold red")))
    out.print(text("  ", rejected.quote))
    out.print()
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


def _deviation(deviation: DeviationRow, norm: str) -> str:
    """What the other language says, and what this one says."""
    here, there = deviation.said, f"{deviation.other_language} says {deviation.other_said} ({deviation.other[:8]})"
    if norm == deviation.other:
        here, there = deviation.other_said, f"{deviation.language} says {deviation.said} ({deviation.norm[:8]})"
    return f"{deviation.kind}: {there}, this text {here}"


def _citation(citation: Any) -> str:
    target = " ".join(part for part in (citation.work, citation.place) if part)
    return f"{citation.as_written} → {target}" if target else f"{citation.as_written} (not resolved)"
