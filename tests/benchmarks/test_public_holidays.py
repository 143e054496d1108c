"""Lists of holidays are compared day by day, and every difference has a reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from loading import script


@pytest.fixture(scope="module")
def compared(root: Path) -> ModuleType:
    return script(root / "benchmarks" / "public_holidays.py")


def test_a_day_in_one_list_only_is_a_difference(compared: ModuleType) -> None:
    ours = frozenset(compared.holidays_of("DE", 2025, 2026))
    institutions = frozenset(compared.holidays_of("EU-COM", 2025, 2026))
    assert compared.differences({"DE": ours, "EC": institutions}) == []
    changed = ours - {date(2026, 5, 1)} | {date(2026, 7, 21), date(2026, 9, 9)}
    found = {d.day: d for d in compared.differences({"DE": changed, "EC": institutions})}
    assert sorted(found) == [date(2026, 5, 1), date(2026, 7, 21), date(2026, 9, 9)]
    assert "institutions" in found[date(2026, 7, 21)].reason
    assert found[date(2026, 9, 9)].reason == compared.UNKNOWN
    assert not found[date(2026, 5, 1)].official


@pytest.mark.shared
def test_every_difference_to_the_official_lists_has_a_reason(compared: ModuleType, shared: Path) -> None:
    lists = compared.official_lists(shared)
    assert len(lists) == 29
    found = compared.differences(lists)
    assert [d for d in found if d.reason == compared.UNKNOWN] == []
    # What the institutions published is data here, and is the same to the day.
    assert not {d.place for d in found} & {"EC", "EP"}
