"""What dates are about, and dates that later acts replace: the sentences of ``tests/specs/<language>/{scope,changes}.txt``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dutybook.extract.facts import find_date_changes, find_facts
from dutybook.extract.facts.scope import DATED
from dutybook.languages import load
from dutybook.languages.patterns import anywhere
from dutybook.languages.sections import Scope
from dutybook.records import Fact, FactType, Family, Provision, ProvisionKind, Reach, Sentence, SentenceRole, Span, Zone
from views import view_of

SPECS = Path(__file__).resolve().parents[2] / "specs"
LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pl", "pt")
TAG = re.compile(r"<on ([^>]*)>(.*?)</on>")
MARKS = {Reach.WHOLE: "", Reach.SOME: "~", Reach.UNREAD: "?", Reach.OTHER: "!"}


def lines(name: str) -> list[object]:
    return [
        pytest.param(path.parent.name, line, id=f"{path.parent.name}/{name}:{number}")
        for path in sorted(SPECS.glob(f"*/{name}"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if line.strip() and not line.startswith("#")
    ]


def sentences(text: str, language: str) -> list[Sentence]:
    """`` /// `` between sentences of one article, `` // `` between a stem and its items."""
    found: list[Sentence] = []
    at = 0
    for chunk in text.split(" /// "):
        parts, stem = chunk.split(" // "), len(found)
        for number, part in enumerate(parts):
            role = SentenceRole.SENTENCE if len(parts) == 1 else SentenceRole.ITEM if number else SentenceRole.STEM
            span = Span(at, at + len(part))
            found.append(
                Sentence(span, "p", Zone.ENACTING, language, role, stem if role is SentenceRole.ITEM else None)
            )
            at = span.end + 4
        at += 1
    return found


def home(text: str) -> tuple[Provision]:
    span = Span(0, len(text))
    return (Provision("p", None, ProvisionKind.ARTICLE, "20", "", span, "Art 20(2)", Zone.ENACTING),)


def marked_scope(fact: Fact) -> str:
    mark = MARKS[fact.reach]
    places = "; ".join(fact.scope) or ("" if mark else "*")
    outside = f" - {'; '.join(fact.outside)}" if fact.outside else ""
    return " ".join(f"{mark} {places}{outside}".split())


@pytest.mark.parametrize(("language", "line"), lines("scope.txt"))
def test_a_date_is_about_what_is_marked(language: str, line: str) -> None:
    text, wanted, at = "", [], 0
    for tag in TAG.finditer(line):
        text += line[at : tag.start()]
        wanted.append((tag[1].strip(), tag[2]))
        text, at = text + tag[2], tag.end()
    text += line[at:]
    facts = find_facts(view_of(text, sentences(text, language), family=Family.EU_ACT, provisions=home(text)))
    assert [(marked_scope(f), f.span.of(text)) for f in facts if f.type in DATED and f.value] == wanted


@pytest.mark.parametrize(("language", "line"), lines("changes.txt"))
def test_dates_are_replaced_as_is_marked(language: str, line: str) -> None:
    tag = re.match(r"<change ([^|>]*)\|([^|>]*)\|([^|>]*)>", line)
    text = line[tag.end() :] if tag else line
    changes = find_date_changes(view_of(text, sentences(text, language), provisions=home(text), work="32033R0012"))
    found = [(c.work, c.target, c.old.isoformat(), c.new.isoformat()) for c in changes]
    assert found == ([("32031R0777", tag[1], tag[2], tag[3])] if tag else [])


def _patterns(scope: Scope) -> Iterator[tuple[str, str]]:
    for name in type(scope).model_fields:
        value = getattr(scope, name)
        rows = [p for words in value.values() for p in words] if isinstance(value, dict) else value
        if isinstance(rows, (list, tuple)):
            yield from ((name, pattern) for pattern in rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_of_a_pack_has_an_example(language: str) -> None:
    text = "\n".join((SPECS / language / name).read_text(encoding="utf-8") for name in ("scope.txt", "changes.txt"))
    plain = re.sub(r"</?(?:on|change)\b[^>]*>", "", text)
    unused = [row for row in _patterns(load(language).facts.scope) if not anywhere((row[1],)).search(plain)]
    assert unused == []


def test_a_list_of_a_hundred_provisions_is_read_whole() -> None:
    places = ", ".join(f"{n}(2)" for n in range(10, 110))
    text = f"Articles {places} and 110(2) shall apply from 2 August 2027."
    [fact] = find_facts(view_of(text, sentences(text, "en"), family=Family.EU_ACT, provisions=home(text)))
    assert (len(fact.scope), fact.scope[-1], fact.reach) == (101, "Art 110(2)", Reach.WHOLE)


def test_beside_the_acts_own_dates_a_time_that_is_no_day_is_kept_as_a_fact_without_a_value() -> None:
    text = (
        "This Regulation shall apply from 2 August 2027. /// "
        "Article 3(1) shall apply to vessels launched after 2 August 2028. /// Lamps shall burn within 3 days."
    )
    _, kept = find_facts(view_of(text, sentences(text, "en"), family=Family.EU_ACT, provisions=home(text)))
    assert (kept.value, kept.scope, kept.reach) == (None, ("Art 3(1)",), Reach.SOME)
    assert kept.about == "Article 3(1) shall apply to vessels launched after 2 August 2028."


DIRECTIVE = "Member States shall adopt and publish, by 17 October 2032, the measures necessary to comply with"


@pytest.mark.parametrize(
    ("text", "fields", "reach", "scope"),
    [
        (f"{DIRECTIVE} this Directive.", {}, Reach.WHOLE, ()),
        (f"{DIRECTIVE} this Directive.", {"work": "32031L0077"}, Reach.WHOLE, ()),
        # A regulation, or an act of a state, speaks of another act's day.
        (f"{DIRECTIVE} this Directive.", {"work": "32031R0077"}, Reach.UNREAD, ()),
        (f"{DIRECTIVE} this Directive.", {"family": Family.STATUTE}, Reach.UNREAD, ()),
        (f"{DIRECTIVE} Directive 2009/16/EC.", {}, Reach.UNREAD, ()),
        (f"{DIRECTIVE} Articles 5 and 6 of this Directive.", {}, Reach.WHOLE, ("Art 5", "Art 6")),
        (f"By way of derogation from Article 30, {DIRECTIVE} this Directive.", {}, Reach.UNREAD, ()),
        ("Member States may transpose this Directive by 17 October 2032.", {}, Reach.UNREAD, ()),
    ],
)
def test_a_day_of_transposition_may_be_another_act_s_or_some_articles(
    text: str, fields: dict[str, Any], reach: Reach, scope: tuple[str, ...]
) -> None:
    facts = find_facts(view_of(text, **{"family": Family.EU_ACT} | fields))
    assert [(f.type, f.reach, f.scope) for f in facts] == [(FactType.TRANSPOSITION, reach, scope)]
