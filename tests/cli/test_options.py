"""Options that several commands share are written once."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from typer import Typer
from typer.testing import CliRunner

from dutybook.cli import options
from dutybook.pipeline.config import Config
from dutybook.store import Filters


def test_every_filter_of_the_register_is_an_option() -> None:
    assert set(options.FILTERS) == {field.name for field in fields(Filters)} - {"words", "today"}


def test_a_command_gets_its_shared_options_together() -> None:
    seen: list[dict[str, Any]] = []
    app = Typer()

    @app.command()
    @options.taking(filters=options.FILTERS)
    def command(name: str, *, filters: dict[str, Any]) -> None:
        seen.append({"name": name, **filters})

    done = CliRunner().invoke(app, ["x", "--role", "keeper", "--bearer-class", "any"])
    assert done.exit_code == 0, done.output
    assert {k: v for k, v in seen[0].items() if v} == {"name": "x", "role": "keeper", "bearer_class": "any"}


def test_options_of_reading_become_a_configuration() -> None:
    given = {name: default for name, (_, default) in options.READING.items()}
    config, limits = options.settings(given | {"no_ocr": True, "memory_limit": 1.5, "published": "2031-05-03"})
    assert config == Config(published="2031-05-03", ocr=False)
    assert limits.memory == 1536 * 2**20
