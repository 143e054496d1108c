"""``--model``: who reads norms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dutybook.cli.app import app
from dutybook.errors import BadFilter, DamagedModel
from dutybook.extract.norms import light_model
from dutybook.pipeline.config import Config
from dutybook.pipeline.modelling import check_model, judge_of

NEWS = "news-ports-atlantiques.fr.txt"


def lines(samples: Path, model: str) -> list[dict[str, object]]:
    done = CliRunner().invoke(app, ["extract", str(samples / NEWS), "--model", model])
    assert done.exit_code == 0, done.output
    return list(json.loads(done.stdout.splitlines()[0])["norms"])


def test_rules_alone_name_no_model(samples: Path) -> None:
    assert {n["evidence"]["name"] for n in lines(samples, "rules")} == {"rules"}  # type: ignore[index]


def test_evidence_names_the_model_that_decided(samples: Path) -> None:
    both = lines(samples, "auto")
    by_model = [n["evidence"] for n in both if n["evidence"]["name"] == light_model.NAME]  # type: ignore[index]
    assert by_model
    assert all("probability" in e["why"] for e in by_model)  # type: ignore[index]
    assert both == lines(samples, "auto")


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(BadFilter, match="auto, rules, light"):
        check_model(Config(model="huge"))


def test_a_damaged_model_stops_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(light_model, "folder_of", lambda *_: tmp_path)
    with pytest.raises(DamagedModel, match="--model rules"):
        check_model(Config())
    assert judge_of(Config(model="rules")) is None
