"""The estimate of what a cluster needs agrees with a simulation of its queue, and with what must be so."""

from __future__ import annotations

from pathlib import Path

import pytest

from loading import script

queue_model = script(Path(__file__).parents[2] / "benchmarks" / "queue_model.py", "queue_model")


@pytest.mark.parametrize("workers", [1, 8, 64])
def test_formula_and_simulation_agree(workers: int) -> None:
    load = queue_model.Load(documents=20_000, pages=20.0)
    found = queue_model.estimate(load, workers)
    assert queue_model.simulate(load, workers) == pytest.approx(found.hours, rel=0.05)


def test_more_workers_help_until_the_writer_is_busy() -> None:
    load = queue_model.Load(documents=5_000, pages=20.0, read=0.2, write=0.01)
    hours = [queue_model.estimate(load, workers).hours for workers in (1, 10, 20, 40, 80)]
    assert hours[0] == pytest.approx(10 * hours[1])
    assert hours[2:] == [hours[2]] * 3
    assert queue_model.estimate(load, 19).saturates == "the workers"
    assert queue_model.estimate(load, 40).saturates == "the writer"


def test_few_documents_take_as_long_as_the_longest() -> None:
    load = queue_model.Load(documents=3, pages=10.0)
    assert queue_model.simulate(load, 100) > queue_model.estimate(load, 100).hours
