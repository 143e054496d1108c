"""Shell completion: a script for each shell, and what it is answered; the help stays tidy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dutybook.cli import completion, run
from dutybook.errors import DutybookError
from dutybook.store.search.facets import FACETS
from dutybook.store.search.filters import Filters


@pytest.mark.parametrize(
    ("shell", "has"),
    [
        ("bash", "complete -o default -F"),
        ("zsh", "#compdef dutybook"),
        ("fish", "complete --command dutybook"),
        ("powershell", "Register-ArgumentCompleter"),
    ],
)
def test_each_shell_has_a_script(shell: str, has: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    out = capsys.readouterr().out
    assert has in out
    assert completion.VARIABLE in out


def test_other_shells_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", "tcsh"]) == 1
    assert "powershell" in capsys.readouterr().err
    assert run(["--help"]) == 0
    assert "--install-completion" not in capsys.readouterr().out


def ask(*words: str) -> list[str]:
    """What bash is answered for the last of some words."""
    asked = {"COMP_WORDS": " ".join(("dutybook", *words)), "COMP_CWORD": str(len(words))}
    command = [sys.executable, "-m", "dutybook"]
    environment = {**os.environ, **asked, completion.VARIABLE: "complete_bash"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def test_commands_options_and_values_are_completed() -> None:
    assert ask("exp") == ["explain", "export"]
    assert ask("alerts", "pau") == ["pause"]
    assert "--modality" in ask("search", "--mod")
    assert ask("search", "--modality", "o") == ["obligation"]
    assert ask("export", "-", "--format", "j") == ["json", "jsonl"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_the_script_runs_in_bash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", "bash"]) == 0
    program = tmp_path / "dutybook"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dutybook "$@"\n')
    program.chmod(0o755)
    script = capsys.readouterr().out + (
        '\nCOMP_WORDS=(dutybook search --strength s); COMP_CWORD=3; _dutybook_completion dutybook; echo "${COMPREPLY[@]}"'
    )
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == ("should\n", "")


@pytest.mark.parametrize("name", [name for name, facet in FACETS.items() if facet.closed])
def test_completed_values_are_accepted(name: str) -> None:
    values = completion.values_of_facet(name)("")
    assert values
    for value in values:
        try:
            Filters(**{name: value})  # type: ignore[arg-type]
        except DutybookError as error:
            pytest.fail(f"{value}: {error}")


def test_lists_that_are_completed() -> None:
    assert completion.languages("d") == ["da", "de"]
    assert completion.readers("") == ["de", "en", "fr"]
    assert "deadline-moved" in completion.kinds_of_change("d")
    assert "bgb" in completion.laws("b")
    assert completion.modes("o") == ["off", "only"]
    assert completion.strengths("") == ["must", "should"]
    assert "obligations" in completion.tables("obl")
