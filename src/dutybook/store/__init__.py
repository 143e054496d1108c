"""The register in SQLite: schema, migrations, writer, reader. sqlite-utils lives here and nowhere else."""

from dutybook.store.filters import Filters
from dutybook.store.flatten import Flat, flatten, unreadable
from dutybook.store.query import Query, parse
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
