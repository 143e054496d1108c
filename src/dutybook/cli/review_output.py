"""Prints review records and their history."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dutybook.store import NormRow, Register
    from dutybook.store.judgements.history import HistoryRow
    from dutybook.store.judgements.record import Correction, Record
    from dutybook.store.judgements.reviews import Done

Fields = list[tuple[str, str | None]]


def fields_of(record: Record, norm: str) -> Fields:
    """The review record as names and values, for ``show``; ``norm`` (full id) is the one that is printed."""
    fields: Fields = [("status", record.status + (f" ({record.why})" if record.why else ""))]
    applies = " ".join(part for part in (record.applicability_by, record.applicability_on) if part)
    if record.applicability != "unassessed":
        reason = f": {record.applicability_reason}" if record.applicability_reason else ""
        fields.append(("applies to us", f"{record.applicability}{reason} ({applies})"))
    finding = record.finding + (f": {record.finding_reason}" if record.finding_reason else "")
    fields += [
        ("owner", record.owner),
        ("reviewer", record.reviewer),
        ("own date", record.due),
        ("look again", record.review_date),
        ("control", record.control),
        ("finding", finding if record.finding else None),
    ]
    fields += [("corrected", correction_words(c)) for c in record.corrections if c.norm == norm]
    fields += [("note", f"{note.at[:10]} {note.by}: {note.text}") for note in record.notes]
    fields += [("evidence", f"{k.label}: {k.target}" if k.label else k.target) for k in record.links]
    if record.norm != norm:
        tie = record.tie
        where = f"{tie.place or '(no place)'} of {tie.title} ({tie.language})"
        fields.append(("said of", f"{where}{f', version of {tie.version}' if tie.version else ''}  {record.norm[:12]}"))
    fields.append(("changed", f"{record.changed} by {record.changed_by} (row {record.revision})"))
    return fields


def correction_words(correction: Correction) -> str:
    """``modality: permission, not obligation (anna 2026-03-02: may, not shall)``."""
    field = correction.field.replace("_", " ")
    if correction.field == "finding":
        return f"no finding ({correction.by} {correction.at[:10]}: {correction.why})"
    was = f", not {correction.extracted}" if correction.extracted else ""
    return f"{field}: {correction.value or '(none)'}{was} ({correction.by} {correction.at[:10]}: {correction.why})"


def record(record: Record | None, norm: str, *, as_json: bool) -> None:
    """One record."""
    from dutybook.cli.output import console, print_json, text
    from dutybook.cli.show import plain, print_fields

    if as_json:
        print_json(plain(record) if record else None)
    elif record is None:
        console().print(text(f"there is no record of {norm[:12]} yet"))
    else:
        print_fields(fields_of(record, norm))


def done(made: Sequence[Done], *, as_json: bool, limit: int = 20) -> None:
    """Print what was changed, and which values of other people were overwritten."""
    from dutybook.cli.output import console, count, print_json, text
    from dutybook.cli.show import plain, print_fields

    if as_json:
        print_json([{"norm": row.norm, "changed": row.before != row.after, "record": plain(row.after)} for row in made])
        return
    out = console()
    changed = [row for row in made if row.before != row.after]
    if len(made) == 1:
        if not changed:
            out.print(text(("it says so already", "dim")))
        for line in _overwritten(made[0]):
            out.print(text((line, "yellow")))
        print_fields(fields_of(made[0].after, made[0].norm))
        return
    for row in changed[:limit]:
        out.print(text((row.norm[:12], "dim"), f"  {row.after.tie.place}  {row.after.status}"))
    more = f", {len(changed) - limit:,} of them not shown" if len(changed) > limit else ""
    out.print(text((f"{count(len(changed), 'norm')} changed{more}", "dim")))


def _overwritten(row: Done) -> list[str]:
    """The former values, of other people, in the fields that changed."""
    if row.before is None or row.before.changed_by == row.after.changed_by:
        return []
    names = ("status", "owner", "reviewer", "due", "review_date", "applicability", "control", "finding")
    lines = []
    for name in names:
        old, new = getattr(row.before, name), getattr(row.after, name)
        if old not in ("", "unassessed", new):
            who = f"last change by {row.before.changed_by} at {row.before.changed}"
            lines.append(f"{name.replace('_', ' ')} was {old!r} ({who})")
    return lines


def queue(register: Register, norms: Sequence[NormRow], total: int, *, as_json: bool) -> None:
    """Print the norms that are still to be reviewed."""
    from dutybook.cli.output import console, count, print_json, print_table, shorten, text
    from dutybook.cli.show import plain
    from dutybook.store.judgements import reviews

    records = reviews.records(register, [norm.id for norm in norms])
    if as_json:
        listed = [
            {"norm": plain(norm), "record": plain(records[norm.id]) if norm.id in records else None} for norm in norms
        ]
        print_json({"total": total, "norms": listed})
        return
    if norms:
        print_table(
            ("sure", "status", "owner", "where", "what", "id"),
            (
                (
                    f"{norm.confidence:.2f}",
                    _status(records.get(norm.id)),
                    records[norm.id].owner if norm.id in records else "",
                    f"{norm.place}, {shorten(norm.work_title or norm.document_title or norm.source, 30)}",
                    f"{norm.modality}: {shorten(norm.quote, 80)}",
                    norm.id[:8],
                )
                for norm in norms
            ),
        )
    range_text = f", {len(norms):,} shown" if len(norms) < total else ""
    console().print(text((f"{count(total, 'norm')}{range_text}", "dim")))


def _status(record: Record | None) -> str:
    if record is None:
        return "unassessed"
    return record.status + (f": {record.why}" if record.why else "")


def orphans(records: Sequence[Record], *, as_json: bool) -> None:
    """Print records whose norm is gone."""
    from dutybook.cli.output import console, count, print_json, print_table, shorten, text
    from dutybook.cli.show import plain

    if as_json:
        print_json([plain(record) for record in records])
        return
    if records:
        print_table(
            ("status", "owner", "where it was", "what it said", "id"),
            (
                (r.status, r.owner, f"{r.tie.place}, {shorten(r.tie.title, 40)}", shorten(r.tie.quote, 80), r.norm[:8])
                for r in records
            ),
        )
    says = "is in the register no more" if len(records) == 1 else "are in the register no more"
    out = f"{count(len(records), 'record')} whose norm {says}; they are kept until it comes back"
    console().print(text((out if records else "no record has lost its norm", "dim")))


def history(record: Record, rows: Sequence[HistoryRow], *, as_json: bool) -> None:
    """Print the history of a norm's record."""
    from dutybook.cli.output import console, count, print_json, text

    if as_json:
        print_json([row_to_dict(row) for row in rows])
        return
    out = console()
    tie = record.tie
    out.print(text((tie.place or "(no place)", "bold"), f"  {tie.title}  ", (record.norm[:12], "dim")))
    for row in rows:
        print_row(row)
    out.print(text((count(len(rows), "row"), "dim")))


