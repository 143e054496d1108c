"""``--model``: who reads norms."""

from __future__ import annotations

from pathlib import Path

import pytest

from dutybook.errors import BadFilter, DamagedModel
from dutybook.pipeline.config import Config, check_model


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(BadFilter, match="'huge' is no model: leave it out, or give the folder of one"):
        check_model(Config(model="huge"))


def test_a_damaged_model_stops_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no graph")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(DamagedModel, match="cannot be used"):
        check_model(Config(model=str(tmp_path)))
