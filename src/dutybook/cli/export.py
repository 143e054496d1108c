"""``dutybook export``: the register, or a part of it, as a file for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State

NAME = "export"


def command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What to write: .xlsx, .csv, .jsonl or .ics.")],
    words: Annotated[str, typer.Option("--words", help="Only norms with these words, as in search.")] = "",
    bearer: options.Bearer = None,
    modality: options.Modality = None,
    language: options.Language = None,
    work: options.Work = None,
    document: options.Document = None,
    place: options.Place = None,
    deadline_before: options.Before = None,
    deadline_after: options.After = None,
    bearer_class: options.BearerClass = None,
    strength: options.Strength = None,
    role: options.Role = None,
) -> None:
    """Write the register, or what the filters leave of it, to a file; its extension names the format.

    \b
    Example: dutybook export duties.ics --deadline-after 2027-01-01 --language de
    """
    from dutybook.cli.output import console, count, text
    from dutybook.export import export
    from dutybook.store import open_register

    state: State = context.obj
    filters = {
        "words": words,
        "bearer": bearer,
        "modality": modality,
        "language": language,
        "work": work,
        "document": document,
        "place": place,
        "deadline_before": deadline_before,
        "deadline_after": deadline_after,
        "bearer_class": bearer_class,
        "strength": strength,
        "role": role,
    }
    with open_register(state.database, read_only=True, create=False) as register:
        rows = export(register, file, {name: value for name, value in filters.items() if value})
    console().print(text(f"{file}: {count(rows, 'row')}"))