def print_row(row: HistoryRow) -> None:
    """``12  2026-03-02T14:00:00+00:00  anna  3fa9…  status: applicable → compliant (why)``."""
    from dutybook.cli.output import console, text

    console().print(
        text(
            (f"{row.seq:>5}  {row.at}  ", "dim"),
            (row.by, "cyan"),
            (f"  {row.norm[:8]}  ", "dim"),
            _words(row),
        )
    )


def _words(row: HistoryRow) -> str:
    why = f" ({row.why})" if row.why else ""
    name = row.field.replace("_", " ")
    if row.action in ("opened", "carried", "tied", "joined"):
        tie = json.loads(row.new or "{}")
        version = f", version of {tie['version']}" if tie["version"] else ""
        return f"{row.action}: {tie['place']} of {tie['title']} ({tie['language']}{version}){why}"
    if row.action == "compared":
        return f"compared with the version of {json.loads(row.new or '{}')['stands'] or 'no date'}{why}"
    if row.action in ("noted", "unnoted"):
        return f"{row.action}: {row.new or row.old}{why}"
    if row.action in ("linked", "unlinked"):
        return f"{row.action}: {' '.join(json.loads(row.new or row.old or '[]')).strip()}{why}"
    action = "" if row.action == "set" else f"{row.action} "
    return f"{action}{name}: {row.old or '(none)'} → {row.new or '(none)'}{why}"


def row_to_dict(row: HistoryRow) -> dict[str, Any]:
    """A row of the history as JSON values, in the form in which it is stored."""
    from dutybook.cli.show import plain

    made: dict[str, Any] = plain(row)
    return made


def would_change(register: Register, norms: Sequence[str], *, limit: int, as_json: bool) -> None:
    """Print what a change of many norms would affect."""
    from dutybook.cli.output import console, count, print_json, shorten, text

    listed = register.norms_by_id(list(norms[:limit]))
    if as_json:
        print_json({"total": len(norms), "norms": list(norms)})
        return
    out = console()
    for norm in listed:
        out.print(text((norm.id[:12], "dim"), f"  {norm.place}  {norm.modality}  {shorten(norm.quote, 90)}"))
    out.print(text((f"{count(len(norms), 'norm')} would be changed; nothing was", "dim")))
