"""``dutybook diff`` and ``news``: what changed between versions of an act, and what the news says of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import completion, options
from dutybook.cli.options import open_database
from dutybook.cli.output import count, print_json, print_text, shorten
from dutybook.errors import BadFilter, NotFound
from dutybook.suggestions import did_you_mean

if TYPE_CHECKING:
    from dutybook.store import Register
    from dutybook.store.news.claims import ClaimRow
    from dutybook.store.news.entries import Entry, Item
    from dutybook.store.versions.differences import (
        ChangeRow,
        CorrectionRow,
        DeviationRow,
        Difference,
        Differences,
        VersionRow,
    )

_STYLES = {
    "added": "bold green",
    "repealed": "bold red",
    "tightened": "bold yellow",
    "relaxed": "bold cyan",
    "deadline moved": "bold blue",
    "bearer changed": "bold magenta",
    "reworded": "bold",
    "renumbered": "dim",
    "corrected": "bold magenta",
}

_STATES = {
    "expected": "yellow",
    "confirmed": "green",
    "partly": "yellow",
    "contradicted": "bold red",
    "moved": "magenta",
    "missed": "bold yellow",
    "unchecked": "dim",
}
#: So many equal words stand on each side of a change.
_CONTEXT_WORDS = 8


def diff(
    context: typer.Context,
    act: Annotated[
        str, typer.Argument(metavar="ACT|DOCUMENT", help="An act's number or short title, or a document's id or name.")
    ],
    other: Annotated[
        str | None, typer.Argument(metavar="DOCUMENT", help="The newer document, where the first names the older one.")
    ] = None,
    *,
    since: Annotated[
        str | None, typer.Option("--from", help="Compare the version that stood on this day.", metavar="YYYY-MM-DD")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help="… with the one that stands on this day.", metavar="YYYY-MM-DD")
    ] = None,
    language: Annotated[
        str | None,
        typer.Option("--language", help="In this language: en, de, fr …", autocompletion=completion.languages),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind",
            help="Only such changes: added, tightened …; may be given again.",
            autocompletion=completion.kinds_of_change,
        ),
    ] = None,
    languages: Annotated[
        bool, typer.Option("--languages", help="Instead: where the act's languages say different things.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Show what changed between two versions: added, repealed, tightened, relaxed, deadline moved, bearer changed,
    reworded, renumbered. Without days, the last two versions; a document alone is compared with the one before it.
    What only looks different is no change.

    \b
    Example: dutybook diff 32019R2088
    Example: dutybook diff 32019R2088 --from 2020-01-01 --to 2024-06-01 --kind added
    Example: dutybook diff 32019R2088 --languages
    """
    kinds = _kinds(kind or [])
    with open_database(context) as register:
        if languages:
            if other or since or until or kinds:
                raise BadFilter(
                    "--languages shows deviations of one act: it goes with no second document, days or kinds"
                )
            deviations = register.differences.deviations(work_of(register, act))
            print_json(deviations) if as_json else _print_deviations(deviations, act)
            return
        difference, corrections = _difference(register, act, other, (since, until), language)
    if kinds:
        if difference:
            difference = replace(difference, changes=tuple(c for c in difference.changes if c.kind in kinds))
        corrections = corrections if "corrected" in kinds else []
    if as_json:
        print_json({"difference": difference, "corrections": corrections})
        return
    if difference is not None:
        _print_difference(difference)
    _print_corrections(corrections)


def _kinds(given: list[str]) -> frozenset[str]:
    """The requested kinds of change; a hyphen may replace the space.

    Raises:
        BadFilter: there is no such kind.
    """
    from dutybook.resolve.identity.changes import ChangeKind

    known = [k.value for k in ChangeKind]
    wanted = [k.strip().casefold().replace("-", " ") for part in given for k in part.split(",")]
    for kind in wanted:
        if kind not in known:
            raise BadFilter(
                f"there is no kind of change {kind!r}. There are: {', '.join(known)}.{did_you_mean(kind, known)}"
            )
    return frozenset(wanted)


