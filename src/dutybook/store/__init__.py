"""The register in SQLite: schema, writer, reader. sqlite-utils lives here and nowhere else.

All but the rows' making is imported when it is asked for: a process that reads documents has no register.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dutybook.store.documents.flatten import Flat, flatten, unreadable

if TYPE_CHECKING:
    from dutybook.store.register import Register, open_register
    from dutybook.store.rows import (
        AmountRow,
        CitationRow,
        DeadlineRow,
        DefinitionRow,
        DocumentRow,
        EventRow,
        EvidenceRow,
        FactRow,
        NormDetail,
        NormRow,
        PenaltyRow,
        RejectedRow,
        RunRow,
        Summary,
    )
    from dutybook.store.search.filters import Filters
    from dutybook.store.search.query import Query, parse

__all__ = [
    "AmountRow",
    "CitationRow",
    "DeadlineRow",
    "DefinitionRow",
    "DocumentRow",
    "EventRow",
    "EvidenceRow",
    "FactRow",
    "Filters",
    "Flat",
    "NormDetail",
    "NormRow",
    "PenaltyRow",
    "Query",
    "Register",
    "RejectedRow",
    "RunRow",
    "Summary",
    "flatten",
    "open_register",
    "parse",
    "unreadable",
]

_HOMES = {
    "Filters": "search.filters",
    **dict.fromkeys(("Query", "parse"), "search.query"),
    **dict.fromkeys(("Register", "open_register"), "register"),
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'rows')}"), name)
