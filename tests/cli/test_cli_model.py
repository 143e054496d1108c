"""``--model``: who reads norms."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import dutybook
from dutybook.cli.app import app
from dutybook.errors import BadFilter, DamagedModel
from dutybook.extract.norms import light_model
from dutybook.extract.norms.light_model import Head, LightModel
from dutybook.pipeline.config import Config
from dutybook.pipeline.modelling import check_model, judge_of

NEWS = "news-ports-atlantiques.fr.txt"


def lines(samples: Path, model: str) -> list[dict[str, object]]:
    done = CliRunner().invoke(app, ["extract", str(samples / NEWS), "--model", model])
    assert done.exit_code == 0, done.output
    return list(json.loads(done.stdout.splitlines()[0])["norms"])


def test_rules_alone_name_no_model(samples: Path) -> None:
    assert {n["evidence"]["name"] for n in lines(samples, "rules")} == {"rules"}  # type: ignore[index]


def test_what_a_model_decides_names_it(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that takes every plain indicative for no norm: what it rejects is listed, what has a cue stays."""
    labels = ("none", "obligation", "prohibition", "permission", "exemption")
    bias = np.array([9.0, -9.0, -9.0, -9.0, -9.0], dtype=np.float32)
    heads = {"statement": Head(labels, np.zeros((16, 5), dtype=np.float32), bias)}
    asked = {"rules_alone": {"statement": [], "list": ["fr"]}, "statement": {"drop indicative": 0.9}, "list": {}}
    made = LightModel("strict", "3", heads, {"genres": {"eu_act": asked}})
    monkeypatch.setattr(light_model, "load_model", lambda *_: made)
    act = samples / "regulation-harbour-data.fr.html"
    both, rules = dutybook.analyse(act, Config()), dutybook.analyse(act, Config(model="rules"))
    assert 0 < len(both.norms) < len(rules.norms)
    by_model = [r for r in both.rejections if r.evidence.name == "strict"]
    assert by_model
    assert all(r.evidence.version == "3" and "probability" in r.reason for r in by_model)
    again = dutybook.analyse(act, Config())
    assert (again.norms, again.rejections) == (both.norms, both.rejections)


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(BadFilter, match="auto, rules, light"):
        check_model(Config(model="huge"))


def test_a_damaged_model_stops_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(light_model, "folder_of", lambda *_: tmp_path)
    with pytest.raises(DamagedModel, match="--model rules"):
        check_model(Config())
    assert judge_of(Config(model="rules")) is None