def work_of(register: Register, named: str) -> str:

    work = register.differences.work(named) or register.differences.document(named).work
    if work is None:
        raise NotFound(f"{named!r} is a document of no known act, so it has no other languages or versions here")
    return work


def _difference(
    register: Register, act: str, other: str | None, days: tuple[str | None, str | None], language: str | None
) -> tuple[Difference | None, list[CorrectionRow]]:
    """The difference to print and the corrections of the act; no difference if only corrections are known."""
    from dutybook.store.search.filters import as_date
    from dutybook.store.versions.differences import standing_on

    ask = register.differences
    for name, day in zip(("from", "to"), days, strict=True):
        as_date(day, name)
    if other is not None:
        if any(days):
            raise BadFilter("two documents are compared as they are: leave --from and --to out, or name the act")
        return ask.between(ask.document(act), ask.document(other)), []
    work = ask.work(act)
    if work is None:
        return _to_previous(ask, ask.document(act))
    corrections = [c for c in ask.corrections(work) if language is None or c.language == language]
    versions = _in_language(ask.versions(work), language)
    if len(versions) < 2:
        if corrections:
            return None, corrections
        in_language = f" in “{language}”" if language else ""
        raise NotFound(f"there are no two versions of {work}{in_language} to compare: {len(versions)} is here")
    since, until = days
    new = standing_on(versions, until) if until else versions[-1]
    at = versions.index(new)
    if since:
        old = standing_on(versions, since)
    elif at == 0:
        raise NotFound(f"the version that stands on {until} is the first one here")
    else:
        old = versions[at - 1]
    if old == new:
        raise NotFound(f"one version stood on both days: that from {new.valid_from or 'the beginning'}")
    return ask.between(old, new), [c for c in corrections if c.language == new.language]


def _to_previous(ask: Differences, document: VersionRow) -> tuple[Difference | None, list[CorrectionRow]]:
    before = ask.previous(document)
    if before is not None:
        return ask.between(before, document), []
    own = ask.corrections(document=document.document)
    if not own:
        raise NotFound(f"{document.source.rpartition('/')[2]} follows no other version here: name a second document")
    return None, own


def _in_language(versions: list[VersionRow], language: str | None) -> list[VersionRow]:
    """The versions in one language: the one asked for, else the one with most versions, English first."""
    if language is None:
        codes = sorted(
            {v.language for v in versions}, key=lambda c: (-sum(v.language == c for v in versions), c != "en", c)
        )
        language = codes[0] if codes else ""
    return [v for v in versions if v.language == language]


def _print_difference(difference: Difference) -> None:

    old, new = difference.old, difference.new
    print_text((shorten(new.title) or new.source.rpartition("/")[2], "bold"))
    print_text((f"{_version(old)} → {_version(new)} ({new.language})", "dim"))
    if not difference.changes:
        print_text("no norm has changed")
        return
    for place, group in groupby(difference.changes, key=lambda c: c.place):
        print_text()
        print_text((place or "(no place)", "bold"))
        for change in group:
            _print_change(change)
    counts = Counter(c.kind for c in difference.changes)
    print_text()
    kinds = ", ".join(f"{counts[kind]} {kind}" for kind in _STYLES if counts[kind])
    print_text(f"{count(len(difference.changes), 'change')}: {kinds}")


def _print_change(change: ChangeRow) -> None:
    detail = change.detail
    head: list[str | tuple[str, str]] = ["  ", (change.kind, _STYLES.get(change.kind, ""))]
    if change.kind == "renumbered":
        head.append(f"  {change.old_place} → {change.new_place}")
    elif detail.get("why"):
        head.append(f"  {'; '.join(detail['why'])}")
    elif change.kind == "deadline moved":
        head.append(f"  {_times(detail['old'])} → {_times(detail['new'])}")
    elif change.kind == "bearer changed":
        head.append(f"  {detail['old']} → {detail['new']}")
    head.append((f"  {(change.new_norm or change.old_norm or '')[:8]}", "dim"))
    print_text(*head)
    if detail.get("words"):
        print_text("    ", *_marked(detail["words"]))
    elif change.kind != "renumbered" and not detail.get("why"):
        print_text("    ", change.new_quote or change.old_quote or "")


