"""The words that command, forbid, allow or exempt, and the marked-up lines that they are looked for in."""

from __future__ import annotations

import pytest
from norm_specs import LANGUAGES, bare, parse_line, specs

from dutybook.extract.norms.passes.cues import count_patterns, find_cues
from dutybook.languages import load
from dutybook.records import Span


def cues(text: str, language: str) -> list[tuple[str, str]]:
    found = find_cues(f"… {text}", Span(2, 2 + len(text)), load(language))
    return [(label, f"… {text}"[start:end]) for label, start, end in found]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("The ferryman shall ring the bell and may not leave the deck.", "en", ["obligation", "prohibition"]),
        ("Der Fährmann hat die Glocke am Morgen zu läuten.", "de", ["obligation"]),
        ("Der Imker darf die Waben am Markttag nicht verkaufen.", "de", ["prohibition"]),
        ("El barquero tocará la campana.", "es", ["obligation"]),
        ("Laiviniekam jāpiesakās ostā.", "lv", ["obligation"]),
        ("A révész elengedheti a kötelet.", "hu", ["permission"]),
        ("The ferry leaves at noon.", "en", []),
    ],
)
def test_words_that_command_are_found_with_what_they_say(text: str, language: str, found: list[str]) -> None:
    assert [label for label, _ in cues(text, language)] == found


def test_what_has_more_written_words_stays() -> None:
    assert cues("The keeper is not required to light the lamp.", "en") == [("exemption", "is not required")]


def test_a_gap_does_not_cross_a_comma() -> None:
    assert ("prohibition", "darf die Waben verkaufen, wenn der Markt nicht") not in cues(
        "Der Imker darf die Waben verkaufen, wenn der Markt nicht geschlossen ist.", "de"
    )


def test_a_name_is_no_cue() -> None:
    assert cues("The lift opens on 5 May.", "en") == []
    assert cues("Die Seilbahn fährt nach Bedarf.", "de") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_norms_of_the_examples_have_a_cue(language: str) -> None:
    pack = load(language)
    norms = [s for s in specs(language) if s.wants]
    found = sum(bool(find_cues(s.plain, Span(0, len(s.plain)), pack)) for s in norms)
    assert count_patterns(pack) > 50
    assert found / len(norms) > 0.45, found / len(norms)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_examples(language: str) -> None:
    assert len(specs(language)) >= 25
    assert sum(not s.wants for s in specs(language)) >= 6
    modalities = {w.modality for s in specs(language) for w in s.wants}
    assert modalities == {"obligation", "prohibition", "permission", "exemption"}
    assert {w.strength for s in specs(language) for w in s.wants} == {"must", "should"}


def test_mark_up_is_read_as_documented() -> None:
    spec = parse_line(
        '[eu_act] Carriers shall: // (a) <norm obligation bearer="Carriers" class=business>keep a log;</norm>', "en", 3
    )
    assert spec.blocks == ["Carriers shall:", "(a) keep a log;"]
    assert [(w.modality, w.bearer, w.kind) for w in spec.wants] == [("obligation", "Carriers", "business")]
    assert bare(spec.plain[spec.wants[0].start : spec.wants[0].end]) == "keep a log"


@pytest.mark.parametrize("line", ["no genre here", "[news] no reason and no norm", "[news] <norm obligation>open"])
def test_bad_mark_up_is_an_error(line: str) -> None:
    with pytest.raises(ValueError, match=r"norms\.txt:1"):
        parse_line(line, "en", 1)
