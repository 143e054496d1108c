"""The form of ``procedures.toml``, apart from its use: loading it takes libraries that a search does not need."""

from __future__ import annotations

from functools import cache

from dutybook.languages.data import Section, Words, load_data


class ProcedureWords(Section):
    """The words of one language. ``~`` stands for any ending (or beginning) of a word, ``…`` for up to eight words between."""

    proposed: Words
    consultation: Words
    general_approach: Words
    trilogue: Words
    adopted: Words
    published: Words
    withdrawn: Words
    postponed: Words
    amended: Words
    until: Words = ()
    until_after: Words = ()
    negation: Words
    government: Words
    parliament: Words
    draft: Words
    message: Words = ()
    basis: Words
    basis_after: Words = ()
    dated: Words = ()
    duty: Words
    this_act: Words
    relative: Words = ()


class _File(Section):
    languages: dict[str, ProcedureWords]


@cache
def load_procedure_words() -> dict[str, ProcedureWords]:
    """The words of each language, by its code."""
    return load_data("procedures.toml", _File).languages
