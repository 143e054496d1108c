"""Fitted decisions: probabilities from features, log-odds, calibration."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.extract.norms.model.reader import Decision, interpolate, log_odds

FITTED = {"labels": ["yes", "no", "perhaps"], "bias": [0.5, 0.0, -0.5], "weights": {"wet": [2.0, -1.0, 0.0]}}
values = st.floats(-50, 50)


@given(st.dictionaries(st.sampled_from(["wet", "cold", "late"]), values))
def test_probabilities_are_of_all_labels_and_sum_to_one(features: dict[str, float]) -> None:
    found = Decision(FITTED).probabilities(features)
    assert list(found) == ["yes", "no", "perhaps"]
    assert sum(found.values()) == pytest.approx(1)


@given(values)
def test_a_feature_without_weights_counts_nothing(value: float) -> None:
    decision = Decision(FITTED)
    assert decision.probabilities({"wet": 1.0, "cold": value}) == decision.probabilities({"wet": 1.0})


def test_weights_speak_for_their_label() -> None:
    decision = Decision(FITTED)
    assert decision.probabilities({"wet": 1.0})["yes"] > decision.probabilities({})["yes"]
    assert decision.probabilities({"wet": 1e6}) == {"yes": 1.0, "no": 0.0, "perhaps": 0.0}


@given(st.floats(0, 1), st.floats(1e-6, 0.1))
def test_log_odds_are_finite_and_even(probability: float, least: float) -> None:
    found = log_odds(probability, least)
    assert abs(found) <= abs(log_odds(least, least)) + 1e-9
    assert found == pytest.approx(-log_odds(1 - probability, least), abs=1e-6)


@given(st.floats(0, 1))
def test_without_points_a_probability_stays(value: float) -> None:
    assert interpolate(value, []) == value


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=9, unique_by=lambda p: p[0]))
def test_points_are_met_and_never_left(points: list[tuple[float, float]]) -> None:
    points.sort()
    for raw, right in points:
        assert interpolate(raw, points) == pytest.approx(right)
    assert interpolate(-1, points) == points[0][1]
    assert interpolate(2, points) == points[-1][1]
