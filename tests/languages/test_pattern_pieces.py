"""The pieces of text without which a rule is not tried: they must never hide a match."""

from __future__ import annotations

import pytest

from dutybook.extract.deadlines.scanner import scanner_of
from dutybook.languages import load
from dutybook.languages.patterns import SLOTS, find_needed_pieces, quoting

EIGHT = ("en", "de", "fr", "es", "it", "nl", "pl", "pt")


@pytest.mark.parametrize(
    ("pattern", "pieces"),
    [
        ("annually", {"annually"}),
        ("(?:at least )?annually", {"annually"}),
        ("by hours?", {"hour"}),
        ("(?:with|without) delay", {"delay"}),
        ("(?:promptly|forthwith)", {"promptly", "forthwith"}),
        ("within {quantity}", {SLOTS["quantity"]}),
        ("for {quantity}", {SLOTS["quantity"]}),
        ("delay(?:ed|s){1,2}", {"delay"}),
        ("(?:the )?day(?= (?:before|after))", {"day"}),
        ("(?!never)soon", {"soon"}),
        ("(?<=un)til", {"til"}),
        ("[Uu]nverzüglich", {"nverzüglich"}),
        ("(?-i:Wer) zahlt", {"zahlt"}),
        ("dell'anno", {"anno"}),
        ("the day", {"day"}),
        ("«by {unit}»", None),
        ("{unit}", None),
        ("(?:annually|\\w+)", None),
    ],
)
def test_pieces_of_a_pattern(pattern: str, pieces: set[str] | None) -> None:
    assert find_needed_pieces((pattern,)) == (frozenset(pieces) if pieces else None)


def test_one_of_several_patterns_must_be_there_or_nothing_is_needed() -> None:
    assert find_needed_pieces(("annually", "every year")) == {"annually", "every"}
    assert find_needed_pieces(("annually", "\\w+")) is None


@pytest.mark.parametrize("language", EIGHT)
def test_what_a_rule_matches_holds_one_of_its_pieces(language: str) -> None:
    temporal = load(language).temporal
    scanner = scanner_of(temporal)
    for rule in temporal.rules:
        pieces = find_needed_pieces(rule.patterns)
        if pieces is None:
            continue
        for example in SENTENCES[language]:
            line = scanner.mask(example, None).text
            for match in quoting(rule.patterns, scanner.unit_forms).finditer(line):
                assert any(piece in match[0].lower() for piece in pieces), (rule.name, match[0])


SENTENCES = {
    "en": (
        "WITHIN TWO MONTHS, and at least Every Three Years, the Operator shall report by 1 May 2027 without delay.",
    ),
    "de": ("SPÄTESTENS binnen zwei Monaten, mindestens ALLE drei Jahre und bis zum 1. Mai 2027 UNVERZÜGLICH melden.",),
    "fr": ("DANS UN DÉLAI de deux mois, TOUS LES trois ans, au plus tard le 1er mai 2027, SANS DÉLAI.",),
    "es": ("EN EL PLAZO DE dos meses, CADA TRES AÑOS, a más tardar el 1 de mayo de 2027, SIN DEMORA.",),
    "it": ("ENTRO due mesi, OGNI TRE ANNI, entro il 1° maggio 2027, SENZA INDUGIO.",),
    "nl": ("BINNEN twee maanden, OM DE DRIE JAAR, uiterlijk op 1 mei 2027, ONVERWIJLD.",),
    "pl": ("W TERMINIE dwóch miesięcy, RAZ NA TRZY LATA, do dnia 1 maja 2027 r., NIEZWŁOCZNIE.",),
    "pt": ("NO PRAZO de dois meses, DE TRÊS EM TRÊS ANOS, até 1 de maio de 2027, SEM DEMORA.",),
}
