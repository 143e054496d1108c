"""Pack sections ``[norms]`` and ``[actors]``: cues of modality, formulas that are no norms, who acts."""

from __future__ import annotations

from dutybook.languages.sections.base import Section


class Norms(Section):
    """Cues of modality and the formulas that look like norms and are none."""


class Actors(Section):
    """Nouns for those who bear norms, by class."""
