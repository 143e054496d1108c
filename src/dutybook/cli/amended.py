"""``dutybook amended``: the version of an act that results from its amendments, and how it compares with a consolidated one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import completion, options
from dutybook.cli.options import open_database
from dutybook.cli.output import count, print_json, print_text, row_to_dict, shorten
from dutybook.errors import BadFilter, BadRequest, NotFound

if TYPE_CHECKING:
    from dutybook.store import Register
    from dutybook.store.versions.amended import (
        AmendedAct,
        ComparedVersion,
        KnownAmendment,
        MadeVersion,
        NotAppliedChange,
    )

#: Why an instruction was not applied, in words.
REASONS = {
    "no_place": "it is not clear to which place of the act it applies",
    "no_text": "its new text was not found",
    "language": "how this language names parts of provisions is not known",
    "unclear": "not all of what it says was understood",
    "not_found": "this is not in the act",
    "several": "this is in the act more than once",
    "exists": "this is in the act already",
    "no_day": "from when it applies is not known",
}
_DONE = {"insert": "inserted", "replace": "replaced", "delete": "deleted", "renumber": "renumbered"}


def show_amended(
    context: typer.Context,
    act: Annotated[str, typer.Argument(metavar="ACT", help="An act's number or part of its short title.")],
    *,
    language: Annotated[
        str | None,
        typer.Option("--language", help="In this language: en, de, fr …", autocompletion=completion.languages),
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", help="Only the version that stands on this day.", metavar="YYYY-MM-DD")
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against", help="Instead: compare this consolidated version with what we make.", metavar="DOCUMENT"
        ),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Store the versions, so that search, diff, works and --as-of know them.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the last version as Akoma Ntoso.", metavar="FILE.xml")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Show the versions of an act that result from its amending acts, provision by provision, and what could not be applied.

    The instructions of the amending acts that are in the register are applied to its text before them, one version for each
    day on which something changes and from which no published text stands. What is not certain is listed with its reason and left out: nothing is guessed. An amending act without a text here is named.

    \b
    Example: dutybook amended 32024R1689
    Keep them: dutybook amended 32024R1689 --keep
    Check one: dutybook amended 32019R2088 --against SFDR_consolidated.html
    """
    from dutybook.store.versions.amended import amended_act, compare_consolidated

    with open_database(context, writes=keep) as register:
        if against is not None:
            if keep or out or on:
                raise BadFilter("--against compares a version that is there: it goes with no --keep, --out or --on")
            compared = compare_consolidated(register, register.differences.document(against).document)
            print_json(compared) if as_json else _print_compared(compared)
            return
        found = amended_act(register, _work_named(register, act), language)
        versions = _standing(found, on)
        kept = _keep(register, found) if keep else []
    if out is not None:
        _write(out, found, versions)
    if as_json:
        print_json({**row_to_dict(found), "versions": list(map(_version_to_dict, versions)), "kept": kept})
        return
    _print_act(found, versions)
    if keep:
        print_text(f"{count(len(kept), 'version')} kept: dutybook works {found.work}")
    if out is not None:
        print_text(f"written: {out}")


def _work_named(register: Register, act: str) -> str:
    """The id of the work that an act's name names.

    Raises:
        NotFound: there is none.
    """
    work = register.differences.work(act) or register.differences.document(act).work
    if work is None:
        raise NotFound(f"{act!r} is a document of no known act, so it has no amendments here")
    return work


def _keep(register: Register, found: AmendedAct) -> list[str]:
    from dutybook.pipeline.amended import keep_versions

    return keep_versions(register, found.work, found.language)[0]


def _standing(found: AmendedAct, on: str | None) -> tuple[MadeVersion, ...]:
    """The versions, or the one that stands on a day.

    Raises:
        NotFound: the text that is here stands on that day.
    """
    from dutybook.store.search.filters import as_date

    day = as_date(on, "on")
    if day is None:
        return found.versions
    before = [version for version in found.versions if version.day <= day.isoformat()]
    if not before:
        raise NotFound(f"no version was made that stands on {day}: dutybook works lists the published ones")
    return tuple(before[-1:])


