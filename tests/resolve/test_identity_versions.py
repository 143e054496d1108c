"""Which norm is which between two versions, and what changed: fictional acts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutybook.resolve.identity.alignment import align_versions
from dutybook.resolve.identity.changes import Change, ChangeKind, changes
from dutybook.resolve.identity.records import Due, NormText, VersionText, letters_and_digits, neutral, word_diff
from norm_texts import norm


def version(*norms: NormText, since: str = "", text: str = "") -> VersionText:
    """A version whose text is its norms."""
    places: dict[str, str] = {}
    for n in norms:
        places[n.cited_as] = f"{places.get(n.cited_as, '')} {n.wording}".strip()
    return VersionText(norms, text or "\n".join(n.wording for n in norms), places, since)


def changes_between(old: VersionText, new: VersionText) -> list[tuple[str, str | None, str | None]]:
    """Kinds and places of all changes."""
    found = changes(old, new, align_versions(old.norms, new.norms))
    return [(c.kind.value, c.old.place if c.old else None, c.new.place if c.new else None) for c in found]


LOG = norm("Art 4(1)", "Operators shall keep a log of every crate that passes the quay.", bearer="Operators")
REPORT = norm(
    "Art 4(2)",
    "Operators shall report a lost crate to the harbour master within five days.",
    bearer="Operators",
    dues=(Due("period", "P5D", "after", "within five days"),),
)
VISIT = norm(
    "Art 5",
    "The harbour master may visit any quay at any hour of the day.",
    modality="permission",
    bearer="The harbour master",
    bearer_class="authority",
)
BAN = norm("Art 6", "Nobody shall open a sealed crate on board of a moored vessel.", modality="prohibition")
ACT = (LOG, REPORT, VISIT, BAN)


def test_the_same_text_has_no_changes() -> None:
    assert changes_between(version(*ACT), version(*ACT)) == []


@pytest.mark.parametrize(
    "quote",
    [
        "Operators  shall keep a log of every\ncrate that passes the quay",
        "Operators shall keep a log of every crate that passes the quay;",
        "Opera\u00adtors shall keep a ‘log’ of every crate – that passes the quay.",
        "OPERATORS shall keep a log of every crate that passes the quay; and",
        "Operators shall keep a log of every crate that passes the qu-\nay.",
    ],
)
def test_layout_is_no_change(quote: str) -> None:
    other = replace(LOG, id="other", quote=quote, body=quote)
    assert changes_between(version(*ACT), version(other, *ACT[1:])) == []


def test_an_inserted_paragraph_renumbers_and_adds() -> None:
    added = norm("Art 4(2)", "Operators shall lock the gate at night whenever no vessel is expected.")
    moved = replace(REPORT, id="moved", place="Art 4(3)")
    assert changes_between(version(*ACT), version(LOG, added, moved, VISIT, BAN)) == [
        ("added", None, "Art 4(2)"),
        ("renumbered", "Art 4(2)", "Art 4(3)"),
    ]


def test_an_inserted_article_leaves_the_others_alone() -> None:
    added = norm("Art 5a", "Operators shall train their staff once a year in the handling of crates.")
    assert changes_between(version(*ACT), version(LOG, REPORT, VISIT, added, BAN)) == [("added", None, "Art 5a")]


def test_a_repealed_norm_stands_where_it_stood() -> None:
    assert changes_between(version(*ACT), version(LOG, VISIT, BAN)) == [("repealed", "Art 4(2)", None)]


def test_a_shorter_period_moves_the_deadline_and_tightens() -> None:
    quote = REPORT.quote.replace("five", "two")
    shorter = replace(REPORT, id="s", quote=quote, body=quote, dues=(Due("period", "P2D", "after", "within two days"),))
    old, new = version(*ACT), version(LOG, shorter, VISIT, BAN)
    assert [kind for kind, _, _ in changes_between(old, new)] == ["tightened", "deadline moved"]
    assert [kind for kind, _, _ in changes_between(new, old)] == ["relaxed", "deadline moved"]


def test_a_day_that_had_passed_is_moved_and_nothing_else() -> None:
    old = replace(
        REPORT,
        dues=(Due("fixed", "2031-05-01", "", "by 1 May 2031"),),
        quote="Operators shall report by 1 May 2031.",
        body="Operators shall report by 1 May 2031.",
    )
    new = replace(
        old,
        id="n",
        dues=(Due("fixed", "2035-05-01", "", "by 1 May 2035"),),
        quote="Operators shall report by 1 May 2035.",
        body="Operators shall report by 1 May 2035.",
    )
    assert [k for k, _, _ in changes_between(version(old), version(new, since="2033-01-01"))] == ["deadline moved"]
    assert [k for k, _, _ in changes_between(version(old), version(new, since="2031-01-01"))] == [
        "relaxed",
        "deadline moved",
    ]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (("permission", "must"), ("obligation", "must"), "tightened"),
        (("obligation", "must"), ("obligation", "should"), "relaxed"),
        (("exemption", "must"), ("permission", "must"), "tightened"),
        (("prohibition", "must"), ("permission", "must"), "relaxed"),
        (("obligation", "must"), ("prohibition", "must"), "reworded"),
    ],
)
def test_modality(old: tuple[str, str], new: tuple[str, str], kind: str) -> None:
    before = replace(LOG, modality=old[0], strength=old[1])
    quote = LOG.quote.replace("shall keep", "are to keep or not to keep")
    after = replace(LOG, id="a", modality=new[0], strength=new[1], quote=quote, body=quote)
    assert [k for k, _, _ in changes_between(version(before), version(after))] == [kind]


def test_a_condition_that_comes_relaxes_a_duty() -> None:
    quote = "Where fog is forecast, operators shall keep a log of every crate that passes the quay."
    after = replace(LOG, id="a", quote=quote, body=quote, condition="Where fog is forecast")
    assert [k for k, _, _ in changes_between(version(LOG), version(after))] == ["relaxed"]
    assert [k for k, _, _ in changes_between(version(after), version(LOG))] == ["tightened"]


def test_another_bearer() -> None:
    quote = LOG.quote.replace("Operators", "Freight agents")
    after = replace(LOG, id="a", quote=quote, body=quote, bearer="Freight agents")
    assert [k for k, _, _ in changes_between(version(LOG), version(after))] == ["bearer changed"]


def test_the_same_bearer_in_the_singular_is_reworded() -> None:
    quote = LOG.quote.replace("Operators", "The operator")
    after = replace(LOG, id="a", quote=quote, body=quote, bearer="The operator")
    assert [k for k, _, _ in changes_between(version(LOG), version(after))] == ["reworded"]


def test_another_reading_of_the_same_words_is_no_change() -> None:
    after = replace(LOG, id="a", modality="permission", bearer="", dues=(Due("period", "P1D", "", "x"),))
    assert changes_between(version(LOG, BAN), version(after, BAN)) == []


def test_a_norm_that_was_not_seen_is_not_added() -> None:
    text = "\n".join(n.wording for n in ACT)
    assert changes_between(version(LOG, VISIT, BAN, text=text), version(*ACT)) == []
    assert changes_between(version(*ACT), version(LOG, VISIT, BAN, text=text)) == []


def test_points_of_a_list_that_are_no_norms_belong_to_its_opening() -> None:
    opening = "Operators shall note for each crate:"
    old = norm("Art 7", opening, body=f"{opening}\n(a) its weight;\n(b) its owner.")
    new = replace(old, id="n", body=f"{opening}\n(a) its weight;\n(b) its owner; and\n(c) its colour.")
    assert [k for k, _, _ in changes_between(version(old), version(new))] == ["reworded"]


def test_short_sentences_stay_in_their_article() -> None:
    old = version(LOG, norm("Art 8(2)", "They shall submit that draft by 1 May 2031."))
    new = version(LOG, norm("Art 9(2)", "They shall submit that draft by 1 June 2039."))
    assert [k for k, _, _ in changes_between(old, new)] == ["added", "repealed"] or [
        k for k, _, _ in changes_between(old, new)
    ] == [
        "repealed",
        "added",
    ]


def test_exemptions_that_come_relax() -> None:
    free = norm(
        "Art 9",
        "Article 4 does not apply to vessels of less than ten metres.",
        modality="exemption",
        bearer_class="any",
    )
    assert changes_between(version(*ACT), version(*ACT, free)) == [("added", None, "Art 9"), ("relaxed", None, "Art 9")]
    assert changes_between(version(*ACT, free), version(*ACT)) == [
        ("repealed", "Art 9", None),
        ("tightened", "Art 9", None),
    ]


def test_one_row_a_kind_and_norm() -> None:
    quote = "Freight agents shall report a lost crate to the harbour master within two days where it was sealed."
    after = replace(
        REPORT,
        id="a",
        quote=quote,
        body=quote,
        bearer="Freight agents",
        condition="where it was sealed",
        dues=(Due("period", "P2D", "after", "within two days"),),
    )
    kinds = [k for k, _, _ in changes_between(version(*ACT), version(LOG, after, VISIT, BAN))]
    assert sorted(kinds) == ["bearer changed", "deadline moved", "relaxed", "tightened"]


def test_word_diff_shows_what_differs_and_no_layout() -> None:
    pieces = word_diff("keep a ‘log’ for 5 days", 'keep a "log"  for 10 days')
    assert [(p.old, p.new) for p in pieces] == [('keep a "log" for', 'keep a "log" for'), ("5", "10"), ("days", "days")]


def test_places_of_all_languages() -> None:
    assert neutral("Art 21 bis(5)") == "Art 21a(5)"
    assert neutral("Art 2(1 quater)") == "Art 2(1c)"
    assert neutral("Art 12(1)(b)") == "Art 12(1)(b)"


WORDS = ("crate", "quay", "vessel", "master", "report", "weigh", "seal", "night", "gate", "fog", "rope", "light")
SENTENCE = st.lists(st.sampled_from(WORDS), min_size=6, max_size=14).map(lambda w: f"Operators shall {' '.join(w)}.")
PLACES = st.integers(1, 6).flatmap(lambda a: st.integers(1, 4).map(lambda p: f"Art {a}({p})"))
NORMS = st.lists(
    st.builds(
        lambda place, quote, modality, bearer: norm(place, quote, modality=modality, bearer=bearer),
        PLACES,
        SENTENCE,
        st.sampled_from(["obligation", "prohibition", "permission", "exemption"]),
        st.sampled_from(["", "Operators"]),
    ),
    max_size=8,
    unique_by=lambda n: n.id,
)
NOISE = st.sampled_from([" ", "  ", "\n", "\u00a0", " \u00ad", " – ", "\u200b "])


def noisy(text: str, draw: st.DataObject) -> str:
    """The same words in another layout."""
    return "".join(draw.draw(NOISE) if c == " " else c for c in text)


@given(NORMS, st.data())
@settings(max_examples=60, deadline=None)
def test_layout_noise_changes_nothing(norms: list[NormText], data: st.DataObject) -> None:
    other = []
    for n in norms:
        quote = noisy(n.quote, data)
        other.append(replace(n, id=f"other {n.id}", quote=quote, body=quote))
    pairs = align_versions(norms, other)
    assert {(p.old, p.new) for p in pairs} >= {
        (n.id, o.id)
        for n, o in zip(norms, other, strict=True)
        if sum(letters_and_digits(x.quote) == letters_and_digits(n.quote) for x in norms) == 1
    }
    assert len(pairs) == len(norms)
    assert changes_between(version(*norms), version(*other)) == []


@given(NORMS, NORMS)
@settings(max_examples=80, deadline=None)
def test_alignment_is_the_same_from_both_sides(old: list[NormText], new: list[NormText]) -> None:
    new = [replace(n, id=f"new {n.id}") for n in new]
    there = {(p.old, p.new, p.score) for p in align_versions(old, new)}
    back = {(p.new, p.old, p.score) for p in align_versions(new, old)}
    assert there == back
    assert len({o for o, _, _ in there}) == len({n for _, n, _ in there}) == len(there)


#: The same changes, looked at from the other version.
_MIRROR = {
    ChangeKind.ADDED: ChangeKind.REPEALED,
    ChangeKind.REPEALED: ChangeKind.ADDED,
    ChangeKind.TIGHTENED: ChangeKind.RELAXED,
    ChangeKind.RELAXED: ChangeKind.TIGHTENED,
}


def mirrored(change: Change) -> tuple[object, ...]:
    """What the same change is, seen from the other version."""
    return (_MIRROR.get(change.kind, change.kind), change.new and change.new.id, change.old and change.old.id)


@given(NORMS, NORMS)
@settings(max_examples=80, deadline=None)
def test_changes_mirror(old: list[NormText], new: list[NormText]) -> None:
    a, b = version(*old), version(*(replace(n, id=f"new {n.id}") for n in new))
    there = changes(a, b, align_versions(a.norms, b.norms))
    back = changes(b, a, align_versions(b.norms, a.norms))
    assert sorted(map(repr, map(mirrored, there))) == sorted(
        repr((c.kind, c.old and c.old.id, c.new and c.new.id)) for c in back
    )
    assert len({(c.kind, c.old and c.old.id, c.new and c.new.id) for c in there}) == len(there)
    assert all(isinstance(c.kind, ChangeKind) for c in there)
