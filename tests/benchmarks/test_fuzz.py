"""The damage that ``benchmarks/fuzz.py`` does is the same for the same seed, and it knows a fault from a refusal."""

from __future__ import annotations

import random
from pathlib import Path
from types import ModuleType

import pytest

from dutybook.reasons import Why, because
from loading import script


@pytest.fixture(scope="module")
def fuzz(root: Path) -> ModuleType:
    return script(root / "benchmarks" / "fuzz.py", "fuzz_benchmark")


def test_the_same_seed_does_the_same_damage(fuzz: ModuleType) -> None:
    seeds = fuzz.read_seeds()
    assert len(seeds) > 15

    def damaged(seed: int) -> list[tuple[str, bytes]]:
        chance = random.Random(seed)
        return [fuzz.mutate(data, chance) for _, data in seeds[:12] for _ in range(3)]

    assert _plain(damaged(5)) == _plain(damaged(5))
    assert _plain(damaged(5)) != _plain(damaged(6))


def _plain(made: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Without the bytes of archives, whose members have the time at which they were packed."""
    return [(how, b"" if data[:2] == b"PK" else data) for how, data in made]


@pytest.mark.parametrize("how", ["flip", "cut", "delete", "repeat", "number", "insert", "swap"])
@pytest.mark.parametrize("data", [b"", b"7", b"Article 12: keepers shall 3 x."])
def test_anything_can_be_damaged(fuzz: ModuleType, how: str, data: bytes) -> None:
    assert isinstance(fuzz.MUTATIONS[how](data, random.Random(3)), bytes)


def test_faults_are_told_from_refusals(fuzz: ModuleType) -> None:
    assert fuzz.find_fault("") == ""
    assert fuzz.find_fault(because(Why.EMPTY, "{name}: empty", name="x")) == ""
    assert fuzz.find_fault(because(Why.SLOW, "slow {seconds}", seconds=3)) == "crash, time or memory"
    assert fuzz.find_fault(because(Why.DEFECT, "internal error: {why}", why="KeyError")) == "defect"
