"""Prints what an import changes, and what it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dutybook.workbook_import.importer import Wanted
    from dutybook.workbook_import.report import Conflict, Edit, Problem, Report

_NONE = "(none)"
_WIDTH = 44


def report(done: Report, wanted: Wanted, *, limit: int, as_json: bool) -> None:
    """Print the report as tables or JSON."""
    from dutybook.cli.output import console, print_json, text
    from dutybook.cli.show import plain

    if as_json:
        print_json({**plain(done), "norms": done.norms, "whole": done.whole, "dry_run": wanted.dry_run})
        return
    out = console()
    out.print(
        text((done.file, "bold"), (f"  sheet {done.sheet}, exported {done.exported or 'at a time not known'}", "dim"))
    )
    _edits(done.edits, limit, title=_will(done, wanted))
    _conflicts(done.conflicts, limit)
    _problems(done.problems, limit)
    remarks = done.remarks[:limit] if limit else done.remarks
    for remark in remarks:
        where = f"row {remark.row}: " if remark.row else ""
        out.print(text(("note   ", "cyan"), f"{where}{remark.message}"))
    _more(len(done.remarks) - len(remarks), "note")
    for line in _summary(done, wanted):
        out.print(text((line, "dim")))


def _will(done: Report, wanted: Wanted) -> str:
    if done.applied:
        return "changed"
    return "would change" if wanted.dry_run else "not changed, since something else would be left undone"


def _edits(edits: Sequence[Edit], limit: int, *, title: str) -> None:
    from dutybook.cli.output import console, print_table, shorten, text

    if not edits:
        return
    console().print(text((title, "bold green")))
    listed = edits[:limit] if limit else edits
    print_table(
        ("cell", "where", "what", "was", "becomes"),
        (
            (
                edit.cell,
                _where(edit),
                edit.column,
                shorten(_line(edit.old), _WIDTH) or _NONE,
                shorten(_line(edit.new), _WIDTH) + (f" (over {edit.over})" if edit.over else "") or _NONE,
            )
            for edit in listed
        ),
    )
    _more(len(edits) - len(listed), "change")


def _conflicts(conflicts: Sequence[Conflict], limit: int) -> None:
    from dutybook.cli.output import console, print_table, shorten, text

    if not conflicts:
        return
    console().print(text(("conflicts, left as they are", "bold red"), "  (--take mine or --take theirs decides)"))
    listed = conflicts[:limit] if limit else conflicts
    print_table(
        ("cell", "where", "what", "was at export", "register now", "changed by", "workbook"),
        (
            (
                conflict.cell,
                _where(conflict),
                conflict.column,
                "(not known)" if conflict.base is None else shorten(_line(conflict.base), _WIDTH) or _NONE,
                shorten(_line(conflict.now), _WIDTH) or _NONE,
                f"{conflict.by} {conflict.at}" if conflict.by else "a new reading",
                shorten(_line(conflict.sheet), _WIDTH) or _NONE,
            )
            for conflict in listed
        ),
    )
    _more(len(conflicts) - len(listed), "conflict")


def _problems(problems: Sequence[Problem], limit: int) -> None:
    from dutybook.cli.output import console, print_table, shorten, text

    if not problems:
        return
    console().print(text(("cannot be taken as it stands", "bold red")))
    listed = problems[:limit] if limit else problems
    print_table(
        ("cell", "what", "says", "why"),
        (
            (problem.cell or f"row {problem.row}", problem.column, shorten(_line(problem.value), 30), problem.message)
            for problem in listed
        ),
    )
    _more(len(problems) - len(listed), "problem")


def _summary(done: Report, wanted: Wanted) -> list[str]:
    from dutybook.cli.output import count

    verb = "changed" if done.applied else "would be changed; nothing was" if wanted.dry_run else "not changed"
    lines = [f"{count(len(done.edits), 'cell')} of {count(done.norms, 'norm')} {verb}"]
    if not done.edits:
        lines = ["nothing to change"]
    left = [
        count(len(done.conflicts), "conflict") if done.conflicts else "",
        count(len(done.problems), "problem") if done.problems else "",
        f"{count(done.left, 'cell')} left as the register has it" if done.left else "",
    ]
    rows = f"{count(done.rows, 'row')}, {done.untouched:,} of them as exported"
    if done.deleted:
        rows += f"; {count(done.deleted, 'row')} deleted in the sheet: nothing was taken away for that"
    return [", ".join([*lines, *(part for part in left if part)]), rows]


def _more(number: int, what: str) -> None:
    from dutybook.cli.output import console, count, text

    if number > 0:
        console().print(text((f"… {count(number, what)} more (--limit 0 shows all)", "dim")))


def _where(one: Edit | Conflict) -> str:
    from dutybook.cli.output import shorten

    return ", ".join(part for part in (one.place, shorten(one.title, 28)) if part)


def _line(value: str) -> str:
    return " ".join(value.split())
