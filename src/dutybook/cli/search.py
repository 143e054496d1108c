"""``dutybook search``, and ``index`` for the vectors that search by meaning needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import completion, options
from dutybook.cli.options import open_database
from dutybook.cli.output import MODALITY_STYLE, count, print_json, print_text, progress_bar, row_to_dict, shorten, text
from dutybook.database_address import Address
from dutybook.errors import BadFilter

if TYPE_CHECKING:
    from datetime import date

    from rich.text import Text

    from dutybook.searching import Counts, Filters, Hit, Page
    from dutybook.store import DeadlineRow, NormRow


#: The most dates of a deadline in a line.
_DATES = 3
#: The most values of a facet in its line.
_VALUES = 8
#: So many acts without a text of a day are named.
_NAMED = 5


@options.taking(filters=options.FILTERS)
def search(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WORDS]...",
            help='Words in any form, "exact words", begin*, one OR other, -without, bearer:…, a citation.',
        ),
    ] = None,
    limit: options.Limit = 20,
    offset: Annotated[int, typer.Option("--offset", min=0, help="Leave out so many first.")] = 0,
    reader: Annotated[
        str | None,
        typer.Option(
            "--reader",
            help="Show norms in this language where they have it.",
            metavar="CODE",
            autocompletion=completion.readers,
        ),
    ] = None,
    facets: Annotated[bool, typer.Option("--facets", help="Count the norms by bearer, act, topic, deadline …")] = False,
    semantic: Annotated[
        str,
        typer.Option(
            "--semantic",
            help="Search by meaning in addition to words, across languages: auto, off or only.",
            metavar="MODE",
            autocompletion=completion.modes,
        ),
    ] = "auto",
    save: Annotated[
        str | None, typer.Option("--save", help="Keep the search under this name, for alerts too.", metavar="NAME")
    ] = None,
    saved: Annotated[str | None, typer.Option("--saved", help="Ask a saved search again.", metavar="NAME")] = None,
    as_json: options.Json = False,
    *,
    filters: dict[str, Any],
) -> None:
    """Find norms by words and filters, the best match first. A norm in several languages is one result.

    Most filters may be given several times: --topic risk --topic records finds both.
    With the vectors of `dutybook index`, plain words also find what means the same in other words and languages.

    Words that begin with a dash stand behind two: dutybook search -- incident -recital

    Of each act the newest version answers. --as-of takes the version that stood on a day, and of it the norms that applied, or of
    which no day is known; --applies-on stays with the newest text and takes norms that apply on a day, and those of which that depends.

    \b
    Example: dutybook search "serious incident" --bearer provider --language en
    As the law stood: dutybook search --work 32019R2088 --as-of 2021-06-30
    """
    from dutybook.searching import FACETS, Filters, page, without_text
    from dutybook.store.profiles.proposals import for_us_states
    from dutybook.store.search.filters import as_date

    chosen = Filters(words=" ".join(words or []), **filters)
    if save or saved:
        chosen, reader = _kept(context, chosen, reader, save, saved)
    with open_database(context) as register:
        found = page(
            register,
            chosen,
            limit=limit,
            offset=offset,
            reader=reader,
            facets=tuple(FACETS) if facets else (),
            semantic=semantic,
        )
        day = as_date(chosen.as_of, "as_of")
        missing = without_text(register, chosen)
        hints = [] if found.total else register.missing_values(chosen)
        ours = for_us_states(register, [hit.id for hit in found.hits])
    hits, total = found.hits, found.total
    for hint in hints:
        print_text((hint, "yellow"), stderr=True)
    if as_json:
        made = _page_to_dict(found, facets=facets)
        if day:
            made["without_text"] = [{"work": work, "title": title, "from": since} for work, title, since in missing]
        print_json(made)
        return
    for hit in hits:
        print_text(*_card(hit, ours.get(hit.id, "")))
        print_text()
    for name, counts in found.facets.items():
        if counts:
            _print_facet(FACETS[name].title, counts, more=found.more)
    range_text = f"{offset + 1}–{offset + len(hits)} of " if len(hits) < total and hits else ""
    # Of very many hits only the first are looked at: say so instead of a wrong number.
    number = f"more than {total:,} norms" if found.more else count(total, "norm")
    print_text((f"{range_text}{number}", "dim"))
    if missing:
        _print_missing(missing, day)
    _print_notes(found)


def _print_notes(found: Page) -> None:
    """Print what helps to find more: a query with its mistakes put right and, where no norm has all the words, why meaning was not searched."""
    from dutybook.searching import WITHOUT_MEANING

    if found.did_you_mean:
        print_text(("did you mean: ", "yellow"), found.did_you_mean, stderr=True)
    if found.loosened:
        print_text(("no norm has all the words: these have all but one", "yellow"), stderr=True)
    if found.without_meaning and (found.loosened or not found.total):
        print_text((WITHOUT_MEANING[found.without_meaning], "dim"), stderr=True)


def _page_to_dict(found: Page, *, facets: bool) -> dict[str, Any]:
    made: dict[str, Any] = {
        "total": found.total,
        "more": found.more,
        "hits": [_hit_to_dict(hit) for hit in found.hits],
        "loosened": found.loosened,
        "did_you_mean": found.did_you_mean,
        "without_meaning": found.without_meaning,
    }
    if facets:
        made["facets"] = {
            name: [{"value": value, "label": label, "norms": number} for value, label, number in counts]
            for name, counts in found.facets.items()
        }
    return made


def _print_missing(missing: list[tuple[str, str, str]], day: date | None) -> None:
    names = "; ".join(f"{shorten(title, 60)} (from {since or 'a day unknown'})" for _, title, since in missing[:_NAMED])
    names += f"; and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    says = f"no text that stood on {day} is in the register of {count(len(missing), 'act')}: {names}"
    print_text((says, "yellow"), stderr=True)


def _kept(
    context: typer.Context, chosen: Filters, reader: str | None, save: str | None, saved: str | None
) -> tuple[Filters, str | None]:
    """The filters of a saved search, or of the search that is to be saved under a name."""

    from dutybook.store.alerts import alerts

    if saved:
        if chosen.narrows:
            raise BadFilter("either a saved search (--saved) or words and filters: give one of them")
        with open_database(context) as register:
            found = alerts.saved_search(register, saved)
        chosen, reader = found.filters, reader or found.reader or None
    if save:
        with open_database(context, writes=True) as register:
            register.check_filters(chosen)
            made = alerts.SavedSearch(save, chosen, reader or "")
            alerts.save_search(register, made, now=datetime.now(UTC), anew=True)
        print_text((f"saved as {save}", "dim"))
    return chosen, reader


def _print_facet(title: str, counts: Counts, *, more: bool) -> None:
    """Print a facet in one line: its most frequent values with their numbers."""

    parts: list[str | tuple[str, str]] = [(f"{title}: ", "yellow")]
    for value, label, number in counts[:_VALUES]:
        name = value if label == value else f"{value} ({shorten(label)})"
        parts += [("" if len(parts) == 1 else ", "), name, (f" {number:,}{'+' if more else ''}", "dim")]
    if len(counts) > _VALUES:
        parts.append(f" and {len(counts) - _VALUES} more")
    print_text(*parts)


def _card(hit: Hit, for_us: str) -> Iterator[str | tuple[str, str] | Text]:
    """A result in a few lines; ``for_us`` says whether it is for us, empty where there are no profiles."""
    from dutybook.store.profiles.for_us import CONFIRMED, FOR_US, PROPOSED

    yield from ((hit.place or "(no place)", "bold"), "  ", (hit.modality, MODALITY_STYLE.get(hit.modality, "")))
    yield " (should)  " if hit.strength == "should" else "  "
    yield from ((hit.bearer or "(no bearer named)", "cyan" if hit.bearer else "dim"), "  ", (hit.id[:12], "dim"))
    if hit.quoted:
        yield from ("\n    ", ("new text: ", "yellow"), describe_new_text(hit))
    if status := describe_legal_status(hit):
        yield from ("\n    ", ("reported as: ", "yellow"), status)
    quote = text(hit.quote)
    for start, end in hit.marks:
        quote.stylize("bold underline", start, end)
    yield from ("\n    ", quote)
    if for_us in (CONFIRMED, PROPOSED):
        yield from ("\n    ", ("for us: ", "yellow"), FOR_US[for_us])
    if applies := describe_times(hit):
        yield from ("\n    ", ("applies: ", "yellow"), applies)
    for deadline in hit.deadlines:
        yield from ("\n    ", ("deadline: ", "yellow"), describe_deadline(deadline))
    languages = ", ".join(hit.languages) or hit.language
    where = shorten(hit.work_title or hit.document_title or hit.source)
    page = f", page {hit.page}" if hit.page else ""
    near = f" · found by meaning ({hit.similarity:.2f})" if hit.similarity is not None else ""
    if "article" in hit.found_by:
        near = " · found by its article as a whole"
    yield from ("\n    ", (f"{where}{page} · {languages} · {hit.source.rpartition('/')[2]}{near}", "dim"))


def describe_deadline(deadline: DeadlineRow) -> str:
    """A deadline in one line: its words, their meaning, its dates, and for dates from stored events the event."""
    # The words of the event say before or after themselves.
    meaning = " ".join(str(part) for part in (deadline.value, deadline.anchor or deadline.direction) if part)
    dated = [row for row in deadline.dated() if row.moment]
    due = "".join(
        f" → {str(row.moment).replace('T', ' ')}{f' {row.events[0].origin}' if row.events else ''}"
        for row in dated[:_DATES]
    )
    due += " …" if len(dated) > _DATES else ""
    return f"{deadline.quote} ({deadline.kind}{': ' + meaning if meaning else ''}){due}"


def describe_new_text(norm: Hit | NormRow) -> str:
    """Where new text that an amending act quotes belongs, as far as that is known."""
    named = [norm.amended_place or "place not clear", f"of {norm.amended_act}" if norm.amended_act else ""]
    return " ".join(filter(None, named))


def describe_legal_status(norm: Hit | NormRow) -> str | None:
    """What news reports a norm as; None where it is no news, or leaves it open."""
    from dutybook.store.search.facets import LEGAL_STATUS

    return LEGAL_STATUS[norm.legal_status] if norm.legal_status else None


def describe_times(norm: Hit | NormRow) -> str | None:
    """The period in which a norm applies, and what it depends on; None if nothing of it is known."""
    begins = f"from {norm.applies_from}" if norm.applies_from else ""
    if norm.depends_on:
        earliest = f"from {norm.applies_earliest} at the earliest, " if norm.applies_earliest else ""
        return f"{earliest}depends on: {norm.depends_on.replace(chr(10), '; ')}"
    ends = f"until {norm.applies_until}" if norm.applies_until else ""
    return " ".join(part for part in (begins, ends) if part) or None


def _hit_to_dict(hit: Hit) -> dict[str, Any]:
    from dutybook.export.tables import event_to_dict, starter_to_dict

    deadlines = [
        {
            **{name: getattr(d, name) for name in ("id", "quote", "kind", "value", "direction", "anchor", "due")},
            "starter": starter_to_dict(d),
            "events": [event_to_dict(e) for e in d.events],
        }
        for d in hit.deadlines
    ]
    return {**row_to_dict(hit), "due": hit.due, "deadlines": deadlines}


def index(
    context: typer.Context,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make all vectors anew.")] = False,
    status: Annotated[bool, typer.Option("--status", help="Only say how far it has come.")] = False,
    encoder: Annotated[
        str | None,
        typer.Option(
            "--encoder",
            help="quick (16 languages) or wide (some hundred, much slower); if not given, the register's, at first quick.",
            metavar="NAME",
        ),
    ] = None,
    workers: options.Workers = None,
    as_json: options.Json = False,
) -> None:
    """Make the register searchable by meaning, across languages and without a network.

    Norms that have no vector yet get one; a run that was cut off goes on where it stopped. From then on `dutybook ingest`
    keeps up by itself. If a part is missing for it, the command that installs it is printed.

    \b
    Example: dutybook index
    """
    from dutybook.pipeline.reading import default_workers
    from dutybook.searching import building, meaning

    with open_database(context, writes=not status) as register:
        if not status:
            chosen = meaning.encoder_named(encoder) if encoder else None
            with progress_bar("encoding") as tell:
                report = building.update(
                    register, chosen, rebuild=rebuild, workers=workers or default_workers(), progress=tell
                )
            if not as_json:
                print_text(f"{count(report.norms, 'norm')} indexed, {count(report.encoded, 'text')} encoded")
        found = building.status(register)
    if as_json:
        print_json(found)
        return
    if found.model:
        parts = [f"{found.with_vector:,} of {count(found.norms, 'norm')} can be found by meaning", found.model]
        if found.behind is not None:
            parts.append(f"approximate index, {found.behind:,} since")
        if found.compared_by != "here":
            parts.append(
                "compared by the server (pgvector)" + (", approximately" if found.compared_by == "server index" else "")
            )
        elif isinstance(context.obj.database, Address):
            parts.append("compared by this machine: the server has no pgvector")
        print_text(" · ".join(parts))
    if found.problem:
        print_text((found.problem, "yellow"))
