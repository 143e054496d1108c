"""``dutybook languages``: what is extracted from texts in each language, how well, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.pipeline.capabilities import Ability, LanguageRow, Scored

NAME = "languages"
_FIRST, _SECOND = "held out", "open"


def command(
    code: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[LANGUAGE]...", help="Codes of languages (cs, de …), “others” for what happens in all others."
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """List the languages: what is read in each, how well it was measured, and what cannot be done.

    Scores are F1 of texts that nobody tuned or trained on, in brackets the number of norms behind them; for the bearer the share of
    right ones. A named language is listed in full.

    \b
    Example: dutybook languages
    One of them: dutybook languages cs
    """
    from dutybook.cli.output import print_json
    from dutybook.errors import NotFound
    from dutybook.languages.artefacts import measured
    from dutybook.pipeline.capabilities import languages, languages_as_json

    rows = {row.code: row for row in languages()}
    wanted = [c.casefold() for c in code or ()]
    for unknown in (c for c in wanted if c not in rows):
        raise NotFound(f"{unknown!r} is none of the languages with a pack; there are: {', '.join(rows)}")
    chosen = [rows[c] for c in wanted] or list(rows.values())
    if as_json:
        print_json(languages_as_json(chosen, measured().command, "en"))
    elif wanted:
        for row in chosen:
            _print_whole(row)
    else:
        _print_all(chosen)


def _print_all(rows: list[LanguageRow]) -> None:
    from dutybook.cli.output import console, print_table, text
    from dutybook.languages.artefacts import measured
    from dutybook.languages.reader import reader_words
    from dutybook.pipeline.capabilities import OTHERS, SECTION, describe_capability

    words = reader_words(SECTION, "en")

    table = []
    for row in rows:
        if row.code != OTHERS:
            first, second = row.score(_FIRST), row.score(_SECOND)
            by = [a.what for a in row.abilities if a.what in {"network", "cues"} and a.can]
            scores = [_number(first, m) for m in ("modality", "bearer", "deadline", "fact")]
            table.append(
                (row.code, row.name, " ".join(by), _norms(first), *scores, _norms(second), str(len(row.cannot)))
            )
    head = ("code", "language", "norms by", "norms", "kind", "bearer", "deadlines", "dates", "in the making", "lacks")
    print_table(head, table, right=tuple(range(3, len(head))))
    out = console()
    for row in rows:
        lacks = [describe_capability(lack, "en") for lack in row.cannot]
        out.print(text("\n", (row.name or words("others"), "bold"), f": {' '.join(lacks) or words('nothing_lacks')}"))
    if measured().command:
        out.print(text("\n", (f"Scores: {measured().command}", "dim")))


def _print_whole(row: LanguageRow) -> None:
    from dutybook.cli.output import console, text
    from dutybook.languages.reader import reader_words
    from dutybook.pipeline.capabilities import MEASURES, SECTION, describe_capability

    words, out = reader_words(SECTION, "en"), console()
    out.print(text((row.name or words("others"), "bold"), f" ({row.code})"))
    for ability in row.abilities:
        mark, style = ("yes", "green") if ability.can else ("no", "yellow")
        out.print(text((f"  {mark:>3}", style), f"  {describe_capability(ability, 'en')}{_behind(ability)}"))
    for scored in row.scores:
        measures = [f"{words(f'measure.{m}')} {scored.measures[m]:.2f}" for m in MEASURES if m in scored.measures]
        out.print(text(f"  {words(f'texts.{scored.texts}')} ({scored.norms} norms): {', '.join(measures)}"))
    if row.specs:
        out.print(text(f"  specified by examples: {', '.join(f'{n} {kind}' for kind, n in row.specs.items())}"))
    for lack in row.cannot:
        out.print(text(("   – ", "yellow"), describe_capability(lack, "en")))


def _behind(ability: Ability) -> str:
    details = [str(ability.number)] if ability.number and ability.what != "states" else []
    details += [", ".join(ability.of)] if ability.of else []
    return f" ({'; '.join(details)})" if details else ""


def _norms(scored: Scored | None) -> str:
    return f"{_number(scored, 'norm')} ({scored.norms})" if scored else "–"


def _number(scored: Scored | None, measure: str) -> str:
    return f"{scored.measures[measure]:.2f}" if scored and measure in scored.measures else "–"