def _times(times: list[dict[str, str] | None]) -> str:
    return ", ".join(t["quote"] if t else "none" for t in times)


def _marked(words: list[list[str]]) -> list[str | tuple[str, str]]:
    """Old and new words as coloured [-old-] and {+new+}; long runs of equal words lose their middle."""
    pieces: list[str | tuple[str, str]] = []
    for number, (old, new) in enumerate(words):
        if pieces:
            pieces.append(" ")
        if old == new:
            pieces.append(_cut(old, first=number == 0, last=number == len(words) - 1))
            continue
        if old:
            pieces.append((f"[-{old}-]", "red"))
        if new:
            pieces.append((f"{' ' if old else ''}{{+{new}+}}", "green"))
    return pieces


def _cut(words: str, *, first: bool, last: bool) -> str:
    """Equal words without their middle, since only those near a change matter."""
    split = words.split()
    if len(split) <= 2 * _CONTEXT_WORDS:
        return words
    before = "" if first else " ".join(split[:_CONTEXT_WORDS])
    after = "" if last else " ".join(split[-_CONTEXT_WORDS:])
    return f"{before} … {after}".strip()


def _version(version: VersionRow) -> str:
    return version.valid_from or version.source.rpartition("/")[2]


def _print_corrections(corrections: list[CorrectionRow]) -> None:
    from dutybook.resolve.identity.records import word_diff

    for correction in corrections:
        known = "" if correction.act else "  no text in the register has these words"
        print_text()
        print_text(
            (correction.place or correction.cited, "bold"),
            "  ",
            ("corrected", _STYLES["corrected"]),
            (f"  {correction.language}{known}", "dim"),
        )
        print_text("    ", *_marked([[p.old, p.new] for p in word_diff(correction.wrong, correction.right)]))
        print_text((f"    by {correction.document[:8]}: {shorten(correction.title)}", "dim"))


def _print_deviations(deviations: list[DeviationRow], act: str) -> None:

    if not deviations:
        print_text(f"no deviation between the languages of {act} is known")
        return
    for d in deviations:
        print_text(
            (d.place or "(no place)", "bold"),
            f"  {d.kind}: {d.language} {d.statement}, {d.other_language} {d.other_statement}",
        )
        for language, quote, norm in ((d.language, d.quote, d.norm), (d.other_language, d.other_quote, d.other)):
            print_text(f"  {language}  ", quote, (f"  {norm[:8]}", "dim"))
    print_text(f"{count(len(deviations), 'deviation')}: read both texts before relying on one")


