"""Instants of the duties to notify of one incident, compared with those that were computed by hand (``incidents/expected.toml``).

    python benchmarks/incidents.py [--keep FILE.db]

Reads the acts of the table (those of ``../shared`` where it is there), enters the incident for each, says what was submitted when, and
compares. Where ``regclock`` (PyPI, 0.0.1) is installed, its due days for the same periods stand beside: it counts whole days from a day
that it is given, knows no hours, no acts and no chained reports, and is a comparison of calendars only.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from dutybook.pipeline.analyse import analyse
from dutybook.pipeline.incidents import IncidentQuery, find_duties
from dutybook.records import RawDocument
from dutybook.records.incidents import CountedDuty, Report
from dutybook.resolve.incidents import count_duties
from dutybook.store import Register, open_register

HERE = Path(__file__).parent
SHARED = HERE.parents[1] / "shared"
TABLE = HERE / "incidents" / "expected.toml"
MOMENTS = ("aware", "classified", "handled", "measure")


def compare(register: Register, table: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """For each expected duty: the act, the place, the instant by hand and that of the program ("not found" where it has no such duty)."""
    moments = {name: table[name] for name in MOMENTS}
    for act in table["act"]:
        path = _path(act["file"])
        if path is None:
            yield act["name"], "", "", "not here"
            continue
        document = next((d.id for d in register.documents() if Path(d.source).name == path.name), None)
        if document is None:
            register.add(analyse(RawDocument(path.name, path.read_bytes())))
            document = next(d.id for d in register.documents() if Path(d.source).name == path.name)
        duties = find_duties(register, IncidentQuery((act["kind"],), {"document": document}))
        reports = {d.id: Report(when) for d in duties if (when := act.get("submitted", {}).get(d.place))}
        now = datetime(2026, 11, 30, tzinfo=UTC)
        counted = count_duties(duties, moments, reports, now=now, place=act["place"] or None, law=act.get("law"))
        for place, by_hand in act["due"].items():
            yield act["name"], place, by_hand, _instant([row for row in counted if row.duty.place == place])


def _path(name: str) -> Path | None:
    path = SHARED / name.removeprefix("shared:") if name.startswith("shared:") else TABLE.parent / name
    return path if path.is_file() else None


def _instant(rows: list[CountedDuty]) -> str:
    if not rows:
        return "not found"
    due = rows[0].due
    return f"{due:%Y-%m-%d %H:%M}" if isinstance(due, datetime) else due.isoformat() if due else ""


def regclock_day() -> str:
    """What regclock gives for three calendar days after the day of noticing, as which it takes the 72 hours of the GDPR."""
    try:
        import regclock as rc  # type: ignore[import-not-found]
    except ImportError:
        return "regclock is not installed"
    duty = rc.Obligation(
        id="gdpr.art33",
        title="Breach notification",
        bearer=rc.Bearer(id="operator", name="Operator"),
        required_action="Notify the supervisory authority.",
        trigger="Breach awareness.",
        deadline=rc.DeadlineSpec(kind=rc.DeadlineKind.RELATIVE, offset_days=3, day_basis=rc.DayBasis.CALENDAR),
        evidence=rc.EvidenceRequirement(kinds=["filing_receipt"]),
        source=rc.SourceCitation(title="GDPR", article="Art. 33(1)"),
        jurisdiction="BE",
    )
    noticed = rc.Event(obligation_id=duty.id, kind=rc.EventKind.TRIGGER, occurred_on=date(2026, 11, 29))
    events, calendars = rc.EventLog(events=[noticed]), {"BE": rc.BusinessCalendar(jurisdiction="BE")}
    schedule = rc.build_schedule([duty], date(2026, 11, 1), date(2026, 12, 31), calendars, events=events)
    return f"regclock {rc.__version__}: three days after 2026-11-29 end on {schedule[0].due_on}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="keep the register here, and read acts once")
    asked = parser.parse_args()
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    with open_register(asked.keep or ":memory:") as register:
        rows = list(compare(register, table))
    reasons = {(act["name"], place): why for act in table["act"] for place, why in act.get("explained", {}).items()}
    for name, place, by_hand, ours in rows:
        why = "" if by_hand == ours else f"  ({reasons.get((name, place), 'NOT EXPLAINED')})"
        print(f"{'same' if by_hand == ours else 'other':6}{name:9}{place:20}{by_hand or '-':18}{ours or '-'}{why}")
    same = sum(by_hand == ours for *_, by_hand, ours in rows)
    print(f"{same} of {len(rows)} the same")
    print(regclock_day(), file=sys.stderr)


if __name__ == "__main__":
    main()
