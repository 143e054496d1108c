"""One norm through versions and languages of a work: which is which, what changed, and where languages deviate.

Pure functions over light records; nothing here knows of a database.
"""

from __future__ import annotations

from dutybook.resolve.identity.alignment import Edge, Member, align_languages, align_versions, group
from dutybook.resolve.identity.changes import Change, ChangeKind, changes
from dutybook.resolve.identity.corrections import Correction, corrections_in
from dutybook.resolve.identity.deviations import Deviation, deviations
from dutybook.resolve.identity.records import Due, NormText, Pair, VersionText
from dutybook.resolve.identity.wording import letters_and_digits, word_diff

__all__ = [
    "Change",
    "ChangeKind",
    "Correction",
    "Deviation",
    "Due",
    "Edge",
    "Member",
    "NormText",
    "Pair",
    "VersionText",
    "align_languages",
    "align_versions",
    "changes",
    "corrections_in",
    "deviations",
    "group",
    "letters_and_digits",
    "word_diff",
]
