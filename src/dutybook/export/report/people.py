"""What people said of a norm, as lines of a report."""

from __future__ import annotations

from collections.abc import Iterator

from dutybook.export.report.model import Line
from dutybook.export.report.speaking import Speech, inline
from dutybook.store.judgements.record import Record


def people(record: Record, speech: Speech) -> Iterator[Line]:
    """Its status and who does what by when, then notes and links; only what was said."""

    def line(key: str, text: str) -> Iterator[Line]:
        if text:
            yield Line(speech.words(f"people.{key}"), inline(text))

    yield from line("status", speech.value("status", record.status))
    yield from line("why", record.why)
    yield from line("owner", record.owner)
    yield from line("reviewer", record.reviewer)
    yield from line("due", speech.day(record.due))
    yield from line("review_date", speech.day(record.review_date))
    if record.applicability != "unassessed":
        said = speech.value("applicability", record.applicability)
        yield from line("applicability", _with(said, record.applicability_reason))
    yield from line("control", record.control)
    if record.finding:
        yield from line("finding", _with(speech.value("finding", record.finding), record.finding_reason))
    for note in record.notes:
        yield from line("notes", f"{speech.day(note.at[:10])}, {note.by}: {note.text}")
    for link in record.links:
        # Never a link to be followed: what people typed is shown as they typed it.
        yield from line("links", f"{link.label}: {link.target}" if link.label else link.target)


def _with(said: str, reason: str) -> str:
    return f"{said}: {reason}" if reason else said
