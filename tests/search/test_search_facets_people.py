"""What people said of norms, counted beside what the norms say: status, owner, state of review."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import N, make_analysis
from dutybook.errors import BadFilter
from dutybook.searching import Filters, count, facets, search
from dutybook.store import open_register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.reviews import Change

PLACES = [f"Art {number}" for number in range(1, 7)]
STATUSES = ("unassessed", "applicable", "compliant")
REVIEWS = st.tuples(
    st.sampled_from(STATUSES), st.sampled_from(("", "anna", "ben")), st.sampled_from(("", "confirmed", "rejected"))
)


@settings(max_examples=25, deadline=None)
@given(st.lists(REVIEWS, min_size=len(PLACES), max_size=len(PLACES)))
def test_counts_are_those_of_a_plain_count(review_values: list[tuple[str, str, str]]) -> None:
    with open_register() as register:
        register.add(make_analysis([N(f"Operators shall weigh crate {p}.", place=p) for p in PLACES], work=None), "1")
        ids = {hit.place: hit.id for hit in search(register, "")}
        for place, (status, owner, finding) in zip(PLACES, review_values, strict=True):
            # A change that changes nothing is none.
            wanted = {"status": status if status != "unassessed" else None, "owner": owner or None}
            if any(wanted.values()) or finding:
                change = Change(**wanted, finding=finding or None, reason="looked at")
                reviews.change(register, [ids[place]], change, by="anna")
        made = facets(register, Filters(), ("status", "owner", "review_state"))
        visible = [s for s in review_values if s[2] != "rejected"]
        counted = {name: {value: number for value, _, number in values} for name, values in made.items()}
        assert counted["owner"] == {o: n for o in ("anna", "ben") if (n := sum(s[1] == o for s in visible))}
        assert counted["status"] == {x: n for x in STATUSES if (n := sum(s[0] == x for s in visible))}
        states = [s[2] or "unreviewed" for s in review_values]
        assert counted["review_state"] == {x: states.count(x) for x in set(states)}, "the rejected ones too"
        for name, values in counted.items():
            for value, number in values.items():
                assert count(register, Filters(**{name: value})) == number


def test_a_record_counts_in_every_language_and_a_rejection_only_where_it_was_said() -> None:
    with open_register() as register:
        english = make_analysis([N("Operators shall weigh crates of 20 kg.", place="Art 1")])
        german = make_analysis(
            [N("Betreiber müssen Kisten von 20 kg wiegen.", place="Art 1")], language="de", source="h.txt"
        )
        register.add(english, "1")
        register.add(german, "1")
        (hit,) = search(register, "crates")
        assert hit.languages == ("de", "en"), "one norm in two languages"
        reviews.change(register, [hit.id], Change(status="applicable", owner="anna"), by="anna")
        assert facets(register, Filters(language="de"), ("owner",)) == {"owner": [("anna", "anna", 1)]}
        reviews.change(register, [hit.id], Change(finding="rejected", reason="a title"), by="anna")
        assert facets(register, Filters(language="en"), ("review_state",))["review_state"] == [
            ("rejected", "rejected", 1)
        ]
        assert facets(register, Filters(language="de"), ("review_state",))["review_state"] == []
        assert count(register, Filters(language="de")) == 1


def test_values_that_are_none() -> None:
    with pytest.raises(BadFilter, match="review state"):
        Filters(review_state="maybe")
    with pytest.raises(BadFilter, match="There are: unassessed"):
        Filters(status="done")