def _write(out: Path, found: AmendedAct, versions: tuple[MadeVersion, ...]) -> None:
    """Write the last version.

    Raises:
        NotFound: there is none.
        BadRequest: the file cannot be written.
    """
    from dutybook.pipeline.amended import render_version

    if not versions:
        raise NotFound("no amendment can be applied, so there is no version to write")
    try:
        out.write_text(render_version(found, versions[-1]), encoding="utf-8")
    except OSError as error:
        raise BadRequest(f"{out} cannot be written ({error.strerror}): choose another place") from error


def _version_to_dict(version: MadeVersion) -> dict[str, Any]:
    """A version without its tree, which ``--out`` writes."""
    return {"day": version.day, "base": version.base, "changes": version.changes, "left": version.left}


def _print_act(found: AmendedAct, versions: tuple[MadeVersion, ...]) -> None:
    print_text((found.title or found.work, "bold"), "  ", (found.work, "dim"))
    if found.base is not None:
        since = f" from {found.base.since}" if found.base.since else ""
        print_text(
            f"  newest text: {found.base.kind or 'text'}{since} ({found.language})  ", (found.base.document[:8], "dim")
        )
    for known in found.amendments:
        print_amendment(known)
    if not found.amendments:
        print_text("  no amendment is known")
    for version in versions:
        _print_version(version)
    for each in found.left:
        _print_left(each)


def print_amendment(known: KnownAmendment) -> None:
    """Print a line on an act that amends another one: whether its text is here, and whether the newest text has its changes."""
    if known.included:
        state, style = "in the newest text", "dim"
    elif known.here:
        state, style = "text here: dutybook amended", "green"
    else:
        state, style = "text not here", "bold red"
    since = f" from {known.day}" if known.day else ""
    title = "" if known.title in ("", known.work) else f" {shorten(known.title)}"
    print_text("  ", ("amended by", "yellow"), f" {known.work}{title}{since}: ", (state, style))


def _print_version(version: MadeVersion) -> None:
    print_text()
    print_text((f"from {version.day}", "bold"), ("  made from ", "dim"), (version.base.document[:8], "dim"))
    for change in version.changes:
        places = ", ".join(change.places)
        print_text(
            "  ",
            (places, "bold"),
            " ",
            (_DONE[change.kind], "green"),
            f" by {change.at} of {change.by}  ",
            (shorten(change.quote, 90), "dim"),
        )
        if change.text:
            print_text("    ", shorten(change.text, 300))
    for left in version.left:
        _print_left(left)


def _print_left(left: NotAppliedChange) -> None:
    reason = REASONS[left.reason] + (f": {left.about}" if left.about else "")
    print_text("  ", ("not applied", "bold red"), f"  {left.at} of {left.by}: {reason}")
    print_text("    ", (shorten(left.quote, 200), "dim"))


def _print_compared(compared: ComparedVersion) -> None:
    print_text(
        (compared.document[:8], "bold"),
        f" compared with {compared.base[:8]} as amended by {', '.join(compared.acts) or 'nothing'}",
    )
    for missing in compared.missing:
        print_text("  ", (f"amended by {missing}: ", "yellow"), ("text not here", "bold red"))
    for left in compared.left:
        _print_left(left)
    for each in compared.differences:
        print_text("  ", (each.place, "bold"), f" {each.outcome.value}")
        if each.made:
            print_text("    ", ("ours:  ", "dim"), shorten(each.made, 300))
        if each.given:
            print_text("    ", ("there: ", "dim"), shorten(each.given, 300))
    whole = compared.same + len(compared.differences)
    print_text(f"{compared.same:,} of {count(whole, 'provision')} the same, letter by letter")
