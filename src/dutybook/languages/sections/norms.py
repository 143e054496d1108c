"""Pack sections ``[norms]`` and ``[actors]``: words that command, formulas that do not, and nouns for those who act.

Cue patterns are written as words with spaces between them. ``a|b`` are alternatives, ``_`` is any one word, ``…``
stands for up to twelve words without punctuation, ``/…/`` is a regular expression for one word (dear: use few).
"""

from __future__ import annotations

from pydantic import Field

from dutybook.languages.sections.base import Section


class Cues(Section):
    """Patterns by what they say. ``recommendation`` is an obligation of strength *should*."""

    obligation: tuple[str, ...] = ()
    prohibition: tuple[str, ...] = ()
    permission: tuple[str, ...] = ()
    exemption: tuple[str, ...] = ()
    recommendation: tuple[str, ...] = ()


class Norms(Section):
    """How a language commands: evidence for a reader, and a hint for the network, which decides.

    ``constitutive``: patterns of sentences that are no norms, by reason.
    """

    cues: Cues = Cues()
    constitutive: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Actors(Section):
    """Nouns for those who act, by class, and the words that stand before them.

    ``inflections`` are endings of nouns, ``adjective_endings`` of adjectives. Where ``compounds`` is set a noun may end a longer
    word; ``capital_nouns`` says whether such a language capitalises its nouns. ``oblique_determiners`` stand before no subject,
    ``ambiguous_determiners`` are also something else ("a" in Portuguese). ``definition_heads``: what a definition says of a term
    that names an actor, by class.
    """

    business: tuple[str, ...] = ()
    authority: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    inflections: tuple[str, ...] = ("",)
    adjective_endings: tuple[str, ...] = ()
    determiners: tuple[str, ...] = ()
    oblique_determiners: tuple[str, ...] = ()
    ambiguous_determiners: tuple[str, ...] = ()
    prepositions: tuple[str, ...] = ()
    compounds: bool = False
    capital_nouns: bool = True
    definition_heads: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @property
    def by_capitals(self) -> bool:
        """Whether a capital tells a noun."""
        return self.compounds and self.capital_nouns
