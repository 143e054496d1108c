"""What is said of a norm for the cells of its row."""

from __future__ import annotations

from dutybook.errors import BadRequest
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.corrections import COLUMNS
from dutybook.store.judgements.record import Record
from dutybook.workbook_import.comparison import Row
from dutybook.workbook_import.report import Problem

_BLANK = Record("")


def review_changes_of(made: Row, reason: str) -> list[Change]:
    """The changes of a row, ``reason`` being that of its corrections; where they cannot be meant after all, a problem and none."""
    try:
        return _changes(made, reason)
    except BadRequest as error:
        made.problems.append(Problem(made.row.number, "", "", "", str(error)))
        made.edits.clear()
        return []


def _changes(made: Row, reason: str) -> list[Change]:
    """Up to three: each of them has a reason of its own."""
    new = {edit.field: edit.new for edits in made.edits.values() for edit in edits}
    plain = Change(
        status=(new["status"] or "unassessed") if "status" in new else None,
        owner=new.get("owner"),
        reviewer=new.get("reviewer"),
        due=new.get("due"),
        review_date=new.get("review_date"),
        control=new.get("control"),
        note=new.get("note"),
    )
    said = [] if plain.says_nothing else [plain]
    now = made.subject.record or _BLANK
    if "applicability" in new or "applicability_reason" in new:
        applies = new.get("applicability", now.applicability) or "unassessed"
        why = new.get("applicability_reason", now.applicability_reason)
        said.append(Change(applicability=applies, reason=why))
    if "finding" in new or "finding_reason" in new:
        finding = new.get("finding", now.finding)
        said.append(Change(finding=finding, reason=new.get("finding_reason", now.finding_reason)))
    correct = {name: new[name] for name in COLUMNS if name in new}
    if correct:
        said.append(Change(correct=correct, reason=reason))
    return said
