"""What the forms about a norm say: fields of its work, judgements of what was found, and corrections of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dutybook.records import BearerClass, Modality, Strength
from dutybook.store import NormRow
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.corrections import COLUMNS
from dutybook.store.judgements.record import Record

#: What a field of a closed list may be.
CLOSED = {
    "modality": tuple(m.value for m in Modality),
    "strength": tuple(s.value for s in Strength),
    "bearer_class": tuple(c.value for c in BearerClass),
}
_UNSAID = {"status": "unassessed", "applicability": "unassessed"}
JUDGED = ("confirmed", "rejected", "taken back")
UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a norm that can be put right: its name in the form, the key of its label, its value, and what it may be (empty: anything)."""

    name: str
    label: str
    value: str
    choices: tuple[str, ...] = ()
    about: str = ""


def fields_of(norm: NormRow) -> list[Field]:
    """What of a norm can be put right, its deadlines last."""
    made = [Field(f"fix:{name}", name, getattr(norm, name) or "", CLOSED.get(name, ())) for name in COLUMNS]
    for deadline in norm.deadlines:
        due = deadline.due.isoformat() if deadline.due else ""
        made.append(Field(f"fix:deadline:{deadline.id}", "deadline", deadline.value or "", about=deadline.quote))
        made.append(Field(f"fix:due:{deadline.id}", "due", due, about=deadline.quote))
    return made


def changes_of(norm: NormRow, before: Record | None, given: Mapping[str, str]) -> list[Change]:
    """What a form changes: fields that say something else than the norm and its record do.

    Raises:
        BadRequest: something in it cannot be meant.
    """
    reason = given.get("reason", "").strip()
    if given.get("judge") in JUDGED:
        finding = "" if given["judge"] == "taken back" else given["judge"]
        # The queue rejects by one key: what is said then, where no reason was typed, comes with its form.
        otherwise = given.get("otherwise", "").strip() if finding == "rejected" else ""
        return [Change(finding=finding, reason=reason or otherwise or None)]
    if given.get("judge") == "corrected":
        return _corrections(norm, given, reason)
    made = _work(before, given, reason)
    return [] if made.says_nothing else [made]


def _corrections(norm: NormRow, given: Mapping[str, str], reason: str) -> list[Change]:
    plain: dict[str, str] = {}
    dated: dict[str, dict[str, str]] = {}
    for field in fields_of(norm):
        value = given.get(field.name)
        # A field of several lines is sent with line ends of its own.
        if value is None or _same(value, field.value):
            continue
        _, name, *deadline = field.name.split(":")
        if deadline:
            dated.setdefault(field.about, {})[name] = value.strip()
        else:
            plain[name] = value.strip()
    made = [Change(correct=plain, reason=reason or None)] if plain else []
    return made + [Change(correct=fixed, deadline=which, reason=reason or None) for which, fixed in dated.items()]


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()) == " ".join(other.split())


def _work(before: Record | None, given: Mapping[str, str], reason: str) -> Change:
    plain = {}
    for name in ("status", "owner", "due", "applicability"):
        value = given.get(name)
        held = getattr(before, name) if before else _UNSAID.get(name, "")
        if value is not None and value.strip() != held:
            plain[name] = value.strip()
    if "applicability" not in plain and reason and before and reason != before.applicability_reason:
        plain["applicability"] = before.applicability
    note = given.get("note", "").strip()
    return Change(**plain, reason=reason or None, note=note or None)  # type: ignore[arg-type]
