"""Two invented acts that ask for notifications of incidents, with chained reports, and the register that holds them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from analysed import analysed, kept
from dutybook.records import RawDocument
from dutybook.store import open_register

REGULATION = """# Regulation (EU) 2031/912 of the European Parliament and of the Council of 3 March 2031 on the cybersecurity of lock gates

Official Journal of the European Union L 2031/912 12.5.2031

HAVE ADOPTED THIS REGULATION:

Article 7

Notification of incidents

1. The operator of a lock shall submit to the competent authority, in the case of a significant incident:

(a) without undue delay and in any event within 24 hours of becoming aware of the significant incident, an early warning;

(b) within 72 hours of becoming aware of the significant incident, an incident notification;

(c) not later than one month after the submission of the incident notification under point (b), a final report.

2. The incident notification referred to in paragraph 1 shall contain at least:

(a) the lock concerned;

(b) the vessels that wait.

3. The competent authority shall inform the other authorities of the significant incident within 48 hours of becoming aware of it.

4. The operator of a lock shall send the competent authority an annual report on its staff within three months of the end of the year.

Article 8

Data

In the case of a personal data breach, the operator of a lock shall notify the supervisory authority not later than 72 hours after having become aware of it.

Article 9

Entry into force

This Regulation shall enter into force on the twentieth day following that of its publication in the Official Journal of the European Union.
"""


def fill_incident_acts(path: Path) -> None:
    """Make the register, once in a run."""
    path.write_bytes(kept("incident-acts", _fill))


def _fill() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "register.db")
        with open_register(path) as register:
            register.add(analysed(RawDocument("locks.md", REGULATION.encode())))
        return path.read_bytes()
