"""``dutybook accounts`` and ``tokens``: who may sign in to ``dutybook serve``, people and programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options
from dutybook.cli.options import By, State, open_database, who
from dutybook.cli.output import print_json, print_table, print_text, row_to_dict
from dutybook.errors import BadRequest, NotFound

if TYPE_CHECKING:
    from dutybook.store.accounts import Accounts


ACCOUNTS_HELP = """People who may sign in to `dutybook serve --multi-user`: readers see everything, editors also judge norms,
administrators also look after people and alerts. They are in a file of their own next to the database, and in the database itself where that is PostgreSQL.

\b
Examples:
  dutybook accounts add "Anna Berg" --role admin
  dutybook accounts list
  dutybook accounts disable "Anna Berg"
"""

TOKENS_HELP = """Tokens for programs: the API under /api/v1 of `dutybook serve`, and its feeds.

\b
Examples:
  dutybook tokens new "nightly report" --scope read
  dutybook tokens list
  dutybook tokens revoke 3
"""

Name = Annotated[str, typer.Argument(metavar="NAME")]
Role = Annotated[str, typer.Option("--role", help="reader, editor or admin.", metavar="ROLE")]
Again = Annotated[bool, typer.Option("--again", help="The same person as the one who was removed.")]
Scope = Annotated[str, typer.Option("--scope", help="read, write or feed.", metavar="SCOPE")]
Person = Annotated[
    str | None,
    typer.Option(
        "--person", help="Whom it speaks for; without, it is for `serve` without --multi-user.", metavar="NAME"
    ),
]
Days = Annotated[int | None, typer.Option("--days", min=1, max=3650, help="It works so long; without, until revoked.")]


def open_accounts(context: typer.Context, *, create: bool = False) -> Accounts:
    """The accounts of the register.

    Raises:
        NotFound: there is no register, or nobody has an account.
    """
    from dutybook.store.accounts import accounts_of

    state: State = context.obj
    if not state.database.exists():
        raise NotFound(f"there is no database {state.database} to have accounts for (name one with --database)")
    accounts = accounts_of(state.database)
    if not create and not accounts.exists():
        raise NotFound("there are no accounts yet: dutybook accounts add NAME --role admin")
    return accounts


def add(context: typer.Context, name: Name, *, role: Role = "reader", again: Again = False) -> None:
    """Make an account, and print the link by which its owner sets the password.

    \b
    Example: dutybook accounts add "Anna Berg" --role editor
    """
    from dutybook.store.accounts import people

    person, key = people.add(open_accounts(context, create=True), name, role, datetime.now(UTC), again=again)
    _print_link(f"{person.name} has an account now ({person.role}).", key)


def list_accounts(context: typer.Context, *, as_json: options.Json = False) -> None:
    """List the people, their roles, and when they signed in last.

    \b
    Example: dutybook accounts list
    """
    from dutybook.store.accounts import people

    found = people.people(open_accounts(context))
    if as_json:
        print_json([{name: value for name, value in row_to_dict(person).items() if name != "id"} for person in found])
        return
    print_table(
        ("name", "role", "state", "last signed in"),
        (
            (
                person.name,
                person.role,
                "disabled" if person.disabled else "ok" if person.ready else "no password yet",
                (person.last_signed_in or "never")[:16].replace("T", " "),
            )
            for person in found
        ),
    )


def role(context: typer.Context, name: Name, role: Annotated[str, typer.Argument(metavar="ROLE")]) -> None:
    """Give somebody another role; it counts at once.

    \b
    Example: dutybook accounts role "Anna Berg" reader
    """
    from dutybook.store.accounts import people

    person = people.set_role(open_accounts(context), name, role, datetime.now(UTC))
    print_text(f"{person.name} is {person.role} now.")


def disable(context: typer.Context, name: Name) -> None:
    """Block somebody: sessions end, and tokens stop working until the account is enabled again.

    \b
    Example: dutybook accounts disable "Anna Berg"
    """
    from dutybook.store.accounts import people

    print_text(f"{people.disable(open_accounts(context), name, datetime.now(UTC)).name} can no longer sign in.")


def enable(context: typer.Context, name: Name) -> None:
    """Unblock somebody.

    \b
    Example: dutybook accounts enable "Anna Berg"
    """
    from dutybook.store.accounts import people

    print_text(f"{people.enable(open_accounts(context), name, datetime.now(UTC)).name} can sign in again.")


def link(
    context: typer.Context,
    name: Name,
    subject: Annotated[
        str,
        typer.Argument(metavar="SUBJECT", help="Their id at the provider (the claim sub), or their name at the proxy."),
    ],
    *,
    issuer: Annotated[
        str, typer.Option("--issuer", help="The provider's address; the proxy if not given.", metavar="URL")
    ] = "",
) -> None:
    """Link an existing account to somebody whom an OpenID provider or a proxy signs in.

    Without this, their first sign-in makes a new account: the same name elsewhere may be somebody else's.

    \b
    Example: dutybook accounts link "Anna Berg" 248289761001 --issuer https://login.example
    Example: dutybook accounts link "Anna Berg" anna.berg
    """
    from dutybook.store.accounts.identities import PROXY
    from dutybook.store.accounts.identities import link as tie
    from dutybook.store.accounts.people import folded

    who = subject if issuer else folded(subject)
    person = tie(open_accounts(context), name, issuer or PROXY, who, datetime.now(UTC))
    print_text(f"{person.name} is signed in by {issuer or 'the proxy'} now.")


def second_person(
    context: typer.Context,
    state: Annotated[str, typer.Argument(metavar="on|off", help="Without it, the state is printed.")] = "",
    *,
    by: By = None,
) -> None:
    """Let judgements take effect only when a second person approves them, or print whether that is so.

    \b
    Example: dutybook accounts second-person on
    """
    from dutybook.store.judgements.approval_rule import needs_second_person, set_second_person

    if state not in ("", "on", "off"):
        raise BadRequest(f"{state!r} is neither on nor off.")
    with open_database(context, writes=bool(state)) as register:
        if state:
            set_second_person(register, on=state == "on", by=who(by))
        print_text("on" if needs_second_person(register) else "off")


def reset(context: typer.Context, name: Name) -> None:
    """Print a new link to set a password; the old password and all sessions end.

    \b
    Example: dutybook accounts reset "Anna Berg"
    """
    from dutybook.store.accounts import people

    person, key = people.reset(open_accounts(context), name, datetime.now(UTC))
    _print_link(f"{person.name}'s password and sessions have ended.", key)


def remove(context: typer.Context, name: Name) -> None:
    """Forget somebody, with all tokens. What was changed under that name stays in the history; nobody else gets the name.

    \b
    Example: dutybook accounts remove "Anna Berg"
    """
    from dutybook.store.accounts import people

    print_text(f"{people.remove(open_accounts(context), name, datetime.now(UTC)).name} is forgotten.")


def _print_link(what: str, key: str) -> None:
    from dutybook.store.accounts.people import LINK_FOR

    hours = int(LINK_FOR.total_seconds() // 3600)
    print_text(f"{what} The password is set, once and within {hours} hours, where Dutybook is served, at:")
    print_text(f"/join?key={key}")


def make_token(
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
    from dutybook.store.accounts import sessions

    accounts = open_accounts(context, create=True)
    _, secret = sessions.new_token(accounts, name, scope, datetime.now(UTC), person=person, days=days)
    print_text("This is shown once; whoever has it may do what it may:", stderr=True)
    print_text(secret)


def list_tokens(context: typer.Context, *, as_json: options.Json = False) -> None:
    """List the tokens, without their secrets.

    \b
    Example: dutybook tokens list
    """
    from dutybook.store.accounts import sessions

    found = sessions.tokens(open_accounts(context))
    if as_json:
        print_json(found)
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


def revoke_token(context: typer.Context, token: Annotated[int, typer.Argument(metavar="ID")]) -> None:
    """End a token at once.

    \b
    Example: dutybook tokens revoke 3
    """
    from dutybook.store.accounts import sessions

    ended = sessions.revoke_token(open_accounts(context), token, datetime.now(UTC))
    print_text(f"the token {ended.name} works no more")
