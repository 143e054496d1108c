"""What a message says: grouped, in order, in the reader's language, of bounded size, and never what a document would make of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from telling import DAY, NOW, alert, flats

import quay
from dutybook.alerts.channels import Message, chat, cut, plain
from dutybook.alerts.collection import collect
from dutybook.alerts.entries import day_in_words, entry_of, link_of
from dutybook.alerts.management import preview, preview_text
from dutybook.alerts.messages import compose, compose_test
from dutybook.alerts.settings import ALL, parse_days, parse_kinds
from dutybook.errors import BadFilter
from dutybook.languages.reader import reader_languages, reader_words
from dutybook.store import Register, open_register
from dutybook.store.alerts.events import NoticedEvent
from dutybook.store.documents.flatten import flatten

EVIL = "<script>alert(1)</script> [x](http://evil.test) *b* _i_ `c` ~s~ |t| @channel <!channel> & \x1b[31m\u202e \r\nBcc: x@y.z # = {{ 7*7 }} {% raw %}"
CREATED = datetime(2032, 4, 1, 8, tzinfo=UTC)


def norm(
    number: int, *kinds: str, work: str = "32031R0777", title: str = "Harbour Data Act", **more: Any
) -> NoticedEvent:
    text = {
        "norm": f"{number:016x}",
        "place": f"Art {number}",
        "modality": "obligation",
        "bearer": "Operators",
        "quote": f"Duty {number}.",
    }
    data = {"texts": {"en": text | {"title": title} | more.pop("text", {})}, "titles": {"en": title}} | more
    return NoticedEvent(f"{number:016x}", "norm", frozenset(kinds or ("new",)), work, "", "", data)


def deadline(number: int, left: int, **more: Any) -> NoticedEvent:
    made = norm(number, "approaching", **more, due=(CREATED.date() + timedelta(days=left)).isoformat(), days=30)
    return replace(made, sort="deadline")


def made_of(*found: NoticedEvent, reader: str = "en", zone: str = "UTC") -> Message:
    return compose("d" * 16, "harbour", reader, zone, CREATED, found)


@pytest.fixture(scope="module")
def register() -> Register:
    made = open_register(":memory:")
    made.write(flats()[0])
    made.write(flats()[3])
    for reader in ("en", "de", "fr"):
        alert(made, name=reader, reader=reader)
    german = quay.GERMAN.replace("neun Tagen", "zwei Tagen").replace(
        "2. Die Betreiber",
        "2. Die Betreiber müssen das Tor nachts schließen, wenn kein Schiff erwartet wird.\n\n3. Die Betreiber",
    )
    made.write(flats()[1])
    made.write(flatten(quay.read(german, "de", "2032-03-01")))
    collect(made, now=NOW)
    return made


@pytest.mark.parametrize(
    ("reader", "words"),
    [
        (
            "en",
            [
                "within [-five-] {+two+} days",
                "tightened",
                "within five days becomes within two days",
                "Operators",
                "1 April 2032",
                "dutybook show",
            ],
        ),
        (
            "de",
            [
                "innerhalb von [-neun-] {+zwei+} Tagen",
                "verschärft",
                "Frist verschoben",
                "Wer: Betreiber",
                "1. April 2032",
                "1 neue Bestimmung",
            ],
        ),
        (
            "fr",
            [
                "within [-five-] {+two+} days",
                "durci",
                "within five days devient within two days",
                "Qui\xa0: Operators",
                "1 avril 2032",
                "1 nouvelle disposition",
            ],
        ),
    ],
)
def test_a_digest_says_what_changed_for_whom_with_quote_and_way(
    register: Register, reader: str, words: list[str]
) -> None:
    from dutybook.store.alerts import alerts

    one = alerts.alert_named(register, reader)
    found = preview(register, one, NOW + DAY)
    text = preview_text(one, found, NOW)
    html = preview_text(one, found, NOW, html=True)
    for word in words:
        assert word in text
    marked = "neun" if reader == "de" else "five"
    assert re.search(rf"<del[^>]*>{marked}</del> <ins[^>]*>(zwei|two)</ins>", html)
    assert f'<html lang="{reader}">' in html


def test_the_most_important_comes_first_and_acts_stay_together() -> None:
    found = [
        *(
            norm(1, "reworded"),
            norm(2, "tightened"),
            norm(3, "new", work="B", title="Crane Act"),
            norm(4, "renumbered"),
        ),
        *(deadline(5, 20), deadline(6, 2), norm(7, "reworded", work="B", title="Crane Act")),
    ]
    text = made_of(*found).text
    order = [int(n) for n in re.findall(r"Duty (\d)\.", text)]
    assert order == [6, 2, 5, 1, 4, 3, 7]
    assert text.index("Harbour Data Act (32031R0777)") < text.index("Crane Act")
    assert text.count("Crane Act") == 1


def test_one_act_is_one_notice_with_its_counts_and_a_link() -> None:
    found = [
        *(norm(n, "new", work="32022R2554", title="Regulation (EU) 2022/2554 of the Parliament") for n in range(311)),
        deadline(900, 20, work="32022R2554"),
        norm(901, "reworded", work="32022R2554"),
    ]
    made = compose("d" * 16, "dora", "en", "UTC", CREATED, found, "https://dutybook.example")
    assert re.fullmatch(r"DORA: 1 deadline, \d+ \w+ \d+; 311 new provisions", made.subject)
    assert "; 1 provision changed" in made.text
    assert made.text.count("https://dutybook.example/norms/") == 5
    assert "https://dutybook.example/acts/32022R2554" in made.text
    assert "and 308 more of this act" in made.text
    assert len(made.digests) == 1
    assert made.digests[0]["link"] == "https://dutybook.example/acts/32022R2554"
    assert len(made.items) == 313, "programs get each of them"


def test_subjects_name_acts_and_what_is_of_them() -> None:
    assert made_of(norm(1, "tightened")).subject == "Harbour Data Act: 1 provision changed"
    two = made_of(norm(1, "new"), norm(2, "new", work="B", title="Crane Act")).subject
    assert two == "Harbour Data Act and 1 more act: 2 new provisions"


def test_its_size_is_bounded() -> None:
    found = [
        norm(
            n,
            text={"quote": "word " * 900, "words": [["old " * 300, "new " * 300], ["same " * 400, "same " * 400]] * 90},
        )
        for n in range(2000)
    ]
    made = made_of(*found)
    assert "and 1995 more of this act" in made.text
    assert made.text.count("* Art") + made.text.count("* ") >= 5
    assert len(made.text) < 250_000
    assert len(made.html) < 600_000
    assert len(made.short) <= 3_000
    assert (len(made.items), made.more) == (1000, 1000)
    assert len(made.subject) <= 200


def test_by_when() -> None:
    for left, words in ((0, "today"), (1, "in 1 day"), (2, "in 2 days"), (-3, "has passed")):
        assert words in made_of(deadline(1, left)).text
    text = made_of(
        norm(1, text={"applies_from": "2033-01-01", "deadlines": ["within 72 hours"], "dues": ["2032-04-05"]})
    ).text
    assert "Applies from: 1 January 2033" in text
    assert "Deadline: within 72 hours" in text
    assert "in 4 days" in text
    ahead = replace(norm(1, text={"dues": ["2032-04-05"]}))
    assert (
        "in 3 days"
        in compose("d" * 16, "harbour", "en", "Pacific/Auckland", CREATED + timedelta(hours=6), [ahead]).text
    )


class Tags(HTMLParser):
    """What a browser would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attributes if name in {"href", "src", "background", "action"}]
        assert not any(name.startswith("on") for name, _ in attributes)


