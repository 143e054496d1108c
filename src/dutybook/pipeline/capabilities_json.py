"""The languages as JSON values: the same for the command line and for programs that ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dutybook.pipeline.capabilities import Ability, Lack, LanguageRow, said


def languages_as_json(rows: Iterable[LanguageRow], command: str, reader: str) -> dict[str, Any]:
    """``languages``, each with what it can, its scores and what it cannot, in words of ``reader``; ``command`` made the scores."""
    return {"languages": [_row(row, reader) for row in rows], "command": command}


def _row(row: LanguageRow, reader: str) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "abilities": [_ability(a, reader) for a in row.abilities],
        "scores": [{"texts": s.texts, "norms": s.norms, "measures": dict(s.measures)} for s in row.scores],
        "examples": dict(row.specs),
        "cannot": [_lack(lack, reader) for lack in row.cannot],
    }


def _ability(ability: Ability, reader: str) -> dict[str, Any]:
    return {
        "what": ability.what,
        "says": said(ability, reader),
        "can": ability.can,
        "number": ability.number,
        "of": list(ability.of),
    }


def _lack(lack: Lack, reader: str) -> dict[str, Any]:
    return {"what": lack.what, "of": list(lack.of), "says": said(lack, reader)}
