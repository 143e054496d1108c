"""``dutybook tokens``: the tokens with which programs sign in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from dutybook.cli import options
from dutybook.cli.accounts import accounts_of

NAME = "tokens"

_HELP = """Tokens for programs: the API under /api/v1 of `dutybook serve`, and its feeds.

\b
Examples:
  dutybook tokens new "nightly report" --scope read
  dutybook tokens list
  dutybook tokens revoke 3
"""

group = typer.Typer(
    name=NAME,
    help=_HELP,
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 110},
)

Scope = Annotated[str, typer.Option("--scope", help="read, write or feed.", metavar="SCOPE")]
Person = Annotated[
    str | None,
    typer.Option(
        "--person", help="Whom it speaks for; without, it is for `serve` without --multi-user.", metavar="NAME"
    ),
]
Days = Annotated[int | None, typer.Option("--days", min=1, max=3650, help="It works so long; without, until revoked.")]


def new(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for.")],
    *,
    scope: Scope = "read",
    person: Person = None,
    days: Days = None,
) -> None:
    """Make a token and print it, this once.

    \b
    Example: dutybook tokens new "nightly report" --scope read --days 90
    """
    from dutybook.cli.output import console, text
    from dutybook.store.accounts import tokens

    accounts = accounts_of(context, create=True)
    _, secret = tokens.new(accounts, name, scope, datetime.now(UTC), person=person, days=days)
    console(stderr=True).print(text("This is shown once; whoever has it may do what it may:"))
    console().print(text(secret))


def listing(context: typer.Context, *, as_json: options.Json = False) -> None:
    """List the tokens, without their secrets.

    \b
    Example: dutybook tokens list
    """
    from dataclasses import asdict

    from dutybook.cli.output import print_json, print_table
    from dutybook.store.accounts import tokens

    found = tokens.tokens(accounts_of(context))
    if as_json:
        print_json([asdict(token) for token in found])
        return
    print_table(
        ("id", "for", "whose", "scope", "last used", "until"),
        (
            (
                *(token.id, token.name, token.person or "(serve alone)", token.scope),
                (token.last_used or "never")[:16].replace("T", " "),
                (token.expires or "")[:10],
            )
            for token in found
        ),
        right=(0,),
    )


def revoke(context: typer.Context, token: Annotated[int, typer.Argument(metavar="ID")]) -> None:
    """End a token at once.

    \b
    Example: dutybook tokens revoke 3
    """
    from dutybook.cli.output import console, text
    from dutybook.store.accounts import tokens

    ended = tokens.revoke(accounts_of(context), token, datetime.now(UTC))
    console().print(text(f"the token {ended.name} works no more"))


for _name, _command in (("new", new), ("list", listing), ("revoke", revoke)):
    group.command(name=_name, no_args_is_help=False)(_command)
