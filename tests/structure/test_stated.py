"""The tree of formats that state their structure: places, zones, stems and tails come from the outline."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from dutybook.records import (
    BlockRole,
    Element,
    Layout,
    LayoutBuilder,
    ProvisionKind,
    SentenceRole,
    Span,
    Structure,
    Zone,
)
from dutybook.structure.build import build_structure

_KINDS = {k.value: k for k in ProvisionKind}
_OPEN = re.compile(r"<(?P<kind>[a-z]+)(?P<flags>[!§]*)(?:\s+(?P<number>[^>|]*))?(?:\|(?P<heading>[^>]*))?>")


def stated(marked: str) -> Layout:
    """A block a line; ``<point a>`` opens an element, ``</>`` closes one, ``[…]`` is a label; ``§`` sign, ``!`` quoted."""
    builder = LayoutBuilder()
    made: list[dict[str, object]] = []
    stack: list[int] = []
    for line in marked.strip().splitlines():
        rest, text, opened, labels = line.strip(), "", [], []
        role = BlockRole.FOOTNOTE if rest.startswith("^ ") else BlockRole.BODY
        rest = rest.removeprefix("^ ")
        start = builder.length
        while rest:
            match = _OPEN.match(rest)
            if match:
                flags = match["flags"]
                made.append(
                    {
                        "kind": _KINDS[match["kind"]],
                        "number": match["number"] or "",
                        "heading": match["heading"] or "",
                        "parent": stack[-1] if stack else None,
                        "sign": "§" in flags,
                        "quoted": "!" in flags,
                        "start": start + len(text),
                        "labels": labels,
                    }
                )
                stack.append(len(made) - 1)
                opened.append(len(made) - 1)
                rest = rest[match.end() :]
            elif rest.startswith("</>"):
                made[stack.pop()]["end"] = start + len(text)
                rest = rest[3:]
            elif rest[0] == "[":
                inner, _, rest = rest[1:].partition("]")
                labels.append(Span(start + len(text), start + len(text) + len(inner)))
                made[stack[-1]]["labels"] = labels
                text += inner
            else:
                text, rest = text + rest[0], rest[1:]
        if text:
            builder.block(text, role)
    for index in stack:
        made[index]["end"] = builder.length
    outline = tuple(
        Element(
            each["kind"],  # type: ignore[arg-type]
            str(each["number"]),
            Span(each["start"], each["end"]),  # type: ignore[arg-type]
            each["parent"],  # type: ignore[arg-type]
            str(each["heading"]),
            tuple(s for s in each["labels"] if each["start"] <= s.start < each["end"]),  # type: ignore
            bool(each["sign"]),
            bool(each["quoted"]),
        )
        for each in made
    )
    return Layout(builder.text(), tuple(builder.blocks), outline=outline)


ACT = """
REGULATION (EU) 2031/777 on harbour data
<recital 1>[(1)] Harbours should share data.</>
<chapter II|Duties>[CHAPTER II Duties]
<article 3|Duties of carriers>[Article 3 Duties of carriers]
<paragraph 1>[1.] Carriers shall:
<point a>[(a)] keep a log that states:
<point i>[(i)] the date;</>
<point ii>[(ii)] the berth;</></>
<point b>[(b)] seal the hold.</>
The log shall be kept for five years.
^ (1) OJ L 7, 1.2.2030, p. 3.
</><paragraph 2>[2.] Ferries are exempt. Tugs are exempt.</></>
<article 4|Amendments to Regulation (EU) 2021/555>[Article 4]
Article 9 is replaced by the following:
<article! 9>[Article 9] Carriers shall keep two logs.</></></>
<annex I|Form>[ANNEX I]
<point 1>[1.] The log shall be written in ink.</></>
"""


def _read(marked: str, language: str = "en") -> tuple[Layout, Structure, dict[str, str]]:
    layout = stated(marked)
    found = build_structure(layout, "test", language)
    by_id = {p.id: p.place for p in found.provisions}
    return layout, found, {s.span.of(layout.text)[:24]: by_id[s.provision] for s in found.sentences}


def test_every_sentence_has_the_stated_place() -> None:
    _, _, places = _read(ACT)
    assert places["Harbours should share da"] == "Recital 1"
    assert places["Carriers shall:"] == "Art 3(1)"
    assert places["the berth;"] == "Art 3(1)(a)(ii)"
    assert places["seal the hold."] == "Art 3(1)(b)"
    assert places["The log shall be kept fo"] == "Art 3(1)"
    assert places["Tugs are exempt."] == "Art 3(2)"
    assert places["The log shall be written"] == "Annex I(1)"
    assert not any("Duties" in words or "Article 3" in words for words in places)


def test_stems_items_and_tails() -> None:
    layout, found, _ = _read(ACT)
    by_text = {s.span.of(layout.text): s for s in found.sentences}
    stem = found.sentences.index(by_text["Carriers shall:"])
    inner = found.sentences.index(by_text["keep a log that states:"])
    assert by_text["keep a log that states:"].stem == by_text["seal the hold."].stem == stem
    assert by_text["the date;"].stem == by_text["the berth;"].stem == inner
    assert by_text["the date;"].depth == 2
    tail = by_text["The log shall be kept for five years."]
    assert (tail.role, tail.stem) == (SentenceRole.TAIL, stem)
    assert by_text["Carriers shall:"].role is SentenceRole.STEM


def test_zones_of_quoted_text_annexes_notes_and_recitals() -> None:
    layout, found, _ = _read(ACT)
    zones = {s.span.of(layout.text): s.zone for s in found.sentences}
    assert zones["Carriers shall keep two logs."] is Zone.AMENDMENT
    assert zones["Article 9 is replaced by the following:"] is Zone.AMENDMENT
    assert zones["The log shall be written in ink."] is Zone.ANNEX
    assert zones["Harbours should share data."] is Zone.RECITAL
    assert zones["(1) OJ L 7, 1.2.2030, p. 3."] is Zone.FOOTNOTE
    assert zones["Ferries are exempt."] is Zone.ENACTING


def test_a_section_sign_is_handed_down() -> None:
    statute = """
    <article§ 30|Meldepflicht>[§ 30 Meldepflicht]
    <paragraph 2>[(2)] Die Meldung enthält:
    <point 3>[3.] die Ladung, insbesondere
    <point a>[a)] die Art der Ware,
    <point bb>[bb)] der Fässer.</></></></></>
    """
    _, _, places = _read(statute, "de")
    assert places["der Fässer."].startswith("§ 30 Abs. 2 Nr. 3")
    assert places["die Art der Ware,"] == "§ 30 Abs. 2 Nr. 3 Buchst. a"


def test_an_item_i_after_h_is_a_letter_and_below_a_letter_a_roman_numeral() -> None:
    rows = "".join(f"<point {c}>[({c})] item {c};</>\n" for c in "abcdefghi")
    layout, found, _ = _read(f"<article§ 1>[§ 1] Wer fährt,\n{rows}</>", "de")
    assert [p.place for p in found.provisions][-1].endswith("i")
    assert len({p.place.rsplit(" ", 1)[0] for p in found.provisions[1:]}) == 1
    assert layout.outline[-1].number == "i"


@settings(max_examples=60)
@given(st.recursive(st.just([]), lambda inner: st.lists(inner, max_size=3), max_leaves=25))
def test_no_word_is_lost_and_children_lie_in_their_parents(shape: list[object]) -> None:
    counter = iter(range(10_000))

    def lines(children: list[object], depth: int) -> list[str]:
        made = []
        for number, child in enumerate(children, 1):
            kind = ("article", "paragraph", "point")[min(depth, 2)]
            made += [f"<{kind} {number}>[{number}.] word{next(counter)} here:", *lines(child, depth + 1), "</>"]  # type: ignore
        return made

    layout = stated("\n".join(["Title", *lines(shape, 0)]))
    found = build_structure(layout, "test", "en")
    sentence_text = " ".join(s.span.of(layout.text) for s in found.sentences)
    words = re.findall(r"word\d+", layout.text)
    assert re.findall(r"word\d+", sentence_text) == words
    by_id = {p.id: p for p in found.provisions}
    for provision in found.provisions:
        if provision.parent:
            above = by_id[provision.parent].span
            assert above.start <= provision.span.start <= provision.span.end <= above.end
