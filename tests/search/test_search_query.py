"""Whatever is typed is a query."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import N, make_analysis
from dutybook.store import Filters, open_register, parse

REGISTER = open_register()
REGISTER.add(
    make_analysis([N("L’autorité compétente doit agir sans délai."), N("Art 30 shall apply OR not.", place="§ 30")])
)


@pytest.mark.parametrize(
    ("typed", "match", "without"),
    [
        ("serious incident", '"serious" AND "incident"', ""),
        ('"serious incident" report', '"serious incident" AND "report"', ""),
        ("incid*", '"incid" *', ""),
        ('"serious inc"*', '"serious inc" *', ""),
        ("a OR b c", '("a" OR "b") AND "c"', ""),
        ("a OR b OR c", '("a" OR "b" OR "c")', ""),
        ("incident -recital", '"incident"', '"recital"'),
        ('incident NOT "in part"', '"incident"', '"in part"'),
        ("-a -b", "", '"a" OR "b"'),
        ("Maßnahme", '"massnahme"', ""),
        ("l'autorité", '"autorite"', ""),
        ("dell’ente", '"ente"', ""),
        ("operator's", '"operator"', ""),
        ("don't", '"don"', ""),
        ("2022/2554", '"2022 2554"', ""),
        ("e-mail", '"e mail"', ""),
        ("§ 30 Abs. 2", '"§ 30" AND "abs" AND "2"', ""),
        ("§30", '"§ 30"', ""),
        ("AND", '"and"', ""),
        ("a AND b", '"a" AND "b"', ""),
        ("OR", '"or"', ""),
        ("a OR", '"a" AND "or"', ""),
        ("NEAR(a b)", '"near a" AND "b"', ""),
        ("terms:a", '"terms a"', ""),
        ('a"b', '"a" AND "b"', ""),
        ("ÉTÉ", '"ete"', ""),
        ("", "", ""),
        ("(a OR b) c", '("a" OR "b") AND "c"', ""),
        ("a (b OR (c -d))", '"a" AND ("b" OR (("c") NOT ("d")))', ""),
        ("-(a b) c", '"c"', '("a" AND "b")'),
        ("a (-b)", '"a"', '"b"'),
        ("((a", '"a"', ""),
        ("a ) b", '"a" AND "b"', ""),
        ('bearer:"port authority" fee', 'bearer : "port authority" AND "fee"', ""),
        ("title:harbour action:moor*", 'document_title : "harbour" AND action : "moor" *', ""),
        ("-bearer:owner fee", '"fee"', 'bearer : "owner"'),
    ],
)
def test_queries(typed: str, match: str, without: str) -> None:
    query = parse(typed, ())
    assert (query.match, query.without) == (match, without)
    REGISTER.count(Filters(words=typed))


@pytest.mark.parametrize("typed", ["*", "-", "--", '"', '""', "'", "()", "…", "\x00", "§" * 0 + "—"])
def test_signs_alone_find_nothing(typed: str) -> None:
    assert parse(typed).impossible
    assert REGISTER.count(Filters(words=typed)) == 0
    assert REGISTER.rank(Filters(words=typed), limit=5) == []


SIGNS = st.sampled_from(
    [
        '"',
        "'",
        "’",
        "*",
        "-",
        "(",
        ")",
        ":",
        "^",
        "+",
        "§",
        " ",
        "\0",
        "\n",
        "ß",
        "é",
        "OR",
        "AND",
        "NOT",
        "NEAR",
        "{",
        "\\",
        "%",
        ";",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.one_of(SIGNS, st.text(max_size=4)), max_size=20).map("".join)))
def test_nothing_typed_is_an_error(typed: str) -> None:
    filters = Filters(
        words=typed, bearer=typed or None, work=typed or None, document=typed or None, place=typed or None
    )
    REGISTER.count(Filters(words=typed))
    REGISTER.rank(Filters(words=typed), limit=3)
    REGISTER.count(filters)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=12))
def test_a_stored_word_is_found_as_it_is_written(word: str) -> None:
    with open_register() as register:
        register.add(make_analysis([N(f"An operator shall {word} now.")]))
        for typed in (word, f'"{word}"', f"{word}*"):
            assert register.count(Filters(words=typed)) == 1, parse(typed)


def test_many_words_are_bounded() -> None:
    query = parse(" ".join(f"w{n}" for n in range(10_000)), ())
    assert query.match.count('"') == 2 * 64
    REGISTER.count(Filters(words='"' + "w " * 10_000 + '"'))
