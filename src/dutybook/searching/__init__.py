"""Search over the register: words, phrases and filters, the best match first."""

from dutybook.searching.hits import Hit
from dutybook.searching.searching import MAX_LIMIT, Page, count, facets, find, page, search
from dutybook.store import Filters

__all__ = ["MAX_LIMIT", "Filters", "Hit", "Page", "count", "facets", "find", "page", "search"]
