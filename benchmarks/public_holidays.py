#!/usr/bin/env python3
"""Official lists of public holidays against what ``dutybook.resolve.holidays`` knows: every difference, with its reason.

    python benchmarks/public_holidays.py ../shared

The lists are those that Article 2(1) of Regulation 1182/71 speaks of: 27 states, the Commission and the Parliament, for
2025 and 2026. States come from the ``holidays`` library, institutions from ``languages/holidays/``. Exit code 1 where a
difference has no known reason.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dutybook.resolve.holidays import HolidaysAt

YEARS = (2025, 2026)
_PLACES = {"EC": "EU-COM", "EP": "EU-EP"}
_BY_DECREE = re.compile(r"observed|substituted|non-working|day off", re.IGNORECASE)
UNKNOWN = "no reason is known"

_KNOWN = {
    ("HU", "2026-12-24"): "a public holiday from 2026, by a statute later than the list",
    (
        "NL",
        "2026-05-05",
    ): "a holiday for periods that statutes set (art. 3 Algemene termijnenwet), a day off for all only every five years",
    ("PL", "2025-12-24"): "a public holiday by a statute that took effect in 2025, after the list was drawn up",
    ("SK", "2025-11-17"): "a state holiday that is no day of rest since 2025",
    ("SK", "2026-09-15"): "a holiday that is no day of rest in 2026",
    ("SK", "2026-01-06"): "a day of rest by statute that the list of 2026 lacks",
}


@dataclass(frozen=True)
class Difference:
    """A day that stands in one of the two lists of a place only."""

    place: str
    day: date
    name: str
    official: bool
    reason: str

    @property
    def matters(self) -> bool:
        """Whether it can change a deadline: weekend days are days off either way."""
        return self.day.weekday() < 5


def official_lists(shared: Path) -> dict[str, frozenset[date]]:
    """The days of 2025 and 2026 by the name of the list."""
    found = {}
    for file in sorted((shared / "cases" / "holidays-2025-2026").glob("*.json")):
        years = json.loads(file.read_text(encoding="utf-8"))
        found[file.stem] = frozenset(date.fromisoformat(d) for y in YEARS for d in years.get(str(y), []))
    return found


def holidays_of(place: str, first_year: int, last_year: int, *, statutory_only: bool = False) -> dict[date, str]:
    """Our holidays of a place in some years."""
    known = HolidaysAt(_PLACES.get(place, place), statutory_only=statutory_only)
    days = (
        date.fromordinal(n) for n in range(date(first_year, 1, 1).toordinal(), date(last_year + 1, 1, 1).toordinal())
    )
    return {day: known[day] for day in days if day in known}


def differences(lists: dict[str, frozenset[date]], *, statutory_only: bool = False) -> list[Difference]:
    """Every day on which an official list and ours differ."""
    found = []
    for place, official in lists.items():
        ours = holidays_of(place, *YEARS, statutory_only=statutory_only)
        for day in sorted(official ^ set(ours)):
            reason = _reason(place, day, official, ours, lists["EC"])
            found.append(Difference(place, day, ours.get(day, ""), day in official, reason))
    return found


def _reason(place: str, day: date, official: frozenset[date], ours: dict[date, str], union: frozenset[date]) -> str:
    known = _KNOWN.get((place, day.isoformat()))
    if known:
        return known
    if day.weekday() >= 5:
        return "on a weekend day, which one of the two leaves out"
    if day in official:
        if any(d != day and f"{d:%m-%d}" == f"{day:%m-%d}" for d in ours):
            return "the date that a movable feast had in the other year"
        return "a holiday of the institutions, not of the state" if day in union else UNKNOWN
    if _BY_DECREE.search(ours[day]):
        return "a day off by decree, or in place of a holiday at a weekend"
    only = [d for d in official if d.year == day.year and d not in ours and d.weekday() < 5]
    if any(f"{d:%m-%d}" == f"{x:%m-%d}" for d in only for x, name in ours.items() if name == ours[day] and x != day):
        return "stands in the list with the date it had in the other year"
    if any(d in union for d in only):
        return "lacks in a list that has days of the institutions instead"
    return UNKNOWN


def main() -> int:
    """Prints the differences and their numbers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    options = parser.parse_args()
    lists = official_lists(options.shared)
    if not lists:
        print(
            f"{options.shared}/cases/holidays-2025-2026 is not here: the lists are not part of the repository",
            file=sys.stderr,
        )
        return 2
    found = differences(lists)
    for difference in found:
        side = "only in the list   " if difference.official else "only in the library"
        name = f" {difference.name}" if difference.name else ""
        print(f"{difference.place}  {side}  {difference.day:%Y-%m-%d %a}{name}: {difference.reason}")
    print()
    print("| place | in the list | in the library | differ | of these on weekdays |")
    print("|---|---|---|---|---|")
    for place, official in lists.items():
        here = [d for d in found if d.place == place]
        ours = len(holidays_of(place, *YEARS))
        print(f"| {place} | {len(official)} | {ours} | {len(here)} | {sum(d.matters for d in here)} |")
    same = len(lists) - len({d.place for d in found})
    weekdays = [d for d in found if d.matters]
    print()
    print(f"{same} of {len(lists)} lists are the same; {len(found)} days differ, {len(weekdays)} of them on weekdays:")
    for reason, number in Counter(d.reason for d in weekdays).most_common():
        print(f"  {number:3}  {reason}")
    # Periods of Union law leave out days off by decree and substitutes: what is left of days that would prolong them.
    later = [
        sum(d.matters and not d.official for d in days) for days in (found, differences(lists, statutory_only=True))
    ]
    print(f"weekdays that only the library has: {later[0]}; {later[1]} without substitutes and days off by decree")
    return 1 if any(d.reason == UNKNOWN for d in found) else 0


if __name__ == "__main__":
    raise SystemExit(main())