OURS = {
    "html",
    "head",
    "meta",
    "title",
    "body",
    "div",
    "h1",
    "h2",
    "p",
    "span",
    "strong",
    "table",
    "tr",
    "td",
    "blockquote",
    "del",
    "ins",
    "a",
    "code",
}


def hostile() -> NoticedEvent:
    text = dict.fromkeys(("place", "old_place", "bearer", "role", "quote", "title", "about"), EVIL)
    text |= {
        "source": "javascript:alert(1)",
        "page": 3,
        "deadlines": [EVIL],
        "words": [[EVIL, EVIL + "x"]],
        "bearer-changed": [EVIL, EVIL],
    }  # type: ignore[dict-item]
    return NoticedEvent(
        "e" * 16, "norm", frozenset({"new"}), EVIL, "", "", {"texts": {"en": text}, "titles": {"en": EVIL}}
    )


@pytest.mark.parametrize("sort", ["norm", "document", "news"])
def test_words_of_documents_are_never_markup(sort: str) -> None:
    made = made_of(replace(hostile(), sort=sort))
    parser = Tags()
    parser.feed(made.html)
    parser.feed(str(made.items[0]["html"]))
    assert parser.tags <= OURS
    assert parser.addresses == [] or all(a.startswith(("https://", "http://", "file://")) for a in parser.addresses)
    assert "49" not in made.html.replace("#5b6470", "").replace("1f4e79", "")
    for text in (made.subject, made.text, made.html, made.short, json.dumps(made.items[0])):
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert "\n" not in made.subject
    assert all(not line.startswith("Bcc:") for line in made.text.splitlines())


