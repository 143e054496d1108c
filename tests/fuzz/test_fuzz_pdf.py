"""Mutated PDFs: each ends as read, partly read or unreadable with a reason, in bounded time and memory.

A child process reads them, as in an ingest, so that a crash of a library counts as one failure and ends no test run.
``FUZZ_EXAMPLES=20000 pytest tests/fuzz`` looks longer than the default does.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from mutations import KINDS, Mutation

from dutybook.pipeline.config import Config
from dutybook.pipeline.pool import Limits, Pool
from dutybook.pipeline.reading import ANALYSE
from dutybook.pipeline.worker import Answer, Job, Setup

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "50"))
LIMITS = Limits(seconds=30.0, memory=2 << 30)
SAMPLES = Path(__file__).resolve().parents[2] / "corpora" / "samples"
SEEDS = ("essay-lighthouses.en.pdf", "hafenprogramm-morgenroete.de.pdf", "seehafendatengesetz.de.pdf")

mutations = st.lists(
    st.builds(Mutation, st.sampled_from(sorted(KINDS)), st.floats(0, 1), st.integers(0, 1 << 16)),
    min_size=1,
    max_size=8,
)


class Reader:
    """One child, kept between examples; replaced by the pool when a file ends it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "mutant.pdf"
        setup = Setup(LIMITS.memory, ANALYSE, "dutybook.pipeline.as_json:document_line", Config(), "", LIMITS.max_bytes)
        self.pool = Pool(setup, 1, LIMITS)

    def read(self, data: bytes) -> Answer:
        self.file.write_bytes(data)
        (answer,) = self.pool.run([Job(0, self.file, "mutant.pdf")])
        return answer


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    made = Reader(tmp_path_factory.mktemp("fuzz"))
    with made.pool:
        yield made


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(SEEDS), mutations)
@example(SEEDS[0], [Mutation("bomb", 0.5, 63)])
@example(SEEDS[2], [Mutation("content", 0.0, 0)])
@example(SEEDS[2], [Mutation("loop", 0.1, 1), Mutation("loop", 0.9, 2)])
def test_a_mutated_pdf_has_a_result_and_a_reason(reader: Reader, seed: str, edits: list[Mutation]) -> None:
    data = (SAMPLES / seed).read_bytes()
    for edit in edits:
        data = edit.apply(data)
    answer = reader.read(data)
    if answer.reason is None:
        assert answer.result
        return
    assert answer.reason.kind != "defect", answer.details
    assert "crashed" not in answer.reason, answer.reason
    assert "ended by" not in answer.reason, answer.reason
    assert len(answer.reason) > 15, answer.reason


def test_every_mutation_changes_something() -> None:
    """A mutation that does nothing would make the test above pass for want of damage."""
    data = (SAMPLES / SEEDS[2]).read_bytes()
    for kind in KINDS:
        changed = [Mutation(kind, at, 7).apply(data) != data for at in (0.1, 0.4, 0.8)]
        assert any(changed), kind


def test_the_reader_reports_a_crash(tmp_path: Path) -> None:
    """The checks above can fail: a child that dies says so."""
    setup = Setup(0, "os:_exit", "os:_exit", Config(), "", LIMITS.max_bytes)
    file = tmp_path / "any.pdf"
    file.write_bytes((SAMPLES / SEEDS[0]).read_bytes())
    with Pool(setup, 1, LIMITS) as pool:
        (answer,) = pool.run([Job(0, file, "any.pdf")])
    assert answer.reason is not None
    assert answer.reason.kind
