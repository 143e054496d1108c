"""The pass ``bearers``: who is bound, of those that the unit, what goes before it, and its stems name."""

from __future__ import annotations

from typing import Any

import pytest
from scripted import Written, fitted, write

from dutybook.extract.norms.passes.bearers import bearer_candidates, find_named
from dutybook.extract.norms.unit import Unit

RIGHT = ("right",)


def found(script: str, **decisions: Any) -> tuple[Written, tuple[Unit, ...]]:
    written = write(script, decisions=decisions)
    return written, written.run("bearers")


def bearer(written: Written, unit: Unit) -> tuple[str | None, str]:
    assert unit.bearer is not None
    return written.words(unit.bearer.span), unit.bearer.source


def test_the_unit_names_its_bearer() -> None:
    written, (unit,) = found("[obligation] <bearer>Der Deichgraf</bearer> prüft den Deich im Herbst.")
    assert bearer(written, unit) == ("Der Deichgraf", "unit")
    assert unit.trace[-1].code == "bearer_unit"
    assert unit.bearer is not None
    assert 0.5 < unit.bearer.probability < 1


def test_what_goes_before_names_it() -> None:
    written, (_, unit) = found("""
        [none] Bivakovatelj postavi šotor na jasi.
        [obligation before="Bivakovatelj"] Ogenj pogasi pred odhodom.
    """)
    assert bearer(written, unit) == ("Bivakovatelj", "before")
    assert unit.trace[-1].code == "bearer_before"


def test_the_stem_names_it() -> None:
    written, (_, unit) = found(
        """
        [stem obligation list=items] <bearer>Beachvakten</bearer> ska dagligen:
        [item=0 obligation] mäta vattnets temperatur;
        """,
        bearer=fitted(RIGHT, [0], stem=[4]),
    )
    assert bearer(written, unit) == ("Beachvakten", "stem")
    assert unit.trace[-1].code == "bearer_stem"


@pytest.mark.parametrize("inner", ["during a storm warning:", "at dusk:"])
def test_the_bearer_of_an_outer_stem_is_found_through_the_inner_one(inner: str) -> None:
    """Also where the inner stem is too short to be a unit."""
    written, units = found(
        f"""
        [stem obligation list=items] <bearer>The lighthouse keeper</bearer> shall:
        [stem of=0 obligation list=items] {inner}
        [item=1 obligation] light the second lamp;
        """,
        bearer=fitted(RIGHT, [0], stem=[4]),
    )
    assert bearer(written, units[-1]) == ("The lighthouse keeper", "stem")


def test_the_nearest_stem_that_names_somebody_counts() -> None:
    written, units = found(
        """
        [stem obligation list=items] <bearer>The harbour office</bearer> shall see to it that:
        [stem of=0 obligation list=items] <bearer>each pilot</bearer>, when on duty:
        [item=1 obligation] carries a lamp and a whistle;
        """,
        bearer=fitted(RIGHT, [0], stem=[4]),
    )
    assert bearer(written, units[-1]) == ("each pilot", "stem")


def test_nobody_is_named() -> None:
    written, (unit,) = found("[obligation] Les chiens sont tenus en laisse sur la digue.")
    assert bearer(written, unit) == (None, "nowhere")
    assert unit.trace[-1].code == "bearer_nowhere"


def test_unfitted_an_unsure_bearer_is_not_believed() -> None:
    written, (unit,) = found("[obligation] <bearer p=0.1>The moor</bearer> shall be left before dusk.")
    assert bearer(written, unit)[0] is None


def test_weights_choose_among_the_candidates() -> None:
    script = "[obligation] <bearer>The net</bearer> shall be mended by the fishers."
    against = fitted(RIGHT, [0], unit=[-2], nowhere=[4])
    written, (unit,) = found(script, bearer=against)
    assert bearer(written, unit) == (None, "nowhere")
    assert unit.bearer is not None
    assert unit.bearer.probability == pytest.approx(0.980, abs=1e-3)


def test_what_states_no_norm_has_no_bearer() -> None:
    _, (unit,) = found("[none] <bearer>The beekeeper</bearer> was born in a mill.")
    assert unit.bearer is None


def test_each_candidate_brings_what_speaks_for_it() -> None:
    written = write("""
        [stem obligation list=items] <bearer>The ferryman</bearer> shall, each evening:
        [item=0 obligation class=person@0.7] <bearer p=0.6>the mate</bearer> present, moor the boat;
    """)
    units = written.run("parts")
    named = find_named(units, written.discourse)
    found = list(bearer_candidates(units[1], named, written.discourse))
    by_source = {m.source: features for m, features in found if m.span is None or features.get(m.source)}
    assert {"unit", "stem", "nowhere"} <= set(by_source)
    assert by_source["unit"]["unit_class_person"] == pytest.approx(0.7, abs=1e-3)
    assert by_source["unit"]["unit_item"] == by_source["stem"]["stem_item"] == 1.0
    assert by_source["stem"]["stem_beside_unit"] == 1.0
    assert not [name for name in by_source["stem"] if name.startswith(("unit_", "nowhere_"))]
    # In every process in one order, so that sums of them are equal to the last bit.
    neighbour_features = [name for name in by_source["stem"] if name.startswith("stem_beside_")]
    assert len(neighbour_features) > 1
    assert neighbour_features == sorted(neighbour_features)


def test_known_actors_and_how_often_a_bearer_is_named_are_features() -> None:
    written = write("""
        [obligation] <bearer>The employer</bearer> keeps the tally.
        [obligation] <bearer>The employer</bearer> signs the tally.
        [obligation] <bearer>The lid</bearer> is closed.
    """)
    units = written.run("parts")
    named = find_named(units, written.discourse)
    own = [
        next(features for m, features in bearer_candidates(unit, named, written.discourse) if m.source == "unit")
        for unit in units
    ]
    assert [features["unit_actor"] for features in own] == [1.0, 1.0, 0.0]
    assert [features["unit_opens_with_actor"] for features in own] == [1.0, 1.0, 0.0]
    assert [features["unit_actor_inside"] for features in own] == [1.0, 1.0, 0.0]
    assert own[0]["unit_named"] == own[1]["unit_named"] > own[2]["unit_named"] > 0
