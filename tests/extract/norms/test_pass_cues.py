"""The pass ``cues``: the words that command, forbid, allow or exempt, where a language has a list of them."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scripted import Written, write

from dutybook.extract.norms.passes.cues import match_cues
from dutybook.extract.norms.unit import Unit


def cues(written: Written, unit: Unit) -> list[tuple[str, str | None]]:
    return [(cue.label, written.words(cue.span)) for cue in unit.cues]


@pytest.mark.parametrize(
    ("language", "line", "label", "word"),
    [
        ("en", "The goatherd shall fence the meadow.", "obligation", "shall"),
        ("de", "Der Ziegenhirt muss die Wiese einzäunen.", "obligation", "muss"),
        ("fr", "Il est interdit de camper sur la dune.", "prohibition", "interdit"),
        ("nl", "De visser mag het net drogen.", "permission", "mag"),
    ],
)
def test_words_that_command_are_cues_of_their_unit(language: str, line: str, label: str, word: str) -> None:
    written = write(f"[none language={language}] {line}")
    (unit,) = written.run("cues", cues=True)
    found = [words for name, words in cues(written, unit) if name == label]
    assert any(word in (words or "") for words in found), cues(written, unit)


def test_each_unit_has_its_own_cues_and_its_own_language() -> None:
    written = write("""
        [none language=en] The goatherd shall fence the meadow.
        [none language=de] Der Ziegenhirt muss die Wiese einzäunen.
        [none language=en] The meadow lies behind the mill.
    """)
    units = written.run("cues", cues=True)
    for unit in units:
        assert all(unit.input.span.contains(cue.span) for cue in unit.cues)
    assert [bool(u.cues) for u in units] == [True, True, False]


def test_a_language_without_a_list_has_none() -> None:
    written = write("[none] The goatherd shall fence the meadow.")
    silent = cast("Any", lambda _: SimpleNamespace(seeks_norms=False))
    (unit,) = match_cues(written.run("split"), replace(written.discourse, pack_for=silent))
    assert unit.cues == ()
