"""The picture of a timeline: what it shows, that nothing overlaps, that nothing of a document becomes markup."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from export_fakes import HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import HARBOUR, N, make_analysis
from dutybook.errors import BadFilter
from dutybook.export.timeline import ACT, EVENT, KINDS, Item, Timeline, timeline_of
from dutybook.export.timeline_picture import (
    MOST_ROWS,
    WIDTH,
    Label,
    Picture,
    bubbles,
    flags,
    lay_out,
    rows_of,
    scale_for,
    shorten_label,
    width_of,
    wrap_label,
)
from dutybook.export.timeline_svg import svg_of
from dutybook.languages.reader import reader_languages, reader_words
from dutybook.pipeline.due_dates import EventDetails, due
from dutybook.records import Analysis
from dutybook.store import Register, open_register

NORMS = (
    N("A permit must follow by 2 August 2031 under the Act.", place="Art 6", deadline="by 2 August 2031", kind="fixed", value="2031-08-02", direction=None, due=date(2031, 8, 2)),
    N("An operator may not sell old logs until 1 May 2032.", place="Art 7", modality="prohibition", bearer="operator", action="sell", deadline="until 1 May 2032", kind="fixed", value="2032-05-01", direction=None, due=date(2032, 5, 1)),
    N("Each harbour operator shall report an incident within 72 hours after noticing it.", place="Art 5(1)", bearer="harbour operator", deadline="within 72 hours", anchor="after noticing it"),
    N("An operator shall report every year by 31 March.", place="Art 8", bearer="operator", deadline="every year by 31 March", kind="recurring", value="--03-31", direction=None),
    N("It shall apply from 1 May 2030.", norm=False, fact=("application", "1 May 2030", "2030-05-01")),
)  # fmt: skip


def act(norms: tuple[N, ...] = NORMS, **more: Any) -> Analysis:
    made = make_analysis(norms, **more)
    facts = tuple(replace(f, due=date.fromisoformat(f.value or "")) for f in made.facts)
    norms_then = tuple(replace(n, applies_from=facts[0].due) for n in made.norms) if facts else made.norms
    return replace(made, norms=norms_then, facts=facts, document=replace(made.document, published="2030-01-10"))


def filled() -> Register:
    register = open_register()
    register.add(act())
    return register


def test_what_it_shows() -> None:
    register = filled()
    made = timeline_of(register, {"work": "harbour"})
    assert (made.title, made.number, made.language, made.documents) == ("Harbour Data Act", HARBOUR.id, "en", 1)
    assert [(str(i.day), i.kind, i.what, i.place) for i in made.items] == [
        ("2030-01-10", ACT, "Published", ""),
        ("2030-05-01", ACT, "Applies", ""),
        ("2031-03-31", "obligation", "operator", "Art 8"),
        ("2031-08-02", "obligation", "", "Art 6"),
        ("2032-05-01", "prohibition", "operator", "Art 7"),
    ]
    assert [i.returns for i in made.items] == [False, False, True, False, False]
    assert made.items[-1].words == "An operator may not sell old logs until 1 May 2032.", "“sell” alone says too little"
    assert made.undated == 1
    norm = next(n.id for n in register.norms() if n.place == "Art 5(1)")
    due(register, norm, "2030-06-03 14:00", store=EventDetails("incident 17"))
    again = timeline_of(register, {"document": "harbour.txt"})
    (event,) = (i for i in again.items if i.kind == EVENT)
    assert (event.day, event.words.endswith("(incident 17)"), again.undated) == (date(2030, 6, 6), True, 0)


def test_one_language_and_one_act() -> None:
    register = filled()
    register.add(act(language="de", title="Hafendatengesetz", work=replace(HARBOUR, short_title="Hafendatengesetz")))
    register.add(act(salt="copy", source="copy.txt"))
    made = timeline_of(register, {"work": HARBOUR.id})
    assert (made.language, made.documents, len(made.items)) == ("en", 1, 5), "copies add nothing"
    assert timeline_of(register, {"work": HARBOUR.id, "language": "de"}).title == "Hafendatengesetz"
    for filters, says in (
        ({}, "name the act"),
        ({"work": "pilotage"}, "no act in the register"),
        ({"work": HARBOUR.id, "language": "fr"}, "there is: de, en"),
    ):
        with pytest.raises(BadFilter, match=says):
            timeline_of(register, filters)
    register.add(
        act(salt="other", work=replace(HARBOUR, id="other", short_title="Harbour Dues Act"), title="Harbour Dues Act")
    )
    with pytest.raises(BadFilter, match="2 acts are meant"):
        timeline_of(register, {"document": "harbour"})


def test_an_act_without_dates() -> None:
    register = open_register()
    register.add(make_analysis(["An operator shall report."]))
    made = timeline_of(register, {"work": "harbour"})
    assert made.items == ()
    assert "No date of this text is known." in svg_of(made)


def of(items: list[Item], title: str = "Harbour Data Act") -> Timeline:
    return Timeline(title, "32031R0777", "en", 1, tuple(sorted(items, key=lambda i: i.day)), 3)


def hostile() -> Timeline:
    words = [*HOSTILE.values(), "</text><script>alert(1)</script>", "]]>", "\x00\x1b[31m", "\ud800", "&lt;b&gt;"]
    items = [
        Item(date(2030, 1 + n % 12, 1), KINDS[n % len(KINDS)], what, what, place=what, scope=what, id=what)
        for n, what in enumerate(words)
    ]
    return of(items, title="<svg onload='x'>")


def test_nothing_of_a_document_is_markup() -> None:
    from dutybook.export.content import clean

    made = hostile()
    made = replace(made, items=tuple(replace(i, what=clean(i.what), words=clean(i.words), place=clean(i.place), scope=clean(i.scope)) for i in made.items))  # fmt: skip
    root = ET.fromstring(svg_of(made))
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names == {"svg", "title", "desc", "style", "rect", "line", "g", "circle", "polygon", "text"}
    assert not any(name.startswith("on") or name in {"href", "src"} for e in root.iter() for name in e.attrib)
    text = "".join(root.itertext())
    assert "<script>alert(1)</script>" in text
    assert "url(" not in svg_of(made)
    assert "@import" not in svg_of(made)


def test_a_hostile_register_gives_a_picture() -> None:
    register = open_register()
    norms = tuple(
        N(f"{words} must be done by 2 August 2031.", place=f"Art {n} <b>", deadline="by 2 August 2031", kind="fixed", value="2031-08-02", direction=None, due=date(2031, 8, 2))
        for n, words in enumerate([*HOSTILE.values(), "<script>alert(1)</script>", "\ud800 \x1b[31m"])
    )  # fmt: skip
    register.add(act(norms, title="<script>"))
    ET.fromstring(svg_of(timeline_of(register, {"document": "harbour.txt"})))


def test_the_same_timeline_gives_the_same_bytes() -> None:
    made = timeline_of(filled(), {"work": "harbour"})
    assert svg_of(made) == svg_of(timeline_of(filled(), {"work": "harbour"}))
    assert svg_of(made, date(2031, 1, 1)) != svg_of(made, date(2031, 1, 2))


def test_it_can_be_read_without_seeing_it() -> None:
    root = ET.fromstring(svg_of(timeline_of(filled(), {"work": "harbour"})))
    space = "{http://www.w3.org/2000/svg}"
    title, desc = root.find(f"{space}title"), root.find(f"{space}desc")
    assert title is not None
    assert desc is not None
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], desc.attrib["id"]]
    assert title.text == "Timeline: Harbour Data Act"
    assert "1 May 2030: Applies" in (desc.text or "")
    style = root.findtext(f"{space}style") or ""
    assert "prefers-color-scheme:dark" in style


def test_a_scope_is_shown_where_there_is_one() -> None:
    items = [
        Item(date(2030, 5, 1), ACT, "Applies", "", scope="Chapter III"),
        Item(date(2030, 5, 1), ACT, "Applies", "", scope="Art 9"),
    ]
    labels = {label.text for label in lay_out(of(items)).labels}
    assert "Applies (Chapter III, Art 9)" in labels
    assert {"Applies (Chapter III)", "Applies (Art 9)"} <= labels


def overlapping(picture: Picture) -> list[tuple[Label, Label]]:
    boxes = [(label, label.box) for label in picture.labels]
    return [
        (a, b)
        for (a, (l1, t1, r1, b1)), (b, (l2, t2, r2, b2)) in combinations(boxes, 2)
        if l1 < r2 and l2 < r1 and t1 < b2 and t2 < b1
    ]


WORDS = st.text(st.sampled_from("abcdefgh WMÄß—語 .,"), max_size=120)
ITEMS = st.lists(
    st.builds(
        Item,
        day=st.dates(date(2000, 1, 1), date(2060, 12, 31)) | st.dates(date(2030, 1, 1), date(2030, 3, 1)),
        kind=st.sampled_from(KINDS) | st.just(ACT),
        what=WORDS,
        words=WORDS,
        place=WORDS,
        scope=WORDS,
        returns=st.booleans(),
    ),
    min_size=1,
    max_size=120,
)


@settings(deadline=None, max_examples=60)
@given(ITEMS, st.dates(date(1999, 1, 1), date(2061, 1, 1)), WORDS)
def test_labels_never_overlap_nor_leave_the_picture(items: list[Item], today: date, title: str) -> None:
    picture = lay_out(of(items, title), today)
    assert overlapping(picture) == []
    for label in picture.labels:
        left, top, right, bottom = label.box
        assert left >= 0, label
        assert right <= WIDTH, label
        assert top >= 0, label
        assert bottom <= picture.height, label
    for mark in picture.marks:
        assert 0 < mark.x < WIDTH


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar(day: date) -> None:
    ET.fromstring(svg_of(of([Item(day, ACT, "Applies", ""), Item(date(2030, 1, 1), "obligation", "who", "what")])))
    ET.fromstring(svg_of(of([Item(day, ACT, "Applies", "")]), day))


def test_many_dates_are_gathered() -> None:
    few = [Item(date(2030, 1, n), "obligation", "who", "do", place=f"Art {n}") for n in range(1, 29)]
    assert len(rows_of(few)) == 28
    same_day = [Item(date(2030, 1, 1), "obligation", "who", "do", place=f"Art {n}") for n in range(200)]
    (row,) = rows_of(same_day)
    assert (row.when, row.head) == ("1 Jan 2030", "200 obligations")
    assert row.text == ", ".join(f"Art {n}" for n in range(12)) + " and 188 more"
    months = [Item(date(2030 + n // 360, 1 + n // 30 % 12, 1 + n % 28), "obligation", "", "x") for n in range(360)]
    assert [row.when for row in rows_of(months)][:2] == ["Jan 2030", "Feb 2030"]
    years = [Item(date(2030 + n % 20, 1 + n % 12, 1 + n % 28), "prohibition", "", "x") for n in range(2000)]
    assert [row.when for row in rows_of(years)][:2] == ["2030", "2031"]
    act = [Item(date(2030, 5, n), ACT, "Applies", "", scope=f"Art {n}") for n in (1, 1, 9)]
    told = [row for row in rows_of([*act, *same_day, *years]) if row.kind == ACT]
    assert [row.when for row in told] == ["1 May 2030", "1 May 2030", "9 May 2030"], "dates of the act stay apart"
    for items in (few, same_day, months, years):
        assert len(rows_of(items)) <= MOST_ROWS


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1000), st.floats(5, 250)), max_size=40))
def test_flags_in_one_lane_do_not_touch(stems: list[tuple[float, float]]) -> None:
    stems.sort()
    placed = flags(stems, 1040)
    for a, b in combinations(placed, 2):
        assert a.lane != b.lane or a.end <= b.start or b.end <= a.start
    for flag, (x, _) in zip(placed, stems, strict=True):
        assert flag.x == x
        assert flag.start >= 0
        assert flag.end <= 1250


@settings(deadline=None)
@given(st.lists(st.floats(0, 1000), max_size=80), st.floats(5, 60))
def test_bubbles_keep_all_and_stand_apart(places: list[float], apart: float) -> None:
    places.sort()
    made = bubbles(places, apart)
    assert [n for bubble in made for n in bubble.items] == list(range(len(places)))
    assert all(b.x - a.x >= apart - 1e-6 for a, b in pairwise(made))


@settings(deadline=None)
@given(WORDS, st.floats(20, 400), st.sampled_from([11.5, 13.0, 20.0]), st.integers(1, 3))
def test_lines_fit(text: str, width: float, size: float, most: int) -> None:
    lines = wrap_label(text, width, size, most)
    assert len(lines) <= most
    assert all(width_of(line, size) <= width or line == "…" for line in lines)
    assert width_of(shorten_label(text, width, size), size) <= width or shorten_label(text, width, size) == "…"
    whole = " ".join(text.split())
    if width_of(whole, size) <= width:
        assert lines == ([whole] if whole else [])


@settings(deadline=None)
@given(st.lists(st.dates(), min_size=1, max_size=5))
def test_a_scale_holds_all_days_in_order(days: list[date]) -> None:
    days.sort()
    scale = scale_for(days, 100, 1000)
    places = [scale.x(day) for day in days]
    assert places == sorted(places)
    assert all(100 <= place <= 1000 for place in places)
    ticks = [scale.x(day) for day, _ in scale.ticks(64, str)]
    assert all(b - a >= 64 for a, b in pairwise(ticks))


def test_programs_without_css_variables_draw_it_in_colour() -> None:
    assert "var(" not in svg_of(Timeline("An act", "", "en", 1, (), 0))


@pytest.mark.parametrize("language", reader_languages("timeline"))
def test_every_language_has_every_label(language: str) -> None:
    assert reader_words("timeline", language).own == set(reader_words("timeline", "en"))
    assert reader_words("timeline", language)("language") == language


def test_labels_are_the_reader_s_and_words_the_law_s() -> None:
    with filled() as register:
        drawn = {
            reader: svg_of(timeline_of(register, {"work": "harbour"}, reader), date(2031, 5, 1), reader)
            for reader in ("en", "de", "xx")
        }
    for label in ("Pflichten", "2. Aug. 2031", "heute, 1. Mai 2031", "Gilt", "Zeitstrahl: "):
        assert label in drawn["de"]
        assert label not in drawn["en"]
    for label in ("Obligations", "2 Aug 2031", "today, 1 May 2031", "Applies", "Timeline: "):
        assert label in drawn["en"]
        assert label not in drawn["de"]
    assert "sell old logs until 1 May 2032." in drawn["de"]
    assert drawn["xx"] == drawn["en"]


#: Widths of DejaVu Sans and of its bold, the widest of the common sans serifs, at a size of 100: `ImageFont.truetype(…, 100).getlength(…)`.
_DEJAVU = {
    "Applies (Art 4(4), Art 11(10))": (1436.8, 1634.4),
    "REGULATION (EU) 2022/2554": (1466.8, 1619.8),
    "Art 60(2)(b) “(3)”": (868.0, 999.7),
    "100 000 Meldungen": (999.5, 1113.3),
}


@pytest.mark.parametrize("text", _DEJAVU)
def test_labels_are_estimated_for_a_wide_font(text: str) -> None:
    regular, bold = _DEJAVU[text]
    assert regular <= width_of(text, 100) < 1.15 * regular
    assert bold <= width_of(text, 100, bold=True) < 1.15 * bold
