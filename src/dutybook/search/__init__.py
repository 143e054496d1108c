"""Search over the register: words, phrases and filters, the best match first."""

from dutybook.search.hits import Hit
from dutybook.search.searching import MAX_LIMIT, count, find, search
from dutybook.store import Filters

__all__ = ["MAX_LIMIT", "Filters", "Hit", "count", "find", "search"]
