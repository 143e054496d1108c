"""A register with findings that may be wrong: for tests of what readers are told of them."""

from __future__ import annotations

from pathlib import Path

from builders import N, make_analysis
from dutybook.store import Register, open_register

#: Bearer and class of it may be wrong, the bearer most of all.
REPORT = N(
    "Each ferry master shall report a lost anchor within two days.",
    place="Art 3",
    bearer="ferry master",
    confidence=0.5,
    fields=(("norm", 0.97), ("modality", 0.99), ("strength", 0.99), ("bearer", 0.54), ("class", 0.61), ("quote", 0.9)),
    why="label_obligation=0.97; bearer_unit=0.54; its words were recognised in an image (page 1, 80% sure)",
)
#: Nothing is in doubt, but it is known how sure each field is.
LOG = N(
    "Pilots must keep a log.",
    place="Art 4",
    bearer="Pilots",
    fields=(("norm", 0.99), ("bearer", 0.98)),
    confidence=0.95,
)
#: All of it may be wrong, more or less.
SIGN = N(
    "The keeper of the pier may put up a sign.",
    place="Art 5",
    modality="permission",
    bearer="keeper of the pier",
    confidence=0.3,
    fields=(("norm", 0.55), ("modality", 0.7), ("strength", 0.75), ("bearer", 0.79), ("class", 0.3), ("quote", 0.6)),
)
#: How sure its fields are is not known.
OLD = N("Keepers shall count gulls.", place="Art 6", bearer="Keepers", confidence=0.7)
NONE = N("A berth shall be deemed safe.", place="Art 7", rejected="label_none=0.83; carried_by_items")


def doubtful(path: Path | None = None) -> Register:
    """The register, in memory where no path is given."""
    register = open_register(path) if path else open_register()
    register.add(make_analysis([REPORT, LOG, SIGN, OLD, NONE]), "1")
    return register
