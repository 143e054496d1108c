"""The pass ``confidence``: how probably a reader would leave a row as it is, and each of its fields."""

from __future__ import annotations

from math import prod
from typing import Any

import pytest
from scripted import fitted, write

from dutybook.extract.norms.passes.confidence import FIELDS, confidence_features
from dutybook.extract.norms.unit import Unit

LINE = "[obligation@0.8 class=person@0.7 strength=must@0.9] <bearer>Der Gast</bearer> zieht die Stiefel aus."


def sure(script: str = LINE, **decisions: Any) -> Unit:
    return write(script, decisions=decisions).run("confidence")[0]


def test_unfitted_a_field_is_as_sure_as_the_network() -> None:
    unit = sure()
    assert set(unit.fields) == set(FIELDS)
    assert unit.fields["modality"] == pytest.approx(0.8, abs=1e-3)
    assert unit.fields["class"] == pytest.approx(0.7, abs=1e-3)
    assert unit.fields["strength"] == pytest.approx(0.9, abs=1e-3)


def test_unfitted_a_row_is_right_where_all_fields_are() -> None:
    unit = sure()
    assert unit.confidence == pytest.approx(prod(unit.fields[f] for f in FIELDS if f != "norm"))
    assert (unit.trace[-1].code, unit.trace[-1].probability) == ("confidence", unit.confidence)


def test_points_calibrate_what_is_raw() -> None:
    half = {"points": [[0.0, 0.0], [1.0, 0.5]]}
    assert sure(confidence={"modality": half}).fields["modality"] == pytest.approx(0.4, abs=1e-3)


def test_fitted_weights_say_how_sure_a_field_is() -> None:
    one = fitted(("right", "wrong"), [0, 0], label_obligation=[1, -1])
    unit = sure(confidence={"row": one, "bearer": one})
    assert unit.confidence == unit.fields["bearer"] == pytest.approx(0.8808, abs=1e-4)


def test_what_states_no_norm_has_no_confidence() -> None:
    unit = sure("[none] Der Gast kam aus Ulm und blieb drei Tage.")
    assert (unit.fields, unit.confidence) == ({}, 0.0)


def test_features_name_what_was_decided() -> None:
    written = write("""
        [obligation class=authority] <norm obligation class=authority><bearer>La mairie</bearer> ouvre la piste</norm> et <norm permission>chacun peut skier</norm>.
        [none] La piste est longue de deux kilomètres.
    """)
    first, second, none = confidence_features(written.run("classes"), written.discourse)
    assert none == {}
    assert first["class_authority"] == first["bearer_unit"] == first["label_obligation"] == first["part"] == 1.0
    assert second["label_permission"] == second["bearer_nowhere"] == 1.0
    assert 0 < first["share"] <= 1
