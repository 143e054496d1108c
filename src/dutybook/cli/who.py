"""Finds out in whose name the command line makes changes."""

from __future__ import annotations

import getpass
import os
from typing import Annotated

import typer

By = Annotated[
    str | None, typer.Option("--by", help="Who you are: else DUTYBOOK_USER, else your login name.", metavar="NAME")
]


def who(given: str | None) -> str:
    """The name for the history.

    Raises:
        BadRequest: there is none.
    """
    from dutybook.errors import BadRequest

    name = given if given is not None else os.environ.get("DUTYBOOK_USER") or _login()
    # A name is one line of text, whatever an environment holds.
    clean = " ".join("".join(c if c.isprintable() else " " for c in name).encode("utf-8", "replace").decode().split())
    if not clean:
        raise BadRequest("say who you are: --by NAME (or set DUTYBOOK_USER)")
    return clean


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""
