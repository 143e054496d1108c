"""News beside the law: acts that an item names, norms that it speaks of, items on one event, and what became of announced dates."""

from dutybook.resolve.news.events import Told, entries
from dutybook.resolve.news.expected import Announced, Dated, Outcome, outcome
from dutybook.resolve.news.names import Name, found_in, names_of
from dutybook.resolve.news.wording import Candidate, Wordings
from dutybook.resolve.news.words import telling_words

__all__ = [
    "Announced",
    "Candidate",
    "Dated",
    "Name",
    "Outcome",
    "Told",
    "Wordings",
    "entries",
    "found_in",
    "names_of",
    "outcome",
    "telling_words",
]
