"""Which norm is which between two languages, where these deviate, and what corrigenda say: fictional acts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dutybook.languages.relations import corrigenda, enables
from dutybook.resolve.identity.alignment import Edge, Member, align_languages, group
from dutybook.resolve.identity.changes import corrections_in, unnumbered
from dutybook.resolve.identity.deviations import deviations
from dutybook.resolve.identity.records import Due, NormText, VersionText
from norm_texts import norm

ENGLISH = (
    norm(
        "Art 4(1)",
        "Operators shall keep the log of Article 12 for 5 years.",
        dues=(Due("duration", "P5Y", "", "for 5 years"),),
    ),
    norm(
        "Art 4(2)",
        "They shall report a lost crate within 72 hours.",
        0.0,
        dues=(Due("period", "PT72H", "after", "within 72 hours"),),
    ),
    norm("Art 4(2)", "The harbour master may extend that period.", 0.55, modality="permission", cue="may"),
    norm("Art 21a(1)", "Operators shall train the staff under Article 7(3) by 2031."),
)
GERMAN = (
    norm(
        "Art 4(1)",
        "Betreiber bewahren das Protokoll nach Artikel 12 für 5 Jahre auf.",
        cue="",
        dues=(Due("duration", "P5Y", "", "5 Jahre"),),
    ),
    norm(
        "Art 4(2)",
        "Sie melden eine verlorene Kiste binnen 72 Stunden.",
        0.0,
        cue="",
        dues=(Due("period", "PT72H", "after", "binnen 72 Stunden"),),
    ),
    norm(
        "Art 4(2) subpara 2", "Der Hafenmeister kann diese Frist verlängern.", 0.55, modality="permission", cue="kann"
    ),
    norm("Art 21 bis(1)", "Betreiber schulen das Personal nach Artikel 7 Absatz 3 bis 2031.", cue=""),
)


def places(one: tuple[NormText, ...], other: tuple[NormText, ...]) -> list[tuple[str, str]]:
    """Pairs by the first words of each."""
    known = {n.id: n for n in (*one, *other)}
    return [(known[p.old].quote[:12], known[p.new].quote[:12]) for p in align_languages(one, other)]


def test_languages_meet_in_the_provision() -> None:
    assert places(ENGLISH, GERMAN) == [(a.quote[:12], b.quote[:12]) for a, b in zip(ENGLISH, GERMAN, strict=True)]


def test_a_sentence_that_one_language_lacks_leaves_the_others_where_they_are() -> None:
    assert places(ENGLISH, GERMAN[:1] + GERMAN[2:]) == [
        (a.quote[:12], b.quote[:12]) for a, b in zip(ENGLISH, GERMAN, strict=True) if b is not GERMAN[1]
    ]


def test_other_sentences_of_a_paragraph_are_left_apart() -> None:
    last = norm(
        "Art 4(2)",
        "Ausgenommen sind Schiffe, die vor dem 1. Januar 1990 gebaut wurden und höchstens 12 Plätze haben.",
        0.8,
        cue="",
    )
    assert places(ENGLISH[1:2], (last,)) == []


def test_other_places_are_left_apart() -> None:
    assert places(ENGLISH[:1], GERMAN[3:]) == []


def of(language: str, *norms: NormText) -> VersionText:
    """A language version; its cues are common in it."""
    cue, may = {"en": ("shall", "may"), "de": ("muss", "kann"), "fr": ("doit", "peut")}[language]
    more = [
        norm(f"Art 9({n})", f"{w} {n}", modality=m, cue=w)
        for n in range(5)
        for w, m in ((cue, "obligation"), (may, "permission"))
    ]
    return VersionText((*norms, *more), language=language)


def deviating(one: VersionText, other: VersionText) -> list[tuple[str, tuple[str, str]]]:
    found = deviations(one, other, align_languages(one.norms[:1], other.norms[:1]))
    return [(d.kind, d.statements) for d in found]


def test_may_against_must_is_a_deviation() -> None:
    one = norm("Art 4", "The operator shall extend the period.")
    other = norm("Art 4", "Der Betreiber kann die Frist verlängern.", modality="permission", cue="kann")
    assert deviating(of("en", one), of("de", other)) == [("modality", ("obligation (shall)", "permission (kann)"))]


def test_what_enables_is_no_order_against_a_permission() -> None:
    one = norm("Art 4", "The operator shall be able to complain.")
    other = norm("Art 4", "Der Betreiber kann sich beschweren.", modality="permission", cue="kann")
    assert deviating(of("en", one), of("de", other)) == []


def test_a_text_with_both_cues_is_not_clear() -> None:
    one = norm("Art 4", "The operator shall wait.")
    other = norm("Art 4", "Der Betreiber kann warten und muss läuten.", modality="permission", cue="kann")
    assert deviating(of("en", one), of("de", other)) == []


def test_a_cue_that_is_rare_in_a_text_is_not_clear() -> None:
    one = norm("Art 4", "The operator shall wait.")
    other = norm("Art 4", "Der Betreiber dürfte warten.", modality="permission", cue="dürfte")
    assert deviating(of("en", one), of("de", other)) == []


def test_another_period_is_a_deviation() -> None:
    other = replace(
        GERMAN[1],
        body="Sie melden eine verlorene Kiste binnen 24 Stunden.",
        dues=(Due("period", "PT24H", "after", "binnen 24 Stunden"),),
    )
    assert deviating(of("en", ENGLISH[1]), of("de", other)) == [
        ("deadline", ("within 72 hours (PT72H)", "binnen 24 Stunden (PT24H)"))
    ]


def test_two_weeks_are_fourteen_days() -> None:
    one = replace(
        ENGLISH[1],
        body="They shall report within two weeks.",
        dues=(Due("period", "P2W", "after", "within two weeks"),),
    )
    other = replace(
        GERMAN[1],
        body="Sie melden binnen vierzehn Tagen.",
        dues=(Due("period", "P14D", "after", "binnen vierzehn Tagen"),),
    )
    assert deviating(of("en", one), of("de", other)) == []


def test_a_deadline_that_one_reading_lacks_is_no_deviation() -> None:
    assert deviating(of("en", ENGLISH[1]), of("de", replace(GERMAN[1], dues=()))) == []


def test_another_number_is_a_deviation() -> None:
    one = norm("Art 4", "Operators shall tell the authority of Article 55 within a day.")
    other = norm("Art 4", "Betreiber unterrichten die Behörde nach Artikel 51 binnen eines Tages.", cue="")
    assert deviating(of("en", one), of("de", other)) == [("number", ("55", "51"))]


def test_numbers_in_words_are_no_deviation() -> None:
    one = norm(
        "Art 4",
        "The log of the first subparagraph shall be kept for 5 years.",
        dues=(Due("duration", "P5Y", "", "for 5 years"),),
    )
    other = norm(
        "Art 4",
        "Das Protokoll nach Unterabsatz 1 wird fünf Jahre aufbewahrt.",
        cue="",
        dues=(Due("duration", "P5Y", "", "fünf Jahre"),),
    )
    assert deviating(of("en", one), of("de", other)) == []


def test_thousands_are_one_number_in_every_language() -> None:
    one = norm("Art 4", "The fine shall not exceed EUR 5 000 000 or 2.5 %.")
    other = norm("Art 4", "Die Geldbuße übersteigt nicht 5.000.000 EUR oder 2,5 %.", cue="")
    assert deviating(of("en", one), of("de", other)) == []


def test_every_language_has_its_corrigenda() -> None:
    assert len(corrigenda()) == 24
    for code, formula in corrigenda().items():
        for instead in formula.instead:
            for read in formula.read:
                text = f"Title 2031/7\n1. Page 4, Art 5(2):\n{instead}\n«wait 5 days»,\n{read}\n«wait 9 days».\nELI: http://example.org/7"
                (found,) = corrections_in(text, code)
                assert (found.where, found.wrong, found.right) == ("Page 4, Art 5(2)", "wait 5 days", "wait 9 days"), (
                    code,
                    instead,
                )


def test_several_corrections_and_texts_without_any() -> None:
    text = (
        "On page 7, in Article 3(1):\nfor:\n‘the keeper’s log’,\nread:\n‘the owner’s log’.\n"
        "2. On page 9, Article 8, second line:\nfor:\n‘“red” crates’,\nread:\n‘“blue” crates’.\n"
    )
    assert [(c.where, c.wrong, c.right) for c in corrections_in(text, "en")] == [
        ("On page 7, in Article 3(1)", "the keeper’s log", "the owner’s log"),
        ("On page 9, Article 8, second line", "“red” crates", "“blue” crates"),
    ]
    assert corrections_in("This Regulation is for: everybody who can read.", "en") == []
    assert corrections_in("anything", "xx") == []


def test_the_number_of_a_paragraph_is_none_of_its_words() -> None:
    assert unnumbered("3. Operators wait.") == "Operators wait."
    assert unnumbered("(b) operators wait;") == "operators wait;"


def test_enabling_words() -> None:
    assert enables("veillent à ce que les exploitants puissent attendre", "fr")
    assert not enables("tiennent un registre", "fr")
    assert enables("whatever", "xx")


@pytest.mark.parametrize("turn", [1, -1])
def test_identities_do_not_depend_on_order(turn: int) -> None:
    members = [Member(n, n[0], (k,)) for k, n in enumerate(["a1", "b1", "c1", "a2", "b2", "c2"])][::turn]
    edges = [
        *(Edge("a1", "b1", "text", 1.0), Edge("b1", "c1", "place", 0.9), Edge("a2", "b2", "language", 0.7)),
        # Would put two norms of one document into one identity.
        Edge("b2", "c1", "language", 0.6),
        Edge("a1", "b2", "language", 0.5),
    ][::turn]
    assert group(members, edges) == {
        "a1": ("a1", "first"),
        "b1": ("a1", "text"),
        "c1": ("a1", "place"),
        "a2": ("a2", "first"),
        "b2": ("a2", "language"),
        "c2": ("c2", "first"),
    }
