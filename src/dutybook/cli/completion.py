"""``dutybook completion``, and the values that a shell completes options with.

Typer's own options (``--install-completion``) would change the files of a shell and stand in every help, so a command prints the script
instead. What is completed is found when it is asked for, not when a command starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Annotated

import typer

#: The variable by which the script of a shell asks for completions.
VARIABLE = "_DUTYBOOK_COMPLETE"


class Shell(StrEnum):
    """The shells that there is a script for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


def print_completion(
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh, fish or powershell.")],
) -> None:
    """Print the script that lets a shell complete commands, options and their values with the tab key.

    \b
    bash:       dutybook completion bash > ~/.local/share/bash-completion/completions/dutybook
    zsh:        dutybook completion zsh > ~/.zfunc/_dutybook   (with fpath+=~/.zfunc before compinit in ~/.zshrc)
    fish:       dutybook completion fish > ~/.config/fish/completions/dutybook.fish
    PowerShell: dutybook completion powershell >> $PROFILE

    \b
    Example: dutybook completion bash
    """
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    print(get_completion_script(prog_name="dutybook", complete_var=VARIABLE, shell=shell.value))


def prepare() -> None:
    """Let Typer answer the script of a shell, which calls the program with :data:`VARIABLE` set."""
    from typer.completion import completion_init  # type: ignore[attr-defined]

    completion_init()


def values_of_facet(name: str) -> Callable[[str], list[str]]:
    """A completer of a filter whose values are a closed list."""

    def complete(incomplete: str) -> list[str]:
        from dutybook.store.search.facets import FACETS

        return _beginning(FACETS[name].labels or (), incomplete)

    return complete


def strengths(incomplete: str) -> list[str]:
    """How strictly something is meant."""
    return _beginning(("must", "should"), incomplete)


def languages(incomplete: str) -> list[str]:
    """Codes of the languages that are read."""
    from dutybook.languages.wordforms import LANGUAGES

    return _beginning(LANGUAGES, incomplete)


def readers(incomplete: str) -> list[str]:
    """Codes of the languages of the interface."""
    from dutybook.languages.reader import reader_languages

    return _beginning(reader_languages("web"), incomplete)


def formats(incomplete: str) -> list[str]:
    """Names of the formats of exports."""
    from dutybook.export.exporting import known_formats

    return _beginning((extension.removeprefix(".") for extension in known_formats()), incomplete)


def kinds_of_change(incomplete: str) -> list[str]:
    """Kinds of change, as one word each."""
    from dutybook.resolve.identity.changes import ChangeKind

    return _beginning((kind.value.replace(" ", "-") for kind in ChangeKind), incomplete)


def laws(incomplete: str) -> list[str]:
    """Ids of the laws by which periods are counted."""
    from dutybook.languages.period_laws import period_laws

    return _beginning(period_laws(), incomplete)


def incident_kinds(incomplete: str) -> list[str]:
    """Kinds of incidents."""
    from dutybook.languages.incidents import incident_kinds

    return _beginning(incident_kinds(), incomplete)


def modes(incomplete: str) -> list[str]:
    """Ways to search."""
    return _beginning(("auto", "off", "only"), incomplete)


def tables(incomplete: str) -> list[str]:
    """Names of the tables and views of a register."""
    from dutybook.store import schema_guide

    return _beginning((table.name for table in schema_guide.tables()), incomplete)


def _beginning(values: Iterable[str], incomplete: str) -> list[str]:
    return [value for value in values if value.lower().startswith(incomplete.lower())]
