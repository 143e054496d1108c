"""What the ablation leaves out exists: a variant that changes nothing would be taken for a part that is worth nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from training import needs

pytestmark = needs("sklearn", "torch", "transformers")

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def variants() -> dict[str, Any]:
    sys.path[:0] = [str(ROOT / "models"), str(ROOT / "benchmarks")]
    from reader.ablation import VARIANTS

    return VARIANTS


def test_every_feature_that_a_variant_leaves_out_is_one_of_the_shipped_decisions(variants: dict[str, Any]) -> None:
    decisions = json.loads((ROOT / "models" / "norms" / "config.json").read_text(encoding="utf-8"))["decisions"]
    unknown = [
        (name, decision, beginning)
        for name, variant in variants.items()
        for decision, beginnings in variant.features.items()
        for beginning in beginnings
        if not any(code.startswith(beginning) for code in decisions[decision]["weights"])
    ]
    assert unknown == []


def test_decisions_are_fitted_anew_from_the_first_that_a_variant_changes_or_right_behind_it(
    variants: dict[str, Any],
) -> None:
    order = ["labels", "strength", "bearer", "classes"]
    for variant in variants.values():
        changed = [order.index(name) for name in variant.features]
        assert all(n >= order.index(variant.first) for n in changed)
        left_out = [order.index(name) + 1 for name in variant.decisions if name in order]
        assert all(n >= order.index(variant.first) or n == len(order) for n in left_out)
