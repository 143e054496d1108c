"""Options that several commands share."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from dutybook.pipeline.config import Config
    from dutybook.pipeline.pool import Limits


class TableReader(StrEnum):
    """The algorithm that finds the cells of ruled tables in PDFs."""

    FAST = "fast"
    PDFPLUMBER = "pdfplumber"


Bearer = Annotated[str | None, typer.Option("--bearer", help="Part of the party that must act.", metavar="WORDS")]
Modality = Annotated[
    list[str] | None,
    typer.Option("--modality", help="obligation, prohibition, permission or exemption.", metavar="KIND"),
]
Language = Annotated[
    list[str] | None, typer.Option("--language", help="Language of the text: en, de, fr …", metavar="CODE")
]
Work = Annotated[
    list[str] | None,
    typer.Option(
        "--work",
        help="The act: any official number (CELEX, ELI, OJ, national) or part of its short title.",
        metavar="ACT",
    ),
]
Document = Annotated[
    str | None, typer.Option("--document", help="Part of a document's title or file name, or its id.", metavar="DOC")
]
Place = Annotated[str | None, typer.Option("--place", help='A place in the act and all below it: "Art 5".')]
Before = Annotated[
    str | None, typer.Option("--deadline-before", help="With a computed date up to this day.", metavar="YYYY-MM-DD")
]
After = Annotated[
    str | None, typer.Option("--deadline-after", help="With a computed date from this day on.", metavar="YYYY-MM-DD")
]
BearerClass = Annotated[
    list[str] | None, typer.Option("--bearer-class", help="business, authority, person or any.", metavar="CLASS")
]
Role = Annotated[
    str | None,
    typer.Option("--role", help="Part of the bearer's English name, whatever the text's language: deployer."),
]
BearerRole = Annotated[
    list[str] | None, typer.Option("--bearer-role", help="The bearer's whole English name.", metavar="ROLE")
]
Jurisdiction = Annotated[
    list[str] | None, typer.Option("--jurisdiction", help="Whose law it is: EU, DE, FR …", metavar="CODE")
]
Topic = Annotated[
    list[str] | None,
    typer.Option("--topic", help="What it is about: reporting, records, risk, security …", metavar="TOPIC"),
]
Due = Annotated[
    list[str] | None,
    typer.Option("--due-window", help="overdue, 30, 90 or 365 (due in so many days), later or none.", metavar="WINDOW"),
]
Applies = Annotated[
    list[str] | None, typer.Option("--applies", help="Today: in-force, later, unknown or ended.", metavar="WHEN")
]
AppliesOn = Annotated[
    str | None,
    typer.Option(
        "--applies-on", help="Known to apply on this day: what of today's text binds then.", metavar="YYYY-MM-DD"
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="As the law stood on this day: the version of each act that stood then, without norms known not to apply yet, or no more.",
        metavar="YYYY-MM-DD",
    ),
]
AllVersions = Annotated[
    bool, typer.Option("--all-versions", help="Norms of every version and copy, not of the newest version alone.")
]
Status = Annotated[
    str | None, typer.Option("--status", help="What people made of it: applicable, requires review …", metavar="STATUS")
]
Owner = Annotated[str | None, typer.Option("--owner", help="Part of the name of who looks after it.", metavar="NAME")]
ReviewState = Annotated[
    str | None,
    typer.Option(
        "--review-state", help="unreviewed, confirmed, corrected, rejected (else hidden) or all.", metavar="STATE"
    ),
]
Strength = Annotated[str | None, typer.Option("--strength", help="must, or should for recommendations.")]
Limit = Annotated[int, typer.Option("--limit", min=0, help="Show at most so many.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, max=256, help="Reading processes; as many as processors if not given.")
]
Password = Annotated[str | None, typer.Option("--password", help="Opens encrypted files.", envvar="DUTYBOOK_PASSWORD")]
TextLanguage = Annotated[
    str | None, typer.Option("--language", help="Take this as the language instead of looking.", metavar="CODE")
]
Published = Annotated[
    str | None,
    typer.Option("--published", help="Publication date where a file does not say its own.", metavar="YYYY-MM-DD"),
]
Model = Annotated[
    str,
    typer.Option(
        "--model",
        help="Who reads norms: auto (the network that comes with it), or the folder of a network of your own.",
        metavar="NAME",
    ),
]
Tables = Annotated[
    TableReader,
    typer.Option("--tables", help="pdfplumber: read ruled tables with pdfplumber: slower, a second opinion."),
]
NoOcr = Annotated[
    bool, typer.Option("--no-ocr", help="Do not recognise the text of scans, pictures and garbled pages.")
]
OcrSeconds = Annotated[
    float, typer.Option("--ocr-seconds", min=1, help="Seconds that text recognition may take for one document.")
]
Seconds = Annotated[
    float | None,
    typer.Option("--time-limit", min=1, help="Seconds that one document may take; if not given, by its size."),
]
Memory = Annotated[float, typer.Option("--memory-limit", min=0, help="GiB that one process may use; 0 for no limit.")]

#: Options by the argument that they fill: annotation and default. A further filter is a line here and a field of ``Filters``.
Choices = Mapping[str, tuple[Any, Any]]
FILTERS: Choices = {
    "bearer": (Bearer, None),
    "modality": (Modality, None),
    "language": (Language, None),
    "work": (Work, None),
    "document": (Document, None),
    "place": (Place, None),
    "deadline_before": (Before, None),
    "deadline_after": (After, None),
    "bearer_class": (BearerClass, None),
    "strength": (Strength, None),
    "role": (Role, None),
    "applies_on": (AppliesOn, None),
    "bearer_role": (BearerRole, None),
    "jurisdiction": (Jurisdiction, None),
    "topic": (Topic, None),
    "due_window": (Due, None),
    "applies": (Applies, None),
    "status": (Status, None),
    "owner": (Owner, None),
    "review_state": (ReviewState, None),
    "as_of": (AsOf, None),
    "all_versions": (AllVersions, False),
}
READING: Choices = {
    "workers": (Workers, None),
    "password": (Password, None),
    "language": (TextLanguage, None),
    "published": (Published, None),
    "model": (Model, "auto"),
    "tables": (Tables, TableReader.FAST),
    "no_ocr": (NoOcr, False),
    "ocr_seconds": (OcrSeconds, 20.0),
    "time_limit": (Seconds, None),
    "memory_limit": (Memory, 3.0),
}


def taking(choices: Choices) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of ``choices``. Its last argument receives them together, as a dict by name."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = inspect.signature(command, eval_str=True)
        *kept, gathered = own.parameters.values()
        taken = [
            inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=annotation)
            for name, (annotation, default) in choices.items()
        ]

        @functools.wraps(command)
        def run(**given: Any) -> None:
            chosen = {name: _given(given.pop(name)) for name in choices}
            command(**given, **{gathered.name: chosen})

        # Typer reads the signature, and the annotations as well.
        vars(run).pop("__wrapped__", None)
        signature = own.replace(parameters=[*kept, *taken])
        vars(run)["__signature__"] = signature
        run.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()} | {"return": None}
        return run

    return decorate


def _given(value: Any) -> Any:
    """The value of an option that may be given several times: one value as it is, several as a tuple."""
    if not isinstance(value, list):
        return value
    return (value[0] if len(value) == 1 else tuple(value)) if value else None


def settings(reading: Mapping[str, Any]) -> tuple[Config, Limits]:
    """The settings of the analysis and of its child process, from the options of ``READING``."""
    from dutybook.pipeline.config import Config
    from dutybook.pipeline.pool import Limits

    config = Config(
        language=reading["language"],
        published=reading["published"],
        model=reading["model"],
        tables=reading["tables"].value,
        ocr=not reading["no_ocr"],
        ocr_seconds=reading["ocr_seconds"],
    )
    return config, Limits(seconds=reading["time_limit"], memory=int(reading["memory_limit"] * 2**30))


@contextmanager
def bar(doing: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal. It yields a function that takes the number done and the total."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from dutybook.cli.output import console

    errors = console(stderr=True)
    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task(doing, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
