"""Search over the register: words, phrases and filters, the best match first."""

from dutybook.searching.ranking import MODES, WITHOUT_MEANING
from dutybook.searching.searching import (
    MAX_LIMIT,
    Hit,
    Page,
    count,
    facets,
    page,
    search,
    without_text,
)
from dutybook.store import Filters
from dutybook.store.search.facets import FACETS
from dutybook.store.search.results import Counts

__all__ = [
    "FACETS",
    "MAX_LIMIT",
    "MODES",
    "WITHOUT_MEANING",
    "Counts",
    "Filters",
    "Hit",
    "Page",
    "count",
    "facets",
    "page",
    "search",
    "without_text",
]
