"""Search over the register: words, phrases and filters, the best match first."""

from dutybook.searching.hits import Hit
from dutybook.searching.hybrid import MODES
from dutybook.searching.searching import MAX_LIMIT, count, find, search
from dutybook.store import Filters

__all__ = ["MAX_LIMIT", "MODES", "Filters", "Hit", "count", "find", "search"]
