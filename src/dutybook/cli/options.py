"""Options that several commands share, and the global ones, which stand before the command."""

from __future__ import annotations

import functools
import getpass
import inspect
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import completion
from dutybook.cli.completion import values_of_facet
from dutybook.cli.output import print_log
from dutybook.database_address import DatabaseName, database_named

if TYPE_CHECKING:
    from dutybook.pipeline.config import Config
    from dutybook.pipeline.pool import Limits
    from dutybook.store import Register


@dataclass(frozen=True, slots=True)
class State:
    """The global options, which a command finds in ``context.obj``."""

    database: DatabaseName
    debug: bool


def _version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        typer.echo(f"dutybook {metadata.version('dutybook')}")
        raise typer.Exit


def set_global_options(
    context: typer.Context,
    *,
    database: Annotated[
        str,
        typer.Option(
            "--database",
            envvar="DUTYBOOK_DATABASE",
            help="The register's file, or the address of a PostgreSQL database: postgresql://…",
            metavar="FILE",
        ),
    ] = "dutybook.db",
    debug: Annotated[bool, typer.Option("--debug", help="Show where an internal error arose.")] = False,
    version: Annotated[  # noqa: ARG001 - its callback has done all
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Keep the options that stand before the command in ``context.obj``."""
    print_log()
    context.obj = State(database_named(database), debug)


def open_database(context: typer.Context, *, writes: bool = False, create: bool = False) -> Register:
    """The register of the global options, which must be there, or is made with ``create``.

    Raises:
        NotFound, RegisterError: as for :func:`dutybook.store.open_register`.
    """
    from dutybook.store import open_register

    return open_register(context.obj.database, read_only=not writes, create=create)


class TableReader(StrEnum):
    """The algorithm that finds the cells of ruled tables in PDFs."""

    FAST = "fast"
    PDFPLUMBER = "pdfplumber"


Document = Annotated[
    str | None, typer.Option("--document", help="Part of a document's title or file name, or its id.", metavar="DOC")
]
Language = Annotated[
    list[str] | None,
    typer.Option(
        "--language", help="Language of the text: en, de, fr …", metavar="CODE", autocompletion=completion.languages
    ),
]
Work = Annotated[
    list[str] | None,
    typer.Option(
        "--work",
        help="The act: any official number (CELEX, ELI, OJ, national) or part of its short title.",
        metavar="ACT",
    ),
]
Limit = Annotated[int, typer.Option("--limit", min=0, help="Show at most so many.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]
History = Annotated[bool, typer.Option("--history", help="Show every change of it and of its links.")]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, max=256, help="Reading processes; as many as processors if not given.")
]
Password = Annotated[str | None, typer.Option("--password", help="Opens encrypted files.", envvar="DUTYBOOK_PASSWORD")]
By = Annotated[
    str | None, typer.Option("--by", help="Who you are: else DUTYBOOK_USER, else your login name.", metavar="NAME")
]


#: Gives a shell the values that begin with what is typed.
Completer = Callable[[str], list[str]]


def one(name: str, help: str, metavar: str | None = None, values: Completer | None = None) -> tuple[Any, None]:
    """An option that is given once at most; ``values`` completes it in a shell."""
    option = typer.Option(f"--{name}", help=help, metavar=metavar, autocompletion=values)
    return Annotated[str | None, option], None


def many(name: str, help: str, metavar: str, values: Completer | None = None) -> tuple[Any, None]:
    """An option that may be given several times; ``values`` completes it in a shell."""
    option = typer.Option(f"--{name}", help=help, metavar=metavar, autocompletion=values)
    return Annotated[list[str] | None, option], None


#: Tables of options by the argument that they fill: annotation and default. A further filter is a line here and a field of ``Filters``.
Choices = Mapping[str, tuple[Any, Any]]
FILTERS: Choices = {
    "bearer": one("bearer", "Part of the party that must act.", "WORDS"),
    "modality": many(
        "modality", "obligation, prohibition, permission or exemption.", "KIND", values_of_facet("modality")
    ),
    "language": (Language, None),
    "work": (Work, None),
    "document": (Document, None),
    "place": one("place", 'A place in the act and all below it: "Art 5".'),
    "deadline_before": one("deadline-before", "With a computed date up to this day.", "YYYY-MM-DD"),
    "deadline_after": one("deadline-after", "With a computed date from this day on.", "YYYY-MM-DD"),
    "bearer_class": many(
        "bearer-class", "business, authority, person or any.", "CLASS", values_of_facet("bearer_class")
    ),
    "strength": one("strength", "must, or should for recommendations.", None, completion.strengths),
    "role": one("role", "Part of the bearer's English name, whatever the text's language: deployer."),
    "applies_on": one(
        "applies-on",
        "Applies on this day, or may: what of today's text binds then; what depends says on what.",
        "YYYY-MM-DD",
    ),
    "bearer_role": many("bearer-role", "The bearer's whole English name.", "ROLE"),
    "jurisdiction": many("jurisdiction", "Whose law it is: EU, DE, FR …", "CODE"),
    "topic": many("topic", "What it is about: reporting, records, risk, security …", "TOPIC", values_of_facet("topic")),
    "due_window": many(
        "due-window",
        "overdue, 30, 90 or 365 (due in so many days), later or none.",
        "WINDOW",
        values_of_facet("due_window"),
    ),
    "applies": many("applies", "Today: in-force, later, unknown or ended.", "WHEN", values_of_facet("applies")),
    "new_text": many("new-text", "own, or quoted: new text for another act.", "WHOSE", values_of_facet("new_text")),
    "legal_status": many(
        "legal-status",
        "What news reports: in_force, adopted, draft, consultation, plan, demand, ruling, fine or guidance.",
        "STATUS",
        values_of_facet("legal_status"),
    ),
    "amends": one("amends", "Part of the name or number of the act that new text belongs to.", "ACT"),
    "status": one(
        "status", "What people made of it: applicable, requires review …", "STATUS", values_of_facet("status")
    ),
    "owner": one("owner", "Part of the name of who looks after it.", "NAME"),
    "applicability": many(
        "applicability",
        "Whether it applies to us: yes, partly, no, unassessed.",
        "ANSWER",
        values_of_facet("applicability"),
    ),
    "tag": many("tag", "A tag that people gave it.", "TAG"),
    "for_us": many(
        "for-us",
        "Whether it is for us, as people confirmed, else as is proposed for the profiles: yes, confirmed, proposed, ask or no.",
        "ANSWER",
        values_of_facet("for_us"),
    ),
    "profile": many("profile", "The name of a profile that it is for, confirmed or proposed.", "NAME"),
    "review_state": one(
        "review-state",
        "unreviewed, confirmed, corrected, rejected (else hidden) or all.",
        "STATE",
        values_of_facet("review_state"),
    ),
    "as_of": one(
        "as-of",
        "As the law stood on this day: the version of each act that stood then, without norms known not to apply yet, or no more.",
        "YYYY-MM-DD",
    ),
    "all_versions": (
        Annotated[
            bool,
            typer.Option("--all-versions", help="Norms of every version and copy, not of the newest version alone."),
        ],
        False,
    ),
}
_MODEL = typer.Option(
    "--model",
    help="Who reads norms: auto (the network that comes with it), or the folder of a network of your own.",
    metavar="NAME",
)
_TABLES = typer.Option("--tables", help="pdfplumber: read ruled tables with pdfplumber: slower, a second opinion.")
_NO_OCR = typer.Option("--no-ocr", help="Do not recognise the text of scans, pictures and garbled pages.")
_OCR_SECONDS = typer.Option("--ocr-seconds", min=1, help="Seconds that text recognition may take for one document.")
_SECONDS = typer.Option("--time-limit", min=1, help="Seconds that one document may take; if not given, by its pages.")
_MEMORY = typer.Option("--memory-limit", min=0, help="GiB that one process may use; 0 for no limit.")
READING: Choices = {
    "workers": (Workers, None),
    "password": (Password, None),
    "language": one("language", "Take this as the language instead of looking.", "CODE", completion.languages),
    "published": one("published", "Publication date where a file does not say its own.", "YYYY-MM-DD"),
    "model": (Annotated[str, _MODEL], "auto"),
    "tables": (Annotated[TableReader, _TABLES], TableReader.FAST),
    "no_ocr": (Annotated[bool, _NO_OCR], False),
    "ocr_seconds": (Annotated[float, _OCR_SECONDS], 20.0),
    "time_limit": (Annotated[float | None, _SECONDS], None),
    "memory_limit": (Annotated[float, _MEMORY], 3.0),
}


def taking(**tables: Choices) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of tables, each table in the place of the argument with its name. This argument receives
    them together, as a dict by name.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = inspect.signature(command, eval_str=True)
        taken: list[inspect.Parameter] = []
        for parameter in own.parameters.values():
            mine = {parameter.name: (parameter.annotation, parameter.default)}
            for name, (annotation, default) in tables.get(parameter.name, mine).items():
                taken.append(inspect.Parameter(name, parameter.KEYWORD_ONLY, default=default, annotation=annotation))

        @functools.wraps(command)
        def run(**given: Any) -> None:
            gathered = {
                argument: {name: _given(given.pop(name)) for name in choices} for argument, choices in tables.items()
            }
            command(**given, **gathered)

        # Typer reads the signature, and the annotations as well.
        vars(run).pop("__wrapped__", None)
        vars(run)["__signature__"] = own.replace(parameters=taken)
        run.__annotations__ = {p.name: p.annotation for p in taken} | {"return": None}
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

    return Config(**analysis_settings(reading)), process_limits(reading)


def analysis_settings(reading: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of :class:`~dutybook.pipeline.config.Config` that are among options of ``READING``."""
    given = {name: reading[name] for name in ("language", "published", "model", "ocr_seconds") if name in reading}
    return {**given, "tables": reading["tables"].value, "ocr": not reading["no_ocr"]}


def process_limits(reading: Mapping[str, Any]) -> Limits:
    """The limits of a reading process, from the options of ``READING``."""
    from dutybook.pipeline.pool import Limits

    return Limits(seconds=reading["time_limit"], memory=int(reading["memory_limit"] * 2**30))


def who(given: str | None) -> str:
    """The name in which changes are recorded: the one given, that of the environment, or that of the login.

    Raises:
        BadRequest: there is none.
    """
    name = given if given is not None else os.environ.get("DUTYBOOK_USER") or login_name()
    from dutybook.store.judgements.change import check_author

    # A name is one line of text, whatever an environment holds.
    clean = " ".join("".join(c if c.isprintable() else " " for c in name).encode("utf-8", "replace").decode().split())
    check_author(clean)
    return clean


def login_name() -> str:
    """The name of the login; empty where the system knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""