def test_chats_get_no_markup_no_mention_and_no_address() -> None:
    short = made_of(hostile()).short
    for sign in "<>&[]*_~`|@\\#":
        assert sign not in short.replace("dutybook alerts", ""), sign
    assert "http://" not in short
    assert (
        chat("a@b <https://evil.test|click> www.evil.test")
        == "a＠b ‹https:\u200b//evil.test｜click› www\u200b.evil.test"
    )


def test_only_web_addresses_are_links() -> None:
    assert link_of("javascript:alert(1)", None) == ""
    assert link_of("/law/a b.pdf", 4) == "", "who gets a message may be on another machine"
    assert link_of('https://law.test/a"<b>.pdf', 2) == "https://law.test/a%22%3Cb%3E.pdf#page=2"
    assert link_of("quay.txt", 1) == ""


@pytest.mark.parametrize("reader", ["en", "de", "fr"])
def test_every_language_has_every_word(reader: str) -> None:
    words = reader_words("alerts", reader)
    assert set(words.own) == set(reader_words("alerts", "en"))
    assert {kind for kind in ALL if not words.get(f"kind.{kind}", "")} == set()
    assert compose_test("t" * 16, "harbour", reader, CREATED).text


def test_there_are_three_languages() -> None:
    assert reader_languages("alerts") == ("de", "en", "fr")


def test_what_the_reader_cannot_read_is_told_in_english_or_as_it_is() -> None:
    both = norm(1)
    both.data["texts"]["it"] = {"place": "Art 1", "quote": "Gli operatori pesano."}
    assert "Duty 1." in made_of(both, reader="fr").text
    del both.data["texts"]["en"]
    assert "Gli operatori pesano." in made_of(both, reader="fr").text


def test_moved_dates_and_announced_ones() -> None:
    data = {
        "texts": {"en": {"quote": "It applies.", "steps": ["moved by the Delay Act"]}},
        "titles": {"en": "Crane Act"},
        "type": "application",
    }
    moved = NoticedEvent(
        "m", "date", frozenset({"deadline-moved"}), "W", "", "", data | {"old": "2033-05-01", "new": "2034-05-01"}
    )
    assert "Anwendung" in made_of(moved, reader="de").text or "Geltung" in made_of(moved, reader="de").text
    assert "statt 1. Mai 2033 nun 1. Mai 2034" in made_of(moved, reader="de").text
    answers = (
        *(
            ("confirmed", "confirmed by the act"),
            ("contradicted", "the act says"),
            ("partly", "of a part of the act only"),
        ),
        *(("moved", "now it is"), ("missed", "has passed")),
    )
    for state, words in answers:
        made = NoticedEvent(
            "x",
            "claim",
            frozenset({"claims"}),
            "W",
            "",
            "",
            data | {"state": state, "announced": "2033-05", "actual": "2034"},
        )
        assert words in made_of(made).text
    assert day_in_words("2033-05", "fr") == "mai 2033"
    assert day_in_words("2033", "en") == "2033"


def test_long_unchanged_words_are_shortened_between_changes() -> None:
    words = [["a", "b"], ["same " * 100, "same " * 100], ["c", "d"]]
    entry = entry_of(norm(1, "reworded", text={"words": words, "old_quote": "x"}), "en", date(2032, 4, 1))
    assert [mark for _, mark in entry.pieces] == ["old", "new", "same", "old", "new"]
    assert len(entry.pieces[2][0]) < 200
    assert " … " in entry.pieces[2][0]


def test_safe_words() -> None:
    assert plain("a\x00b\u202ec\nd \ud800") == "a b c d"
    assert cut("one two three four", 12) == "one two…"
    assert len(cut("x" * 500, 100)) == 100


def test_kinds_and_days() -> None:
    assert parse_kinds([]) >= {"new", "tightened", "approaching"}
    assert "renumbered" not in parse_kinds([])
    assert parse_kinds(["changed", "news"]) >= {"reworded", "news"}
    with pytest.raises(BadFilter, match="nothing that an alert counts"):
        parse_kinds(["everything"])
    for bad in ("", "x", "-1", "99999"):
        with pytest.raises(BadFilter):
            parse_days(bad)