def list_news(
    context: typer.Context,
    work: Annotated[
        str | None,
        typer.Argument(metavar="[ACT]", help="News about this act: an official number or part of its short title."),
    ] = None,
    since: Annotated[str | None, typer.Option("--since", help="Events from this day on.", metavar="YYYY-MM-DD")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also items that speak of no act and state no date.")] = False,
    claims: Annotated[
        list[str] | None,
        typer.Option(
            "--claims",
            help="Instead: the dates that items state, in this state: confirmed, contradicted, expected, missed … or all; may be given again.",
        ),
    ] = None,
    today: Annotated[
        str | None, typer.Option("--today", help="What has passed on this day instead of today.", metavar="YYYY-MM-DD")
    ] = None,
    limit: options.Limit = 20,
    as_json: options.Json = False,
) -> None:
    """List news by event, the newest first: which act and norm they speak of, and whether their dates are right.

    Items that tell of one event stand together. A date that an item states is compared with the act's own text: confirmed,
    contradicted, or unchecked where the register cannot tell. What lies ahead is expected, until it is moved or missed.

    \b
    Example: dutybook news "Harbour Data" --since 2031-01-01
    Example: dutybook news --claims contradicted,missed
    """
    from dutybook.store.news.entries import news
    from dutybook.store.search.filters import as_date

    day = as_date(since, "since")
    first, now = day.isoformat() if day else None, as_date(today, "today") or date.today()
    if claims is not None:
        _list_claims(context, (work, first, now, limit), claims, as_json=as_json)
        return
    with open_database(context) as register:
        found = news(register, work, since=first, every=every, today=now, limit=limit)
    if as_json:
        print_json([{"id": entry.id, "day": entry.day, "items": entry.items} for entry in found])
        return
    for entry in found:
        _print_entry(entry)
    print_text((count(len(found), "event"), "dim"))


def _list_claims(
    context: typer.Context, asked: tuple[str | None, str | None, date, int], states: list[str], *, as_json: bool
) -> None:
    from dutybook.store.news.claims import claims

    work, since, today, limit = asked
    wanted = [state.strip() for part in states for state in part.split(",") if state.strip() not in {"", "all"}]
    with open_database(context) as register:
        found = claims(register, work, states=wanted, since=since, today=today)
    if as_json:
        print_json(found[:limit])
        return
    for claim in found[:limit]:
        print_text((claim.day or "no date", "bold"), "  ", (claim.title or claim.source, "bold"))
        if claim.work:
            print_text("  on ", (claim.work_title or claim.work, "cyan"))
        _print_claim(claim)
        print_text((f"    {claim.source}  {claim.document[:8]}", "dim"))
        print_text()
    print_text((count(len(found), "claim"), "dim"))


def _print_entry(entry: Entry) -> None:
    from dutybook.store.news.entries import acts_of

    first = entry.items[0]
    print_text((first.day or "no date", "bold"), "  ", (first.title, "bold"))
    if acts := acts_of(entry):
        print_text(
            "  on ",
            ("; ".join(title if title == work else f"{title} ({work})" for work, title in acts.items()), "cyan"),
        )
    for item in entry.items:
        if item is not first:
            print_text(("  also ", "dim"), f"{item.day or 'no date'}  {item.title} ", (f"({item.language})", "dim"))
        _print_item(item)
    print_text()


def _print_item(item: Item) -> None:

    for mention in item.mentions:
        if mention.place:
            where = mention.place + (f" → {mention.norm[:8]}" if mention.norm else "")
            print_text("    ", (where, "cyan"), f"  “{shorten(mention.quote, 90)}”")
    for claim in item.claims:
        _print_claim(claim)
    print_text((f"    {item.source}  {item.document[:8]}", "dim"))


#: Why a claim is not checked, or what limits the answer.
_REASONS = {
    "no_act": "it names no act",
    "no_text": "no text of the act is here",
    "no_date": "the act's text has no such date",
    "part": "for a part of the act",
    "amended": "it speaks of a change of the act",
    "denied": "it denies something",
    "far": "too far from the act's own date to be about the same text",
    "undated": "nobody knows when it was written",
}


def _print_claim(claim: ClaimRow) -> None:
    """``contradicted  application 2026: “from 2026”`` with what says so below."""
    reason = _REASONS.get(claim.reason, "")
    words = f"  {claim.type.replace('_', ' ')} {claim.due}: “{claim.words}”"
    print_text("    ", (claim.state, _STATES.get(claim.state, "")), words, (f"  {reason}" if reason else "", "dim"))
    if claim.actual:
        who = claim.by_title or claim.by_document or ""
        where = ", ".join(part for part in (claim.by_place, shorten(who, 60)) if part)
        print_text(
            f"      {claim.actual}  {where}", (f"  “{shorten(claim.by_quote, 120)}”" if claim.by_quote else "", "dim")
        )
