"""The same sentence is due on another day in another state, and on none where the text does not say whose law it is."""

from __future__ import annotations

from datetime import date

import pytest

from dutybook.pipeline.analyse import analyse
from dutybook.records import RawDocument

_ACT = """# Gesetz über die Sicherung von Hafenkränen (Hafenkrangesetz – HafKrG)

{formula}

## § 1 Sicherung

(1) Betreiber von Hafenkränen haben ihre Kräne gegen Sturm zu sichern.

## § 2 Nachrüstung

(1) Betreiber von Hafenkränen haben ihre Kräne nachzurüsten, spätestens drei Monate nach Inkrafttreten dieses Gesetzes.

## § 3 Inkrafttreten

Dieses Gesetz tritt am 3. Jänner 2026 in Kraft.
"""


@pytest.mark.parametrize(
    ("formula", "jurisdiction", "due", "source"),
    [
        # 3 April 2026 is Good Friday, a public holiday in Germany; Easter Monday follows.
        ("Der Bundestag hat das folgende Gesetz beschlossen (BGBl. I S. 1213):", "DE", date(2026, 4, 7), "§ 193 BGB"),
        ("Der Nationalrat hat beschlossen (BGBl. I Nr. 12/2025):", "AT", date(2026, 4, 7), "BGBl. Nr. 37/1961"),
        ("Es wurde beschlossen:", "", None, ""),
    ],
)
def test_due_days_by_state(formula: str, jurisdiction: str, due: date | None, source: str) -> None:
    found = analyse(RawDocument("hafkrg.md", _ACT.format(formula=formula).encode()))
    assert found.work is not None
    assert found.work.jurisdiction == jurisdiction
    deadline = next(d for d in found.deadlines if d.value == "P3M")
    assert deadline.due == due
    assert source in " ".join(deadline.steps)
    assert (deadline.reason == "") == (due is not None)
