"""Rich Text files as a reader of them sees them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutybook.errors import BadDocument, NoText, TooLarge
from dutybook.layout.formats import read_layout
from dutybook.records import BlockRole, FurnitureKind, Layout, RawDocument

HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\froman\fcharset0 Times;}{\f1\fcharset204 Arial;}{\f2\fcharset238 Arial;}}"
    r"{\colortbl;\red0\green0\blue0;}{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\s5 Title;}{\s6 toc 1;}}"
)


def read(body: str, head: str = HEAD) -> Layout:
    return read_layout(RawDocument("order.rtf", (head + body + "}").encode("ascii")))


def lines(layout: Layout) -> list[str]:
    return [block.span.of(layout.text) for block in layout.blocks]


def test_paragraphs_headings_and_title() -> None:
    layout = read(
        r"{\info{\title Order}{\author Office}{\creatim\yr2031\mo3\dy4}}\pard\s5 Lighthouse Order\par\pard\s1\b Keepers\par"
        r"\pard\plain\outlinelevel1 Duties\par\pard\qc The lamp is lit.\par"
    )
    assert lines(layout) == ["Lighthouse Order", "Keepers", "Duties", "The lamp is lit."]
    assert [(b.role.value, b.level) for b in layout.blocks] == [
        ("heading", 1),
        ("heading", 1),
        ("heading", 2),
        ("body", 0),
    ]
    assert [b.bold for b in layout.blocks] == [False, True, False, False]
    assert layout.blocks[3].centred
    assert layout.meta == {"title": "Lighthouse Order", "author": "Office", "created": "2031-03-04"}


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"Beh\'f6rde", "Behörde"),
        (r"\f1 \'ec\'e0\'ff\'ea", "маяк"),
        (r"\f2 \'9elut\'fd", "žlutý"),
        (r"Beh\u246?rde", "Behörde"),
        (r"\u-10179?\u-9138?x", "\U0001f44ex"),
        (r"\uc2\u246\'f6\'f6rde", "örde"),
        (r"\uc0\u246rde", "örde"),
        (r"a\~b\_c\-d", "a b-cd"),
        (r"\ldblquote fog\rdblquote\endash x", "“fog”–x"),
        (r"\{x\}\\", r"{x}\\"[:-1]),
        (r"{\b bold} and {\i not}", "bold and not"),
    ],
)
def test_characters(written: str, text: str) -> None:
    assert lines(read(rf"\pard {written}\par")) == [text]


def test_numbers_of_lists_stand_in_the_file() -> None:
    layout = read(r"\pard{\listtext\tab (a)\tab}\ls1 light;\par{\pntext\'b7\tab}sound.\par")
    assert lines(layout) == ["(a) light;", "· sound."]


def test_what_is_no_text() -> None:
    layout = read(
        r"{\*\generator X;}{\pict\pngblip 89504e47}{\header Gazette\par}{\*\unknown secret}{\*\bkmkstart a}"
        r"\pard See {\field{\*\fldinst REF a}{\fldrslt Article 3}}.{\*\annotation no}\par"
    )
    assert lines(layout) == ["See Article 3."]
    assert [(f.kind, f.text) for f in layout.furniture] == [(FurnitureKind.HEADER, "Gazette")]


def test_binary_data_is_passed_over() -> None:
    assert lines(read("\\pard A{\\pict\\bin5 }}{{\\}}B\\par")) == ["AB"]


def test_changes_and_hidden_text() -> None:
    layout = read(r"\pard The lamp {\deleted red }{\revised green }{\v never }burns.\par")
    assert lines(layout) == ["The lamp green burns."]
    assert layout.problems == (
        "there are tracked changes: insertions were read as accepted, deletions left out",
        "1 pieces of hidden text were left out",
    )


def test_notes_and_contents() -> None:
    layout = read(
        r"\pard\s6 Keepers\tab 2\par\pard The lamp{\super\chftn{\footnote\pard {\super\chftn} As amended.\par}} burns.\par"
    )
    assert lines(layout) == ["Keepers 2", "The lamp burns.", "(1) As amended."]
    assert [b.role for b in layout.blocks] == [BlockRole.CONTENTS, BlockRole.BODY, BlockRole.FOOTNOTE]
    assert [(m.mark, layout.text[: m.at]) for m in layout.marks] == [("1", "Keepers 2\nThe lamp")]


def row(*cells: str) -> str:
    return r"\trowd\pard\intbl " + "".join(rf"{cell}\cell " for cell in cells) + r"\row "


def test_tables() -> None:
    layout = read(row("Lamp", "Range") + row("Green", r"9\par miles") + r"\pard End.\par")
    (made,) = layout.tables
    assert [[c.span.of(layout.text) for c in r] for r in made.rows] == [["Lamp", "Range"], ["Green", "9\nmiles"]]
    assert layout.blocks[-1].role is BlockRole.BODY


def test_points_behind_their_markers_are_text() -> None:
    layout = read(row("(a)", "light the lamp;") + row("(b)", "sound the horn."))
    assert lines(layout) == ["(a) light the lamp;", "(b) sound the horn."]
    assert not layout.tables


def test_cut_off_is_read_and_said() -> None:
    layout = read_layout(RawDocument("a.rtf", (HEAD + r"\pard The {\b lamp").encode()))
    assert lines(layout) == ["The lamp"]
    assert "ends too early" in layout.problems[0]


def test_hostile() -> None:
    with pytest.raises(TooLarge, match="nests"):
        read("{" * 100_000)
    with pytest.raises(NoText):
        read(r"\bin999999999 x\par")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*"{}ab*;", "\\par ", "\\cell ", "\\row ", "\\intbl ", "\\u246?", "\\'f6", "\\*", "\\footnote ", "\\f9 ",
             "\\pard ", "\\fonttbl ", "\\stylesheet ", "\\info ", "\\creatim ", "\\s1 ", "\\uc99 ", "\\bin2 ", "\\header "]
        ),
        max_size=60,
    )
)  # fmt: skip
def test_any_order_of_words_is_read_or_refused(pieces: list[str]) -> None:
    try:
        layout = read("".join(pieces))
    except BadDocument:
        return
    assert layout.text.strip()
